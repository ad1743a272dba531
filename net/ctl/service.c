/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl service check, service load: a service's definition. */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/i18n.h"
#include "net/api/service_json.h"
#include "net/calendar/calendar.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"

#define LARGEST (1u << 20)

/* Read a definition; every fault goes to stderr. */
static enum err_code read_service(const char *path, struct buf *text, struct service **ret,
                                  struct err *err)
{
    struct service_faults faults = {.n = 0};
    enum err_code code = ctl_read_file(path, LARGEST, text, err);
    if (!code) {
        code = service_json_check(buf_text(text), text->len, calendar_hours(), ret, &faults, err);
    }
    for (size_t i = 0; i < faults.n && i < SERVICE_FAULTS_MAX; i++) {
        fprintf(stderr, "%s: %s: %s\n", path, faults.items[i].path, faults.items[i].sentence);
    }
    if (code && faults.n > 0) {
        code = err_set(err, ERR_INVALID, gettext("%s: %zu faults"), path, faults.n);
    } else if (code && text->len > 0) { /* read, but no JSON */
        err_prefix(err, "%s", path);
    }
    return code;
}

static enum err_code check(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)ctl;
    CLEANUP_BUF struct buf text = {0};
    CLEANUP_FREE struct service *service = NULL;
    enum err_code code = read_service(args->operands[0], &text, &service, err);
    if (!code) {
        printf(gettext("%s: service %s, version %" PRId64 ", is good\n"), args->operands[0],
               service->id, service->version);
    }
    return code;
}

struct loading {
    const struct service *service;
    const struct buf *text;
    bool is_new;
};

static enum err_code put(struct ctl *ctl, void *arg, struct err *err)
{
    struct loading *l = arg;
    return store_service_put(ctl->st, l->service, buf_text(l->text), l->text->len, ctl->now_utc_s,
                             &l->is_new, err);
}

/* A service whose interviews are missing works, but nobody could be asked anything. */
static void warn_of_scripts(struct ctl *ctl, const struct service *service)
{
    for (size_t i = 0; i < PERSON_KIND_COUNT; i++) {
        struct err none;
        CLEANUP_FREE char *text = NULL;
        size_t len;
        if (service->scripts[i][0] &&
            store_script_json(ctl->st, service->scripts[i], &text, &len, &none)) {
            fprintf(stderr, gettext("pupitrectl: the script %s has not been loaded yet\n"),
                    service->scripts[i]);
        }
    }
}

static enum err_code load(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    CLEANUP_FREE struct service *service = NULL;
    enum err_code code = read_service(args->operands[0], &text, &service, err);
    if (!code) {
        code = ctl_open(ctl, err);
    }
    struct loading l = {service, &text, false};
    if (!code) {
        code = ctl_audited(ctl, "service_load", service->id, put, &l, err);
    }
    if (!code) {
        warn_of_scripts(ctl, service);
        printf(l.is_new ? gettext("service %s: version %" PRId64 " loaded\n")
                        : gettext("service %s: version %" PRId64 " was loaded already\n"),
               service->id, service->version);
    }
    return code;
}

const struct ctl_command command_service_check = {
    .name = "service check",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("check a service's definition; every fault is named"),
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
