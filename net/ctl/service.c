/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl service check, service load: a service's definition. */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/i18n.h"
#include "net/api/questionnaire.h"
#include "net/api/service_json.h"
#include "net/calendar/calendar.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"

#define LARGEST (1u << 20)

static const struct ctl_option check_options[] = {
    {"--json", NULL, N_("as JSON: a list of the faults"), false},
};

/* Tells what is wrong with a definition, and where. */
struct telling {
    const char *file;
    struct buf *json; /* NULL: to stderr, a line each */
};

static void tell(const struct telling *t, const char *path, const char *sentence)
{
    if (!t->json) {
        fprintf(stderr, "%s: %s: %s\n", t->file, path, sentence);
        return;
    }
    buf_str(t->json, t->json->len ? ",\n {\"file\": " : "[{\"file\": ");
    ctl_json_string(t->json, t->file);
    buf_str(t->json, ", \"path\": ");
    ctl_json_string(t->json, path);
    buf_str(t->json, ", \"sentence\": ");
    ctl_json_string(t->json, sentence);
    buf_char(t->json, '}');
}

/* Read a definition; every fault is told. A text that is no JSON has one, with line and column. */
static enum err_code read_service(const struct telling *t, struct buf *text, struct service **ret,
                                  struct err *err)
{
    CLEANUP_FREE struct service_faults *faults = calloc(1, sizeof *faults);
    if (!faults) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    enum err_code code = ctl_read_file(t->file, LARGEST, text, err);
    if (code) {
        if (t->json) {
            tell(t, "", err->sentence);
        }
        return code;
    }
    code = service_json_check(buf_text(text), text->len, calendar_hours(), ret, faults, err);
    for (size_t i = 0; i < faults->n && i < SERVICE_FAULTS_MAX; i++) {
        tell(t, faults->items[i].path, faults->items[i].sentence);
    }
    if (code && faults->n > 0) {
        return err_set(err, ERR_INVALID, gettext("%s: %zu faults"), t->file, faults->n);
    }
    if (code) {
        if (t->json) {
            tell(t, "", err->sentence);
        }
        err_prefix(err, "%s", t->file);
    }
    return code;
}

/* Hours that never open are no fault (a service may be over), but no surprise either. */
static void warn_of_hours(const struct ctl *ctl, const char *file, const struct service *s)
{
    static const char *const members[] = {
        [SERVICE_RINGS_IN] = "inbound", [SERVICE_IS_CALLED] = "outbound"};
    static const char *const sentences[] = {
        [SERVICE_RINGS_IN] = N_("nobody can ever ring in: it opens no more in the year to come"),
        [SERVICE_IS_CALLED] = N_("nobody can ever be called: no opening of the year to come is as "
                                 "long as offer and preview")};
    for (size_t i = 0; i < s->n_classes; i++)
        for (unsigned way = 0; way < SERVICE_WAY_COUNT; way++)
            if (!service_json_opens(s, i, (enum service_way)way, calendar_hours(), ctl->now_utc_s))
                fprintf(stderr, gettext("%s: warning: /hours/%zu/%s: %s\n"), file, i, members[way],
                        gettext(sentences[way]));
}

/* What is wrong with the files: others are looked at all the same. */
struct verdict {
    int bad;
    enum err_code unread; /* ERR_OK = all could be read */
};

/* One file. Only what has nothing to do with it is an error. */
static enum err_code check_file(const struct ctl *ctl, const struct telling *t, struct verdict *v,
                                struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    CLEANUP_FREE struct service *service = NULL;
    enum err_code code = read_service(t, &text, &service, err);
    if (!code) {
        warn_of_hours(ctl, t->file, service);
    }
    if (!code && !t->json) {
        printf(gettext("%s: service %s, version %" PRId64 ", is good\n"), t->file, service->id,
               service->version);
    }
    if (!code || code == ERR_NOMEM) {
        return code;
    }
    if (!t->json) {
        fprintf(stderr, "pupitrectl: %s\n", err->sentence);
    }
    v->bad++;
    if (code != ERR_INVALID && code != ERR_TOO_LARGE) {
        v->unread = code;
    }
    return ERR_OK;
}

