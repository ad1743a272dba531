/* SPDX-License-Identifier: Apache-2.0 */
/* The command line and the environment. */

#include "net/host/conf_internal.h"

#include <getopt.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#define ROWS_MAX 64
#define FIRST_VALUE 256 /* of getopt_long, above every character */

/* clang-format off */
const struct conf_row conf_common[CONF_COMMON_COUNT] = {
    [COMMON_CONFIG]  = {.name = "config", .arg = N_("FILE"), .kind = CONF_PATH,
                        .help = N_("read this file of settings and no other")},
    [COMMON_CHECK]   = {.name = "check-config", .kind = CONF_ALIAS,
                        .help = N_("say every setting, where it comes from and what is wrong")},
    [COMMON_HELP]    = {.name = "help", .kind = CONF_ALIAS, .help = N_("say this")},
    [COMMON_VERSION] = {.name = "version", .kind = CONF_ALIAS,
                        .help = N_("say which version this is")},
};
/* clang-format on */

static int wants_value(const struct conf_row *row)
{
    if (row->kind == CONF_FLAG)
        return optional_argument;
    return row->arg ? required_argument : no_argument;
}

/* Rows of the program first, then the common ones. */
static const struct conf_row *row_at(const struct conf_program *p, size_t i)
{
    return i < p->row_count ? &p->rows[i] : &conf_common[i - p->row_count];
}

static void take_common(struct conf *c, enum conf_common which)
{
    switch (which) {
    case COMMON_CONFIG:
        c->config = optarg;
        return;
    case COMMON_CHECK:
        if (c->action == CONF_RUN)
            c->action = CONF_CHECK;
        return;
    case COMMON_HELP:
        c->action = CONF_HELP;
        return;
    case COMMON_VERSION:
        c->action = CONF_VERSION;
        return;
    }
}

static void take_row(struct conf *c, size_t row)
{
    const struct conf_program *p = c->program;
    const struct conf_place place = {.origin = CONF_ARGUMENT};
    const struct conf_row *r = &p->rows[row];
    if (r->kind != CONF_ALIAS) {
        conf_say(c, row, optarg ? optarg : "yes", &place);
        return;
    }
    for (size_t i = 0; i < p->row_count; i++)
        if (strcmp(p->rows[i].name, r->alias_of) == 0)
            conf_say(c, i, r->standard, &place);
}

/* Names the option, never its value. */
static void refuse_word(struct conf *c, const char *word, const char *rule)
{
    const struct conf_place place = {.origin = CONF_ARGUMENT};
    char name[CONF_KEY_SIZE];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    conf_add_fault(c, &place, name, gettext(rule));
}

void conf_read_arguments(struct conf *c, int argc, char **argv)
{
    const struct conf_program *p = c->program;
    const size_t count = p->row_count + CONF_COMMON_COUNT;
    struct option longs[ROWS_MAX + 1] = {0};
    for (size_t i = 0; i < count && i < ROWS_MAX; i++)
        longs[i] = (struct option){row_at(p, i)->name, wants_value(row_at(p, i)), NULL,
                                   FIRST_VALUE + (int)i};
    opterr = 0;
    optind = 0; /* from the beginning, also when it was used before */
    for (int value; (value = getopt_long(argc, argv, ":", longs, NULL)) != -1;) {
        const size_t i = (size_t)(value - FIRST_VALUE);
        if (value == ':')
            refuse_word(c, argv[optind - 1], N_("a value is missing"));
        else if (value == '?')
            refuse_word(c, argv[optind - 1], N_("there is no such option"));
        else if (i < p->row_count)
            take_row(c, i);
        else
            take_common(c, (enum conf_common)(i - p->row_count));
    }
    if (p->operand && optind < argc)
        c->operand = argv[optind++];
    else if (p->operand && c->action == CONF_RUN)
        conf_add_fault(c, &(struct conf_place){.origin = CONF_ARGUMENT}, p->operand,
                       gettext("it is missing"));
    if (optind < argc)
        conf_add_fault(c, &(struct conf_place){.origin = CONF_ARGUMENT}, NULL,
                       gettext("there is an argument too many"));
}

void conf_read_environment(struct conf *c)
{
    const struct conf_place place = {.origin = CONF_ENVIRONMENT};
    for (size_t i = 0; i < c->program->row_count; i++) {
        const char *variable = c->program->rows[i].variable;
        const char *text = variable ? getenv(variable) : NULL;
        if (text && text[0]) /* set to nothing is not set, as XDG and POSIX have it */
            conf_say(c, i, text, &place);
    }
}
