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

/* The calendars' own faults show in whatever zone. */
static void check_calendars(const struct service *s, const struct hours_ops *ops, const char *zone,
                            struct service_faults *faults)
{
    for (size_t i = 0; i < s->n_classes; i++) {
        const struct service_class *c = &s->classes[i];
        struct looking in = {faults, i, "inbound"};
        struct looking out = {faults, i, "outbound"};
        if (c->inbound[0])
            ops->check(ops->arg, zone, c->inbound, calendar_fault, &in);
        if (c->outbound[0])
            ops->check(ops->arg, zone, c->outbound, calendar_fault, &out);
    }
}

/* Was something of this member found wrong? Then it is there. Faults beyond the last that is kept
 * may have been of it. */
static bool has_fault(const struct service_faults *faults, const char *path)
{
    const size_t len = strlen(path);
    for (size_t i = 0; i < faults->n && i < SERVICE_FAULTS_MAX; i++) {
        const char *p = faults->items[i].path;
        if (strncmp(p, path, len) == 0 && (p[len] == '\0' || p[len] == '/'))
            return true;
    }
    return faults->n > SERVICE_FAULTS_MAX;
}

/* Whatever reads as zero was not there, unless it was read and found wrong. */
static void must_be_there(struct service_faults *faults, const char *path, bool is)
{
    if (!is && !has_fault(faults, path))
        add(faults, path, "is missing");
}

/* People wait by language: a second queue for it would never have anybody. */
static void check_languages(const struct service *s, struct service_faults *faults)
{
    for (size_t i = 0; i < s->n_queues; i++) {
        const struct service_queue *q = &s->queues[i];
        char path[64];
        if (q->kind != SERVICE_QUEUE_LANGUAGE || !q->language[0] ||
            service_language_queue(s, q->region, q->language) == q)
            continue;
        snprintf(path, sizeof path, "/queues/%zu/language", i);
        add(faults, path, "has a queue in this region already");
    }
}

static void check_whole(const struct service *s, const struct hours_ops *ops,
                        struct service_faults *faults)
{
    const bool zone = s->zone[0] && ops->zone_exists(ops->arg, s->zone);
    check_languages(s, faults);
    must_be_there(faults, "/hours", s->n_classes != 0);
    must_be_there(faults, "/attempts", s->attempts.max_total != 0);
    must_be_there(faults, "/callbacks", s->callbacks.missed_after_s != 0);
    if (s->callbacks.missed_after_s != 0 && s->callbacks.fallback_s >= s->callbacks.missed_after_s)
        add(faults, "/callbacks/fallback_s",
            "must be less than missed_after_s: nobody else could ring before it counts as missed");
    must_be_there(faults, "/purge", s->purge.people_days != 0);
    if (s->purge.audit_days != 0)
        add(faults, "/purge/audit_days", "is no policy: the audit log is kept for good");
    if (s->overload.sms[PERSON_INDEX])
        add(faults, "/overload/sms",
            "must be contact alone: in overload index cases are called first");
    must_be_there(faults, "/zone", s->zone[0]);
    if (s->zone[0] && !zone)
        add(faults, "/zone", "must be a time zone that exists, as Europe/Brussels");
    check_calendars(s, ops, zone ? s->zone : "UTC", faults);
}

bool service_json_opens(const struct service *s, size_t class, enum service_way way,
                        const struct hours_ops *ops, int64_t now_utc_s)
{
    const struct service_class *c = &s->classes[class];
    const char *calendar = way == SERVICE_IS_CALLED ? c->outbound : c->inbound;
    CLEANUP_HOURS struct hours *h = calendar[0] ? hours_new(ops, s->zone, calendar) : NULL;
    if (!h)
        return true;
    return way == SERVICE_IS_CALLED ? hours_next_present(h, now_utc_s, service_lead_s(s)) != 0
                                    : hours_opens(h, now_utc_s) != 0;
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
