/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl overload show, on, off: what overload would change, and its switch. */

#include <inttypes.h>
#include <libintl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/time_text.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"
#include "net/store/store_listing.h"
#include "net/store/store_overload.h"

#define SERVICES_MAX 64

static const struct ctl_option show_options[] = {
    {"--json", NULL, N_("as JSON"), false},
};
static const struct ctl_option switch_options[] = {
    {"--region",  "VLG|WAL|BXL|OOS", N_("in which region"),                           true },
    {"--reason",  "TEXT",            N_("why: kept, and shown to supervisors"),       true },
    {"--service", "ID",              N_("of which service, when several are loaded"), false},
};

void ctl_account(char *ret, size_t size)
{
    const struct passwd *p = getpwuid(getuid());
    if (p)
        snprintf(ret, size, "%s", p->pw_name);
    else
        snprintf(ret, size, "uid %lu", (unsigned long)getuid());
}

/* --- show --- */

struct show {
    bool json;
    size_t n;
    struct buf out;
    char ids[SERVICES_MAX][SERVICE_ID_SIZE];
    size_t n_ids;
};

static bool collect(void *arg, const struct store_cell *cells)
{
    struct show *s = arg;
    if (s->n_ids < SERVICES_MAX)
        snprintf(s->ids[s->n_ids++], SERVICE_ID_SIZE, "%.*s", SERVICE_ID_SIZE - 1, cells[0].text);
    return true;
}

static void tenths(struct buf *out, int64_t value, const char *none)
{
    if (value < 0)
        buf_str(out, none);
    else
        buf_printf(out, "%" PRId64 ".%" PRId64, value / 10, value % 10);
}

static void put_json(struct show *s, const char *service_id, enum region region,
                     const struct store_overload *o, const struct overload_figures *f,
                     const struct overload_effect *e)
{
    char since[TIME_TEXT_SIZE];
    time_text_print(o->since_utc_s, since);
    buf_printf(&s->out, "%s{\"service_id\": \"%s\", \"region\": \"%s\", \"is_on\": %s, \"since\": ",
               s->n ? ",\n " : "[", service_id, region_name(region), o->is_on ? "true" : "false");
    buf_printf(&s->out, o->since_utc_s ? "\"%s\"" : "null", since);
    buf_str(&s->out, ", \"by\": ");
    if (o->account[0])
        ctl_json_string(&s->out, o->account);
    else
        buf_str(&s->out, "null");
    buf_printf(&s->out,
               ", \"waiting_callbacks\": %" PRId64 ", \"waiting_index\": %" PRId64
               ", \"waiting_contacts\": %" PRId64 ", \"for_sms\": %" PRId64
               ", \"agents_on_queue\": %" PRId64 ", \"per_agent_hour\": ",
               f->waiting[RANK_CALLBACK], f->waiting[RANK_INDEX], f->waiting[RANK_CONTACT],
               e->flagged, f->agents_on_queue);
    tenths(&s->out, e->per_agent_hour_tenths, "null");
    buf_printf(&s->out,
               ", \"is_measured\": %s, \"hours_without\": ", e->is_measured ? "true" : "false");
    tenths(&s->out, e->hours_tenths_off, "null");
    buf_str(&s->out, ", \"hours_with\": ");
    tenths(&s->out, e->hours_tenths_on, "null");
    buf_char(&s->out, '}');
}

static void put_text(struct show *s, const char *service_id, enum region region,
                     const struct store_overload *o, const struct overload_figures *f,
                     const struct overload_effect *e)
{
    buf_printf(&s->out, "%s\t%s\t%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t",
               service_id, region_name(region), o->is_on ? "on" : "off", f->waiting[RANK_CALLBACK],
               f->waiting[RANK_INDEX], e->flagged, f->agents_on_queue);
    tenths(&s->out, e->per_agent_hour_tenths, "-");
    buf_char(&s->out, '\t');
    tenths(&s->out, e->hours_tenths_off, "-");
    buf_char(&s->out, '\t');
    tenths(&s->out, e->hours_tenths_on, "-");
    buf_char(&s->out, '\n');
}

