/* SPDX-License-Identifier: Apache-2.0 */
/* Values with their origin, the rules that they are judged by, and the faults found. */

#include "net/host/conf_internal.h"

#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "core/i18n.h"
#include "core/text.h"

#define WHERE_SIZE 512

struct conf *conf_new(const struct conf_program *program)
{
    struct conf *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->program = program;
    c->values = calloc(program->row_count + 1, sizeof *c->values);
    return c->values ? c : conf_free(c);
}

struct conf *conf_free(struct conf *c)
{
    if (!c)
        return NULL;
    for (size_t i = 0; c->values && i < c->program->row_count; i++)
        free(c->values[i].text);
    for (size_t i = 0; i < c->file_count; i++)
        free(c->files[i].path);
    for (size_t i = 0; i < c->fault_count; i++)
        free(c->faults[i].text);
    free(c->values);
    free(c);
    return NULL;
}

const char *conf_key(const struct conf_row *row, char ret[CONF_KEY_SIZE])
{
    snprintf(ret, CONF_KEY_SIZE, "%s", row->name);
    for (char *s = ret; (s = strchr(s, '-'));)
        *s = '_';
    return ret;
}

void conf_where(const struct conf *c, const struct conf_place *place, char *ret, size_t size)
{
    char path[WHERE_SIZE - 32] = "";
    switch (place->origin) {
    case CONF_NOWHERE:
        snprintf(ret, size, "%s", gettext("not set"));
        return;
    case CONF_DEFAULT:
        snprintf(ret, size, "%s", gettext("default"));
        return;
    case CONF_ENVIRONMENT:
        snprintf(ret, size, "%s", gettext("environment"));
        return;
    case CONF_ARGUMENT:
        snprintf(ret, size, "%s", gettext("command line"));
        return;
    case CONF_SYSTEM:
    case CONF_USER:
    case CONF_CHOSEN:
        break;
    }
    const char *file = c->files[place->file].path;
    (void)text_clean_to(path, sizeof path, file, strlen(file));
    if (place->line)
        snprintf(ret, size, "%s:%d", path, place->line);
    else
        snprintf(ret, size, "%s", path);
}

/* --- faults --- */

/* What is missing comes last: a fault of a file may be the reason. */
static bool is_after(const struct conf_place *a, const struct conf_place *b)
{
    if (a->origin != b->origin)
        return b->origin != CONF_NOWHERE && (a->origin == CONF_NOWHERE || a->origin > b->origin);
    return a->line > b->line;
}

void conf_add_fault(struct conf *c, const struct conf_place *place, const char *key,
                    const char *rule)
{
    if (c->fault_count == CONF_FAULTS_MAX)
        return;
    char where[WHERE_SIZE];
    char clean[CONF_KEY_SIZE] = "";
    struct buf text = {0};
    conf_where(c, place, where, sizeof where);
    if (place->origin != CONF_NOWHERE)
        buf_printf(&text, "%s: ", where);
    if (key && text_clean_to(clean, sizeof clean, key, strlen(key)) > 0)
        buf_printf(&text, "%s: ", clean);
    buf_str(&text, rule);
    size_t at = c->fault_count;
    for (; at > 0 && is_after(&c->faults[at - 1].place, place); at--)
        c->faults[at] = c->faults[at - 1];
    c->faults[at] = (struct conf_fault){*place, buf_take(&text)};
    c->no_memory |= !c->faults[at].text;
    c->fault_count++;
}

void conf_complain(struct conf *c, const char *name, const char *rule)
{
    const struct conf_program *p = c->program;
    for (size_t i = 0; i < p->row_count; i++)
        if (strcmp(p->rows[i].name, name) == 0)
            conf_add_fault(c, &c->values[i].place, name, gettext(rule));
}

void conf_complain_variable(struct conf *c, const char *variable, const char *rule)
{
    const struct conf_place place = {.origin = CONF_ENVIRONMENT};
    conf_add_fault(c, &place, variable, gettext(rule));
}

size_t conf_fault_count(const struct conf *c)
{
    return c->fault_count;
}

const char *conf_fault(const struct conf *c, size_t i)
{
    return c->faults[i].text ? c->faults[i].text : "";
}

/* What the program itself has kept cannot be mended by who reads a sentence, and an older version
 * may not know all that a newer one kept: it is told, and what is good of it is used. */
static bool stops(const struct conf *c, const struct conf_fault *fault)
{
    return c->action == CONF_CHECK || fault->place.origin != CONF_CHOSEN;
}

int conf_exit_status(const struct conf *c)
{
    int status = EX_OK;
    if (c->no_memory)
        return EX_OSERR;
    for (size_t i = 0; i < c->fault_count; i++)
        if (stops(c, &c->faults[i]))
            status = c->faults[i].place.origin == CONF_ARGUMENT && c->action != CONF_CHECK
                         ? EX_USAGE
                         : EX_CONFIG;
    return status;
}

/* --- values --- */

static const char *judge_text(const struct conf_row *row, const char *text, enum conf_origin origin,
                              void *ret, char *rule, size_t size)
{
    const size_t len = strlen(text);
    const size_t min = row->max ? (size_t)row->min : 1;
    const size_t max = row->max ? (size_t)row->max : CONF_VALUE_MAX;
    if (len < min || len > max || !text_is_plain(text, len, TEXT_ONE_LINE)) {
        snprintf(rule, size, gettext("a text of %zu to %zu bytes is expected"), min, max);
        return rule;
    }
    for (int i = 0; row->choices && row->choices[i]; i++) {
        if (strcmp(row->choices[i], text) == 0) {
            *(const char **)ret = text;
            return NULL;
        }
    }
    if (row->choices && !strchr(text, '/'))
        return gettext("a path with a / is expected, or one of the words in the manual");
    const bool in_file = origin == CONF_SYSTEM || origin == CONF_USER || origin == CONF_CHOSEN;
    if (row->kind == CONF_PATH && in_file && text[0] != '/')
        return gettext("a path that begins with / is expected");
    *(const char **)ret = text;
    return NULL;
}

