/* SPDX-License-Identifier: Apache-2.0 */
/* --help and --check-config: the table, printed. */

#include "net/host/conf_internal.h"

#include <libintl.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"

#define NAME_COLUMNS 30
#define VALUE_COLUMNS 44

static void print_row(const struct conf_row *row, FILE *out)
{
    char left[80];
    snprintf(left, sizeof left, "--%s%s%s", row->name, row->arg ? " " : "",
             row->arg ? gettext(row->arg) : "");
    /* printf counts bytes; translated words hold letters of two. */
    const size_t shown = text_chars(left, strlen(left));
    fprintf(out, "  %s%*s  %s", left, shown < NAME_COLUMNS ? (int)(NAME_COLUMNS - shown) : 0, "",
            gettext(row->help));
    if (row->standard && row->standard[0] && row->arg)
        fprintf(out, gettext(" (default %s)"), row->standard);
    fputc('\n', out);
}

void conf_print_help(const struct conf *c, FILE *out)
{
    const struct conf_program *p = c->program;
    fprintf(out, gettext("usage: %s %s\n\n"), p->name, p->usage);
    for (size_t i = 0; i < p->row_count; i++)
        print_row(&p->rows[i], out);
    for (size_t i = 0; i < CONF_COMMON_COUNT; i++)
        print_row(&conf_common[i], out);
}

static void print_files(const struct conf *c, FILE *out)
{
    char path[512];
    for (size_t i = 0; i < c->file_count; i++) {
        const char *name = c->files[i].path;
        (void)text_clean_to(path, sizeof path, name, strlen(name));
        fprintf(out, "; %s: %s\n", c->files[i].there ? gettext("read") : gettext("not there"),
                path);
    }
}

/* "key = value ; where it comes from": the form of a file, so that it can become one. */
static void print_value(const struct conf *c, size_t i, FILE *out)
{
    const struct conf_value *value = &c->values[i];
    char key[CONF_KEY_SIZE];
    char where[600];
    conf_where(c, &value->place, where, sizeof where);
    (void)conf_key(&c->program->rows[i], key);
    if (!value->text) {
        fprintf(out, "; %s: %s\n", key, where);
        return;
    }
    if (value->place.origin == CONF_ENVIRONMENT)
        snprintf(where, sizeof where, "%s", c->program->rows[i].variable);
    /* A line that would be too long to be read again is two. */
    if (VALUE_COLUMNS + strlen(key) + strlen(value->text) + strlen(where) > CONF_LINE_MAX) {
        fprintf(out, "; %s\n%s = %s\n", where, key, value->text);
        return;
    }
    const size_t shown = strlen(key) + 3 + text_chars(value->text, strlen(value->text));
    fprintf(out, "%s = %s%*s ; %s\n", key, value->text,
            shown < VALUE_COLUMNS ? (int)(VALUE_COLUMNS - shown) : 0, "", where);
}

static bool is_first_of_section(const struct conf_program *p, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (p->rows[k].section && strcmp(p->rows[k].section, p->rows[i].section) == 0)
            return false;
    return true;
}

void conf_print(const struct conf *c, FILE *out)
{
    const struct conf_program *p = c->program;
    fprintf(out, "; %s %s\n", p->name, PUPITRE_VERSION);
    print_files(c, out);
    for (size_t i = 0; i < p->row_count; i++) {
        const char *section = p->rows[i].section;
        if (!section || !is_first_of_section(p, i))
            continue;
        fprintf(out, "\n[%s]\n", section);
        for (size_t k = i; k < p->row_count; k++)
            if (p->rows[k].section && strcmp(p->rows[k].section, section) == 0)
                print_value(c, k, out);
    }
}

void conf_print_faults(const struct conf *c, FILE *out)
{
    for (size_t i = 0; i < c->fault_count; i++)
        fprintf(out, "%s: %s\n", c->program->name, conf_fault(c, i));
    if (c->fault_count == CONF_FAULTS_MAX)
        fprintf(out, "%s: %s\n", c->program->name, gettext("There may be more faults."));
    if (c->no_memory)
        fprintf(out, "%s: %s\n", c->program->name, gettext("Out of memory."));
}