static enum err_code show_service(struct ctl *ctl, struct show *s, const char *service_id,
                                  struct err *err)
{
    bool regions[REGION_COUNT];
    const struct service *service = NULL;
    enum err_code code = store_service(ctl->st, service_id, &service, err);
    if (code)
        return code;
    memcpy(regions, service->regions, sizeof regions);
    for (int r = 0; !code && r < REGION_COUNT; r++) {
        struct store_overload o;
        struct overload_figures f;
        if (!regions[r])
            continue;
        code = store_overload_read(ctl->st, service_id, (enum region)r, &o, err);
        if (!code)
            code = store_overload_figures(ctl->st, service_id, (enum region)r, ctl->now_utc_s, &f,
                                          err);
        if (!code) {
            const struct overload_effect e = overload_reckon(&f);
            (s->json ? put_json : put_text)(s, service_id, (enum region)r, &o, &f, &e);
            s->n++;
        }
    }
    return code;
}

static enum err_code run_show(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct show s = {.json = ctl_option(&command_overload_show, args, "--json") != NULL};
    enum err_code code = ctl_open(ctl, err);
    if (!code)
        code = store_list(ctl->st, STORE_LIST_SERVICES, collect, &s, err);
    if (!code && !s.json)
        buf_str(&s.out, gettext("service\tregion\toverload\tcallbacks\tindex\tfor SMS\tagents\t"
                                "per hour\thours as it is\thours in overload\n"));
    for (size_t i = 0; !code && i < s.n_ids; i++)
        code = show_service(ctl, &s, s.ids[i], err);
    if (!code && s.out.failed)
        code = err_set(err, ERR_NOMEM, NULL);
    if (!code) {
        fputs(buf_text(&s.out), stdout);
        fputs(!s.json ? "" : s.n ? "]\n" : "[]\n", stdout);
    }
    buf_free(&s.out);
    return code;
}

/* --- on, off --- */

static enum err_code turn(struct ctl *ctl, const struct ctl_command *command,
                          const struct ctl_args *args, bool on, struct err *err)
{
    char account[STORE_ACCOUNT_SIZE];
    char only[SERVICE_ID_SIZE] = "";
    const char *region = ctl_option(command, args, "--region");
    const char *service = ctl_option(command, args, "--service");
    struct store_overload_switch what = {
        .on = on, .account = account, .reason = ctl_option(command, args, "--reason")};
    bool changed = false;
    ctl_account(account, sizeof account);
    if (!region_by_name(region, strlen(region), &what.region))
        return err_field(err, ERR_METHOD, "--region", gettext("one of VLG, WAL, BXL, OOS"));
    enum err_code code = ctl_open(ctl, err);
    if (!code && !service)
        code = store_service_only(ctl->st, only, err);
    what.service_id = service ? service : only;
    if (!code)
        code = store_begin(ctl->st, err);
    if (!code) {
        code = store_overload_set(ctl->st, &what, ctl->now_utc_s, &changed, err);
        if (!code)
            code = store_commit(ctl->st, err);
        if (code)
            store_rollback(ctl->st);
    }
    if (!code && !changed)
        puts(on ? gettext("overload is on already; nothing was changed")
                : gettext("overload is off already; nothing was changed"));
    return code;
}

static enum err_code run_on(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    return turn(ctl, &command_overload_on, args, true, err);
}

static enum err_code run_off(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    return turn(ctl, &command_overload_off, args, false, err);
}

const struct ctl_command command_overload_show = {
    .name = "overload show",
    .operands = "",
    .help = N_("show who waits, and what overload would change"),
    .options = show_options,
    .n_options = sizeof show_options / sizeof show_options[0],
    .run = run_show,
};
const struct ctl_command command_overload_on = {
    .name = "overload on",
    .operands = "",
    .help = N_("index cases first: contacts get an SMS instead of a call"),
    .options = switch_options,
    .n_options = sizeof switch_options / sizeof switch_options[0],
    .run = run_on,
};
const struct ctl_command command_overload_off = {
    .name = "overload off",
    .operands = "",
    .help = N_("contacts are called again"),
    .options = switch_options,
    .n_options = sizeof switch_options / sizeof switch_options[0],
    .run = run_off,
};