static const char *judge_choice(const struct conf_row *row, const char *text, void *ret, char *rule,
                                size_t size)
{
    struct buf all = {0};
    for (int i = 0; row->choices[i]; i++) {
        if (strcmp(row->choices[i], text) == 0) {
            *(int *)ret = i;
            buf_free(&all);
            return NULL;
        }
        buf_printf(&all, "%s%s", i ? ", " : "", row->choices[i]);
    }
    snprintf(rule, size, gettext("one of these is expected: %s"), buf_text(&all));
    buf_free(&all);
    return rule;
}

const char *conf_judge(const struct conf_row *row, const char *text, enum conf_origin origin,
                       void *ret, char *rule, size_t size)
{
    const char *broken = NULL;
    switch (row->kind) {
    case CONF_TEXT:
    case CONF_PATH:
        return judge_text(row, text, origin, ret, rule, size);
    case CONF_FLAG:
        if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
            return gettext("yes or no is expected");
        *(bool *)ret = strcmp(text, "yes") == 0;
        return NULL;
    case CONF_NUMBER:
        if (text_to_int(text, strlen(text), row->min, row->max, ret))
            return NULL;
        snprintf(rule, size, gettext("a whole number from %lld to %lld is expected"),
                 (long long)row->min, (long long)row->max);
        return rule;
    case CONF_CHOICE:
        return judge_choice(row, text, ret, rule, size);
    case CONF_OTHER:
        if (strlen(text) > CONF_VALUE_MAX) {
            snprintf(rule, size, gettext("a text of %zu to %zu bytes is expected"), (size_t)0,
                     (size_t)CONF_VALUE_MAX);
            return rule;
        }
        if (text_is_plain(text, strlen(text), TEXT_ONE_LINE))
            broken = row->take(text, ret);
        else
            broken = N_("a text without control characters is expected");
        return broken ? gettext(broken) : NULL;
    case CONF_ALIAS:
        break;
    }
    return NULL;
}

void conf_say(struct conf *c, size_t row, const char *text, const struct conf_place *place)
{
    const struct conf_row *r = &c->program->rows[row];
    struct conf_value *value = &c->values[row];
    char rule[200];
    char key[CONF_KEY_SIZE];
    _Alignas(max_align_t) unsigned char scratch[CONF_FIELD_MAX];
    const char *broken = conf_judge(r, text, place->origin, scratch, rule, sizeof rule);
    if (broken) {
        if (place->origin == CONF_ARGUMENT)
            snprintf(key, sizeof key, "--%s", r->name);
        else if (place->origin == CONF_ENVIRONMENT)
            snprintf(key, sizeof key, "%s", r->variable);
        else
            (void)conf_key(r, key);
        conf_add_fault(c, place, key, broken);
        value->refused = true;
        return;
    }
    if (place->origin < value->place.origin)
        return;
    char *copy = strdup(text);
    c->no_memory |= !copy;
    free(value->text);
    value->text = copy;
    value->place = *place;
}

/* Says every way to set it. */
static void add_missing(struct conf *c, size_t i)
{
    const struct conf_row *row = &c->program->rows[i];
    char key[CONF_KEY_SIZE];
    char rule[300];
    const char *file = c->config ? c->config : c->program->system_file;
    snprintf(rule, sizeof rule, gettext("missing: set %s in [%s] of %s, or %s, or --%s"),
             conf_key(row, key), row->section, file ? file : "", row->variable, row->name);
    conf_add_fault(c, &c->values[i].place, row->name, rule);
}

static void finish_row(struct conf *c, size_t i, void *settings)
{
    const struct conf_row *row = &c->program->rows[i];
    const struct conf_place standard = {.origin = CONF_DEFAULT};
    char rule[200];
    if (row->kind == CONF_ALIAS)
        return;
    if (!c->values[i].text && row->standard)
        conf_say(c, i, row->standard, &standard);
    if (c->values[i].text)
        (void)conf_judge(row, c->values[i].text, c->values[i].place.origin,
                         (char *)settings + row->offset, rule, sizeof rule);
    else if (row->required && !c->values[i].refused)
        add_missing(c, i);
}

void conf_finish(struct conf *c, void *settings)
{
    for (size_t i = 0; i < c->program->row_count; i++)
        finish_row(c, i, settings);
    if (c->program->check)
        c->program->check(c, settings);
}

enum conf_origin conf_origin_of(const struct conf *c, size_t row)
{
    return c->values[row].place.origin;
}

const char *conf_text_of(const struct conf *c, size_t row)
{
    return c->values[row].text;
}

const char *conf_operand(const struct conf *c)
{
    return c->operand;
}

enum conf_action conf_action(const struct conf *c)
{
    return c->action;
}

int conf_begin(struct conf *c, int argc, char **argv, void *settings)
{
    conf_read_arguments(c, argc, argv);
    if (c->action == CONF_HELP || c->action == CONF_VERSION) {
        if (c->action == CONF_HELP)
            conf_print_help(c, stdout);
        else
            printf("%s %s\n", c->program->name, PUPITRE_VERSION);
        return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
    }
    conf_read_environment(c);
    conf_read_files(c);
    conf_finish(c, settings);
    if (c->action == CONF_CHECK)
        conf_print(c, stdout);
    conf_print_faults(c, stderr);
    const int status = conf_exit_status(c);
    return status == EX_OK && c->action == CONF_RUN ? -1 : status;
}
