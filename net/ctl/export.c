/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl export: what happened and what others need, as CSV or JSON.
 *
 * The audit log says first who takes out what, and afterwards how many rows it was. What stands in
 * a list for others is marked only when the file is safe on the disk: a crash in between means that
 * they are handed out once more, never that they are forgotten. */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/ctl/commands.h"
#include "net/ctl/export_out.h"
#include "net/store/store_admin.h"
#include "net/store/store_export.h"
#include "net/store/store_overload.h"

#define MARK_STEP 500
#define SUBJECT_CHARS 200

static const struct ctl_option options[] = {
    {"--format",          "csv|json|ndjson", N_("csv, json or ndjson"),                                                 true },
    {"--region",          "VLG|WAL|BXL|OOS", N_("only VLG, WAL, BXL or OOS"),                                           false},
    {"--columns",         "LIST",            N_("only these columns, in this order"),                                   false},
    {"--out",             "FILE",            N_("into a new file of mode 0600; needed for lists that mark who was in"),
     false                                                                                                                   },
    {"--again",           NULL,              N_("of a list: also those who were handed out before"),                    false},
    {"--entitled-reason", "TEXT",            N_("health answers: why you may take them out; audited"),                  false},
};

/* An entry of a list, as it was written out. */
struct listed {
    int64_t id;
    bool withdrawn;
};

struct export
{
    enum store_export what;
    const enum region *region;
    enum region region_value;
    const char *columns;
    const char *reason; /* NULL = none */
    const char *path;
    bool again;
    struct export_out out;
    char account[STORE_ACCOUNT_SIZE];
    /* Of a list: */
    size_t entry_column;     /* SIZE_MAX: it marks nobody */
    size_t withdrawn_column; /* SIZE_MAX: none of its entries is ever withdrawn */
    int64_t list_export_id;
    struct listed *entries;
    size_t n_entries, cap_entries;
};

static enum err_code keep_entry(struct export *e, const char *text, bool withdrawn, struct err *err)
{
    if (e->n_entries == e->cap_entries) {
        const size_t cap = e->cap_entries ? e->cap_entries * 2 : 256;
        struct listed *more = reallocarray(e->entries, cap, sizeof *more);
        if (!more) {
            return err_set(err, ERR_NOMEM, NULL);
        }
        e->entries = more;
        e->cap_entries = cap;
    }
    struct listed *entry = &e->entries[e->n_entries++];
    entry->withdrawn = withdrawn;
    return store_id_parse(text, &entry->id) ? ERR_OK : err_set(err, ERR_INTERNAL, NULL);
}

static enum err_code put_row(void *arg, const char *const *values, size_t n, struct err *err)
{
    struct export *e = arg;
    (void)n;
    enum err_code code = export_out_row(&e->out, values, err);
    if (!code && e->entry_column != SIZE_MAX && values[e->entry_column]) {
        const bool withdrawn = e->withdrawn_column != SIZE_MAX && values[e->withdrawn_column];
        code = keep_entry(e, values[e->entry_column], withdrawn, err);
    }
    return code;
}

static enum err_code read_format(struct export *e, const char *format, struct err *err)
{
    static const char *const names[] = {
        [EXPORT_CSV] = "csv", [EXPORT_JSON] = "json", [EXPORT_NDJSON] = "ndjson"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(format, names[i]) == 0) {
            e->out.format = (enum export_format)i;
            return ERR_OK;
        }
    }
    return err_field(err, ERR_METHOD, "--format", gettext("csv, json or ndjson"));
}

/* Answers tell about somebody's health. */
static bool is_health(enum store_export what)
{
    return what == STORE_EXPORT_ANSWERS || what == STORE_EXPORT_LATE_DRAFTS;
}

static enum err_code check_reason(struct export *e, struct err *err)
{
    if (is_health(e->what) && (!e->reason || !e->reason[0])) {
        return err_field(err, ERR_FORBIDDEN, "--entitled-reason",
                         gettext("answers about people's health leave only with the reason that "
                                 "entitles you to them"));
    }
    if (e->reason && (strlen(e->reason) > SUBJECT_CHARS ||
                      !text_is_plain(e->reason, strlen(e->reason), TEXT_ONE_LINE))) {
        return err_field(err, ERR_METHOD, "--entitled-reason",
                         gettext("at most %d characters, on one line"), SUBJECT_CHARS);
    }
    return ERR_OK;
}

static enum err_code read_args(const struct ctl_args *args, struct export *e, struct err *err)
{
    const char *region = ctl_option(&command_export, args, "--region");
    e->columns = ctl_option(&command_export, args, "--columns");
    e->path = ctl_option(&command_export, args, "--out");
    e->again = ctl_option(&command_export, args, "--again") != NULL;
    e->reason = ctl_option(&command_export, args, "--entitled-reason");
    if (!store_export_by_name(args->operands[0], &e->what)) {
        return err_set(err, ERR_METHOD, gettext("one of %s"), command_export.operands);
    }
    enum err_code code = read_format(e, ctl_option(&command_export, args, "--format"), err);
    if (!code && region && !region_by_name(region, strlen(region), &e->region_value)) {
        code = err_field(err, ERR_METHOD, "--region", gettext("one of VLG, WAL, BXL, OOS"));
    }
    e->region = region ? &e->region_value : NULL;
    if (!code) {
        code = check_reason(e, err);
    }
    const char *entry = store_export_entry(e->what);
    if (!code && entry && !e->path) {
        code = err_field(err, ERR_METHOD, "--out",
                         gettext("who stands in this list is marked when the file is safe: name a "
                                 "file"));
    }
    if (!code && e->again && !entry) {
        code =
            err_field(err, ERR_METHOD, "--again", gettext("only of a list that marks who was in"));
    }
    return code;
}

