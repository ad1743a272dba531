/* SPDX-License-Identifier: Apache-2.0 */
/* What a definition must have when it is loaded anew, and which calendars it may hold. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/api/service_json.h"

static void add(struct service_faults *faults, const char *path, const char *sentence)
{
    if (faults->n < SERVICE_FAULTS_MAX) {
        struct service_fault *f = &faults->items[faults->n];
        snprintf(f->path, sizeof f->path, "%s", path);
        snprintf(f->sentence, sizeof f->sentence, "%s", sentence);
    }
    faults->n++;
}

struct looking {
    struct service_faults *faults;
    size_t class;
    const char *way;
};

static void calendar_fault(void *arg, size_t line, const char *sentence)
{
    const struct looking *l = arg;
    char path[64];
    snprintf(path, sizeof path, "/hours/%zu/%s/%zu", l->class, l->way, line);
    add(l->faults, path, sentence);
}

static void check_calendars(const struct service *s, const struct hours_ops *ops,
                            struct service_faults *faults)
{
    for (size_t i = 0; i < s->n_classes; i++) {
        const struct service_class *c = &s->classes[i];
        struct looking in = {faults, i, "inbound"};
        struct looking out = {faults, i, "outbound"};
        if (c->inbound[0])
            ops->check(ops->arg, s->zone, c->inbound, calendar_fault, &in);
        if (c->outbound[0])
            ops->check(ops->arg, s->zone, c->outbound, calendar_fault, &out);
    }
}

static void check_whole(const struct service *s, const struct hours_ops *ops,
                        struct service_faults *faults)
{
    if (s->n_classes == 0)
        add(faults, "/hours", "is missing");
    if (s->attempts.max_total == 0)
        add(faults, "/attempts", "is missing");
    if (s->callbacks.missed_after_s == 0)
        add(faults, "/callbacks", "is missing");
    else if (s->callbacks.fallback_s >= s->callbacks.missed_after_s)
        add(faults, "/callbacks/fallback_s",
            "must be less than missed_after_s: nobody else could ring before it counts as missed");
    if (s->purge.people_days == 0)
        add(faults, "/purge", "is missing");
    if (s->purge.audit_days != 0)
        add(faults, "/purge/audit_days", "is no policy: the audit log is kept for good");
    if (!s->zone[0])
        add(faults, "/zone", "is missing");
    else if (!ops->zone_exists(ops->arg, s->zone))
        add(faults, "/zone", "must be a time zone that exists, as Europe/Brussels");
    else
        check_calendars(s, ops, faults);
}

enum err_code service_json_check(const char *text, size_t len, const struct hours_ops *ops,
                                 struct service **ret, struct service_faults *faults,
                                 struct err *err)
{
    CLEANUP_FREE struct service *s = NULL;
    enum err_code code = service_json_read(text, len, &s, faults, err);
    if (code)
        return code;
    check_whole(s, ops, faults);
    if (faults->n)
        return err_field(err, ERR_INVALID, faults->items[0].path, "%s %s.", faults->items[0].path,
                         faults->items[0].sentence);
    *ret = s;
    s = NULL;
    return ERR_OK;
}
