/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl incident list: what was reported, for the data protection officer; audited. */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/time_text.h"
#include "net/ctl/commands.h"
#include "net/store/store_incident.h"

#define PAGE 50

static const struct ctl_option options[] = {
    {"--region", "VLG|WAL|BXL|OOS", N_("of this region only"), false},
    {"--json",   NULL,              N_("as JSON"),             false},
};

static void put_json(const struct store_incident *i, bool first, struct buf *out)
{
    char happened[TIME_TEXT_SIZE], reported[TIME_TEXT_SIZE], received[TIME_TEXT_SIZE];
    time_text_print(i->happened_utc_s, happened);
    time_text_print(i->reported_utc_s, reported);
    time_text_print(i->received_utc_s, received);
    buf_printf(out, "%s{\"incident_id\": \"%" PRId64 "\", \"region\": \"%s\", \"agent\": ",
               first ? "[" : ",\n ", i->incident_id, region_name(i->region));
    ctl_json_string(out, i->agent);
    buf_printf(out,
               ", \"happened_at\": \"%s\", \"reported_at\": \"%s\", \"received_at\": \"%s\","
               " \"person_id\": ",
               happened, reported, received);
    buf_printf(out, i->person_id ? "\"%" PRId64 "\"" : "null", i->person_id);
    buf_str(out, ", \"what\": ");
    ctl_json_string(out, i->what);
    buf_char(out, '}');
}

/* The words may hold anything: they are made safe for a terminal. */
static void put_text(const struct store_incident *i, struct buf *out)
{
    char happened[TIME_TEXT_SIZE];
    time_text_print(i->happened_utc_s, happened);
    buf_printf(out, "%" PRId64 "\t%s\t%s\t%s\t", i->incident_id, happened, region_name(i->region),
               i->agent);
    text_clean(i->what, strlen(i->what), TEXT_ONE_LINE, out);
    buf_char(out, '\n');
}

static enum err_code print(struct ctl *ctl, const enum region *region, bool json, struct err *err)
{
    CLEANUP_BUF struct buf out = {0};
    struct store_incident *rows = calloc(PAGE, sizeof *rows);
    enum err_code code = rows ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
    int64_t before = 0;
    size_t n = PAGE;
    bool first = true;
    while (!code && n == PAGE) {
        code = store_incident_list(ctl->st, region, before, rows, PAGE, &n, err);
        for (size_t i = 0; !code && i < n; i++, first = false) {
            json ? put_json(&rows[i], first, &out) : put_text(&rows[i], &out);
            before = rows[i].incident_id;
        }
    }
    if (rows) {
        sodium_memzero(rows, PAGE * sizeof *rows);
    }
    free(rows);
    if (!code && out.failed) {
        code = err_set(err, ERR_NOMEM, NULL);
    }
    if (!code) {
        fputs(buf_text(&out), stdout);
        fputs(!json ? "" : first ? "[]\n" : "]\n", stdout);
    }
    return code;
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    enum region region = REGION_VLG;
    const char *name = ctl_option(&command_incident_list, args, "--region");
    if (name && !region_by_name(name, strlen(name), &region)) {
        return err_field(err, ERR_METHOD, "--region", gettext("one of VLG, WAL, BXL, OOS"));
    }
    enum err_code code = ctl_open(ctl, err);
    if (!code) { /* first, so that no look goes unwritten */
        code = ctl_audited(ctl, "incident_list", name ? name : "", NULL, NULL, err);
    }
    return code ? code
                : print(ctl, name ? &region : NULL,
                        ctl_option(&command_incident_list, args, "--json") != NULL, err);
}

const struct ctl_command command_incident_list = {
    .name = "incident list",
    .operands = "",
    .help = N_("list the incidents that were reported, in their words; audited"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