static enum err_code choose(struct export *e, struct err *err)
{
    const char *entry = store_export_entry(e->what);
    e->out.n_columns = store_export_columns(e->what, e->out.columns);
    e->entry_column = entry ? export_out_column(&e->out, entry) : SIZE_MAX;
    e->withdrawn_column = export_out_column(&e->out, STORE_EXPORT_WITHDRAWN);
    e->out.are_answers = e->what == STORE_EXPORT_ANSWERS;
    if (e->out.format == EXPORT_NDJSON && e->out.are_answers && !e->columns) {
        e->out.format = EXPORT_FHIR;
    }
    return export_out_choose(&e->out, e->columns, store_export_standard(e->what), err);
}

/* --- the audit log --- */

static enum err_code entry(struct ctl *ctl, const char *action, const char *subject,
                           struct err *err)
{
    return store_audit_append(
        ctl->st,
        &(struct store_audit){.at_utc_s = ctl->now_utc_s, .action = action, .subject = subject},
        err);
}

/* The columns, in as many entries as they need. */
static enum err_code tell_columns(struct ctl *ctl, const struct export *e, struct err *err)
{
    CLEANUP_BUF struct buf names = {0};
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < e->out.n_chosen; i++) {
        const char *name = e->out.columns[e->out.chosen[i]].name;
        if (names.len + strlen(name) + 1 > SUBJECT_CHARS) {
            code = entry(ctl, "export_columns", buf_text(&names), err);
            buf_clear(&names);
        }
        buf_printf(&names, "%s%s", names.len ? "," : "", name);
    }
    return code ? code : entry(ctl, "export_columns", buf_text(&names), err);
}

/* First, so that no look goes unwritten. */
static enum err_code tell_before(struct ctl *ctl, void *arg, struct err *err)
{
    struct export *e = arg;
    enum err_code code = tell_columns(ctl, e, err);
    if (!code && e->reason) {
        code = entry(ctl, "export_reason", e->reason, err);
    }
    if (!code && e->entry_column != SIZE_MAX) {
        code = store_list_export_begin(ctl->st, e->what, e->region, e->account, ctl->now_utc_s,
                                       &e->list_export_id, err);
    }
    return code;
}

static enum err_code tell_after(struct ctl *ctl, struct export *e, struct err *err)
{
    char subject[160];
    snprintf(subject, sizeof subject, "%s rows %zu by %s", store_export_name(e->what),
             e->out.n_rows, e->account);
    return ctl_audited(ctl, "export_done", subject, NULL, NULL, err);
}

/* --- lists --- */

struct marks {
    struct export *e;
    size_t from, n;
};

static enum err_code mark_some(struct ctl *ctl, struct marks *m, struct err *err)
{
    enum err_code code = store_begin(ctl->st, err);
    for (size_t i = 0; !code && i < m->n; i++) {
        const struct listed *entry = &m->e->entries[m->from + i];
        code = store_list_mark(ctl->st, m->e->what, entry->id, entry->withdrawn,
                               m->e->list_export_id, err);
    }
    if (!code) {
        code = ctl_commit_batch(ctl, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

static enum err_code mark(struct ctl *ctl, struct export *e, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t at = 0; !code && at < e->n_entries; at += MARK_STEP) {
        struct marks m = {e, at, e->n_entries - at};
        m.n = m.n < MARK_STEP ? m.n : MARK_STEP;
        code = mark_some(ctl, &m, err);
    }
    return code;
}

static enum err_code write_out(struct ctl *ctl, struct export *e, struct err *err)
{
    char subject[160];
    snprintf(subject, sizeof subject, "%s%s%s by %s", store_export_name(e->what),
             e->region ? " " : "", e->region ? region_name(*e->region) : "", e->account);
    enum err_code code = ctl_audited(ctl, "export", subject, tell_before, e, err);
    if (!code) {
        code = export_out_begin(&e->out, e->path, err);
    }
    if (!code) {
        code = store_export_list(ctl->st, e->what, e->region, e->again, put_row, e, err);
    }
    if (!code) {
        code = export_out_end(&e->out, err);
    }
    if (!code) {
        code = mark(ctl, e, err);
    }
    return code ? code : tell_after(ctl, e, err);
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct export e = {.entry_column = SIZE_MAX};
    ctl_account(e.account, sizeof e.account);
    enum err_code code = read_args(args, &e, err);
    if (!code) {
        code = choose(&e, err);
    }
    if (!code) {
        code = ctl_open(ctl, err);
    }
    if (!code) {
        code = write_out(ctl, &e, err);
    }
    export_out_deinit(&e.out);
    free(e.entries);
    return code;
}

const struct ctl_command command_export = {
    .name = "export",
    .operands = "people|calls|answers|late-drafts|wrapups|audit|field-visits|collectivities|"
                "contacts-without-number|sms|data-quality",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("write out what is stored, or a list for others; audited"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
