/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl export: what happened, as CSV or JSON. */

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/csv.h"
#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_export.h"

static const struct ctl_option options[] = {
    {"--format", "csv|json",        N_("csv or json"),               true },
    {"--region", "VLG|WAL|BXL|OOS", N_("only VLG, WAL, BXL or OOS"), false},
};

struct output {
    bool json;
    size_t n_rows;
    struct store_export_column columns[STORE_EXPORT_COLUMNS_MAX];
    size_t n_columns;
    struct buf out; /* one row; people's data: wiped */
};

static enum err_code flush_row(struct output *o, struct err *err)
{
    if (o->out.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    if (fwrite(buf_text(&o->out), 1, o->out.len, stdout) != o->out.len) {
        return err_set(err, ERR_IO, gettext("standard output cannot be written"));
    }
    buf_clear(&o->out);
    return ERR_OK;
}

static void put_json(struct output *o, const char *const *values, size_t n)
{
    buf_str(&o->out, o->n_rows ? ",\n{" : "[\n{");
    for (size_t i = 0; i < n; i++) {
        enum store_export_kind kind = o->columns[i].kind;
        buf_printf(&o->out, "%s\"%s\": ", i ? ", " : "", o->columns[i].name);
        if (!values[i]) {
            buf_str(&o->out, "null");
        } else if (kind == STORE_EXPORT_INT || kind == STORE_EXPORT_JSON) {
            buf_str(&o->out, values[i]);
        } else {
            ctl_json_string(&o->out, values[i]);
        }
    }
    buf_char(&o->out, '}');
}

static void put_csv(struct output *o, const char *const *values, size_t n)
{
    struct csv_writer w = {.out = &o->out, .separator = ','};
    for (size_t i = 0; i < n; i++) {
        csv_put_str(&w, values[i]);
    }
    csv_end_row(&w);
}

static enum err_code put_row(void *arg, const char *const *values, size_t n, struct err *err)
{
    struct output *o = arg;
    (o->json ? put_json : put_csv)(o, values, n);
    o->n_rows++;
    return flush_row(o, err);
}

static enum err_code put_header(struct output *o, struct err *err)
{
    const char *names[STORE_EXPORT_COLUMNS_MAX];
    for (size_t i = 0; i < o->n_columns; i++) {
        names[i] = o->columns[i].name;
    }
    if (!o->json) {
        put_csv(o, names, o->n_columns);
    }
    return flush_row(o, err);
}

static enum err_code read_args(const struct ctl_args *args, enum store_export *ret_what,
                               bool *ret_json, bool *ret_has_region, enum region *ret_region,
                               struct err *err)
{
    const char *format = ctl_option(&command_export, args, "--format");
    const char *region = ctl_option(&command_export, args, "--region");
    if (!store_export_by_name(args->operands[0], ret_what)) {
        return err_set(
            err, ERR_METHOD,
            gettext("one of people, calls, answers, late-drafts, wrapups, data-quality, audit"));
    }
    if (strcmp(format, "csv") != 0 && strcmp(format, "json") != 0) {
        return err_field(err, ERR_METHOD, "--format", gettext("csv or json"));
    }
    if (region && !region_by_name(region, strlen(region), ret_region)) {
        return err_field(err, ERR_METHOD, "--region", gettext("one of VLG, WAL, BXL, OOS"));
    }
    *ret_json = strcmp(format, "json") == 0;
    *ret_has_region = region != NULL;
    return ERR_OK;
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    enum store_export what;
    enum region region;
    bool has_region = false;
    struct output o = {.n_rows = 0};
    enum err_code code = read_args(args, &what, &o.json, &has_region, &region, err);
    if (!code) {
        code = ctl_open(ctl, err);
    }
    if (!code) { /* first, so that no look goes unwritten */
        code = ctl_audited(ctl, "export", store_export_name(what), NULL, NULL, err);
    }
    if (!code) {
        o.n_columns = store_export_columns(what, o.columns);
        code = put_header(&o, err);
    }
    if (!code) {
        code = store_export(ctl->st, what, has_region ? &region : NULL, put_row, &o, err);
    }
    if (!code && o.json) {
        fputs(o.n_rows ? "\n]\n" : "[]\n", stdout);
    }
    buf_free(&o.out);
    return code;
}

const struct ctl_command command_export = {
    .name = "export",
    .operands = "people|calls|answers|late-drafts|wrapups|data-quality|audit",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("write out what is stored; audited"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