static enum err_code check(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    const bool json = ctl_option(&command_service_check, args, "--json") != NULL;
    CLEANUP_BUF struct buf out = {0};
    enum err_code code = ERR_OK;
    struct verdict v = {0, ERR_OK};
    for (int i = 0; !code && i < args->n_operands; i++) {
        const struct telling t = {args->operands[i], json ? &out : NULL};
        code = check_file(ctl, &t, &v, err);
    }
    if (json && !code) {
        fputs(buf_text(&out), stdout);
        puts(out.len ? "]" : "[]");
    }
    if (!code && v.bad) {
        code = err_set(err, v.unread ? v.unread : ERR_INVALID,
                       v.unread ? gettext("%d of %d definitions have faults or cannot be read")
                                : gettext("%d of %d definitions have faults"),
                       v.bad, args->n_operands);
    }
    return code;
}

struct loading {
    const struct service *service;
    const struct buf *text;
    bool is_new;
};

/* Nobody would be offered them, and no list would show them. */
static enum err_code refuse_stranding(struct ctl *ctl, const struct service *service,
                                      struct err *err)
{
    struct store_stranded rows[STORE_STRANDED_MAX];
    size_t n = 0;
    const enum err_code code =
        store_stranded_by(ctl->st, service, rows, STORE_STRANDED_MAX, &n, err);
    for (size_t i = 0; !code && i < n; i++) {
        fprintf(stderr, gettext("pupitrectl: %s: people who are not closed: %" PRId64 "\n"),
                rows[i].queue, rows[i].n);
    }
    return code || n == 0
               ? code
               : err_set(err, ERR_STATE,
                         gettext("version %" PRId64 " of %s has no place for people of %zu queues: "
                                 "nothing was loaded"),
                         service->version, service->id, n);
}

static enum err_code put(struct ctl *ctl, void *arg, struct err *err)
{
    struct loading *l = arg;
    const enum err_code code = refuse_stranding(ctl, l->service, err);
    if (code) {
        return code;
    }
    return store_service_put(ctl->st, l->service, buf_text(l->text), l->text->len, ctl->now_utc_s,
                             &l->is_new, err);
}

/* A duration that is not defined is read aloud as not known. */
static void warn_of_durations(const struct service *service, const char *id, const char *text,
                              size_t len)
{
    CLEANUP(script_deinit) struct script script = {0};
    struct err err;
    if (questionnaire_load(text, len, id, &script, NULL, &err) ||
        questionnaire_check_durations(&script, service, id, &err)) {
        fprintf(stderr, "pupitrectl: %s\n", err.sentence);
    }
}

/* A service whose interviews are missing works, but nobody could be asked anything. */
static void warn_of_scripts(struct ctl *ctl, const struct service *service)
{
    for (size_t i = 0; i < PERSON_KIND_COUNT; i++) {
        struct err none;
        CLEANUP_FREE char *text = NULL;
        size_t len;
        if (!service->scripts[i][0]) {
            continue;
        }
        if (store_script_json(ctl->st, service->scripts[i], NULL, &text, &len, &none)) {
            fprintf(stderr, gettext("pupitrectl: the script %s has not been loaded yet\n"),
                    service->scripts[i]);
        } else {
            warn_of_durations(service, service->scripts[i], text, len);
        }
    }
}

static enum err_code load(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    CLEANUP_FREE struct service *service = NULL;
    const struct telling t = {args->operands[0], NULL};
    enum err_code code = read_service(&t, &text, &service, err);
    if (!code) {
        code = ctl_open(ctl, err);
    }
    struct loading l = {service, &text, false};
    if (!code) {
        code = ctl_audited(ctl, "service_load", service->id, put, &l, err);
    }
    if (!code) {
        warn_of_hours(ctl, args->operands[0], service);
        warn_of_scripts(ctl, service);
        printf(l.is_new ? gettext("service %s: version %" PRId64 " loaded\n")
                        : gettext("service %s: version %" PRId64 " was loaded already\n"),
               service->id, service->version);
    }
    return code;
}

const struct ctl_command command_service_check = {
    .name = "service check",
    .operands = "FILE…",
    .min_operands = 1,
    .max_operands = -1,
    .help = N_("check services' definitions; every fault is named"),
    .options = check_options,
    .n_options = 1,
    .run = check,
};

const struct ctl_command command_service_load = {
    .name = "service load",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("load a new version of a service; it takes effect at once"),
    .run = load,
};
