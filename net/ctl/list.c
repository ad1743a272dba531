/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl … list: what is there, one line each, or JSON. */

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/store/store_listing.h"

static const struct ctl_option options[] = {
    {"--json", NULL, N_("as JSON"), false},
};

struct listing {
    const struct store_column *columns;
    bool json;
    size_t n;
    struct buf out;
};

static void time_text(int64_t utc_s, char ret[32])
{
    const time_t at = (time_t)utc_s;
    struct tm utc;
    if (!gmtime_r(&at, &utc) || strftime(ret, 32, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        ret[0] = '\0';
    }
}

static void cell_json(enum store_cell_kind kind, const struct store_cell *cell, struct buf *out)
{
    char at[32];
    switch (kind) {
    case STORE_CELL_TEXT:
        ctl_json_string(out, cell->text);
        return;
    case STORE_CELL_ID: /* they begin at 1 */
        buf_printf(out, cell->number ? "\"%" PRId64 "\"" : "null", cell->number);
        return;
    case STORE_CELL_NUMBER:
        buf_printf(out, "%" PRId64, cell->number);
        return;
    case STORE_CELL_TIME:
        time_text(cell->number, at);
        buf_printf(out, cell->number ? "\"%s\"" : "null", at);
        return;
    }
}

static void cell_text(enum store_cell_kind kind, const struct store_cell *cell, struct buf *out)
{
    char at[32] = "-";
    if (kind == STORE_CELL_TIME && cell->number) {
        time_text(cell->number, at);
    }
    buf_str(out, kind == STORE_CELL_TIME ? at : cell->text);
}

static bool show(void *arg, const struct store_cell *cells)
{
    struct listing *l = arg;
    buf_str(&l->out, !l->json ? "" : l->n ? ",\n {" : "[{");
    for (size_t i = 0; l->columns[i].name; i++) {
        if (l->json) {
            buf_printf(&l->out, "%s\"%s\": ", i ? ", " : "", l->columns[i].name);
            cell_json(l->columns[i].kind, &cells[i], &l->out);
        } else {
            buf_str(&l->out, i ? "\t" : "");
            cell_text(l->columns[i].kind, &cells[i], &l->out);
        }
    }
    buf_char(&l->out, l->json ? '}' : '\n');
    l->n++;
    /* In parts: there may be many. */
    if (!l->out.failed && l->out.len > 65536) {
        fputs(buf_text(&l->out), stdout);
        buf_clear(&l->out);
    }
    return !l->out.failed;
}

static enum err_code list(struct ctl *ctl, enum store_listing which,
                          const struct ctl_command *command, const struct ctl_args *args,
                          struct err *err)
{
    struct listing l = {.columns = store_listing_columns(which),
                        .json = ctl_option(command, args, "--json") != NULL};
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = store_list(ctl->st, which, show, &l, err);
    }
    if (!code && l.out.failed) {
        code = err_set(err, ERR_NOMEM, NULL);
    }
    if (!code) {
        fputs(buf_text(&l.out), stdout);
        fputs(!l.json ? "" : l.n ? "]\n" : "[]\n", stdout);
    }
    buf_free(&l.out);
    return code;
}

#define LIST(which, word, words, text)                                                             \
    static enum err_code run_##word(struct ctl *ctl, const struct ctl_args *args, struct err *err) \
    {                                                                                              \
        return list(ctl, which, &command_##word##_list, args, err);                                \
    }                                                                                              \
    const struct ctl_command command_##word##_list = {                                             \
        .name = words,                                                                             \
        .operands = "",                                                                            \
        .help = text,                                                                              \
        .options = options,                                                                        \
        .n_options = 1,                                                                            \
        .run = run_##word,                                                                         \
    }

LIST(STORE_LIST_SERVICES, service, "service list", N_("list the services that are loaded"));
LIST(STORE_LIST_SCRIPTS, script, "script list", N_("list the interview scripts that are loaded"));
LIST(STORE_LIST_IMPORTS, imports, "imports", N_("list the imports that were made"));
LIST(STORE_LIST_SESSIONS, session, "session list", N_("list who is signed in"));
LIST(STORE_LIST_DATA_QUALITY, data_quality, "data-quality list",
     N_("list the numbers that were found wrong, by place only"));
LIST(STORE_LIST_ALARMS, alarm, "alarm list", N_("list the alarms that are open, by numbers only"));
LIST(STORE_LIST_OUTBOX, outbox, "outbox list",
     N_("list the answers that are not yet at the federal side"));
LIST(STORE_LIST_UNRESOLVED, unresolved, "unresolved list",
     N_("list the people whose code was never chosen, by number only"));
