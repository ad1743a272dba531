/* SPDX-License-Identifier: Apache-2.0 */
/* What a wrap-up code does to a person: first what every call does (count it), then the rule. */

#include "core/wrapup.h"

#include <string.h>

#include "core/i18n.h"
#include "core/text.h"

#define DAY_S 86400
#define PHONES_MAX 32

/* Counters after this call; everything else as it was. */
static struct wrapup_outcome after_call(const struct wrapup_input *in)
{
    return (struct wrapup_outcome){
        .phone = in->phone,
        .dropped_phones = in->dropped_phones | in->unwanted_phones,
        .attempts = in->attempts + in->rang,
        .attempts_today = in->attempts_today + in->rang,
    };
}

static bool is_dropped(uint32_t dropped, size_t phone)
{
    return phone >= PHONES_MAX || dropped >> phone & 1U;
}

/* The position after `phone`, round the circle, that is not dropped; `phone` itself comes last.
 * False when all are dropped. */
static bool next_phone(const struct wrapup_input *in, uint32_t dropped, size_t *ret)
{
    for (size_t step = 1; step <= in->n_phones; step++) {
        const size_t candidate = (in->phone + step) % in->n_phones;
        if (is_dropped(dropped, candidate))
            continue;
        *ret = candidate;
        return true;
    }
    return false;
}

/* Move to the number that the rule wants. False when none is left. */
static bool choose_phone(const struct wrapup_code *code, const struct wrapup_input *in,
                         struct wrapup_outcome *out)
{
    switch (code->next_phone) {
    case SERVICE_PHONE_SAME:
        if (!(in->unwanted_phones >> (in->phone & 31) & 1U))
            return true;
        break;
    case SERVICE_PHONE_DROP:
        if (in->phone < PHONES_MAX)
            out->dropped_phones |= UINT32_C(1) << in->phone;
        break;
    case SERVICE_PHONE_NEXT:
        break;
    }
    return next_phone(in, out->dropped_phones, &out->phone);
}

static bool is_used_up(int attempts, int limit)
{
    return limit > 0 && attempts >= limit;
}

/* A limit of the code, else that of the service. */
static int limit_of(int of_code, int of_service)
{
    return of_code ? of_code : of_service;
}

static int64_t next_day(const struct wrapup_input *in)
{
    const int64_t day = in->next_day_utc_s == 0 && in->hours
                            ? hours_next_day(in->hours, in->now_utc_s)
                            : in->next_day_utc_s;
    return day ? day : in->now_utc_s + DAY_S;
}

/* When the person may be called again: by delay, by today's attempts, by the part of the day, and
 * while somebody may be presented. */
static int64_t due_of(const struct wrapup_code *code, const struct wrapup_input *in,
                      const struct wrapup_outcome *out)
{
    const int per_day =
        limit_of(code->max_attempts_per_day, in->policy ? in->policy->max_per_day : 0);
    int64_t due = in->now_utc_s + code->requeue_after_s;
    if (is_used_up(out->attempts_today, per_day)) {
        const int64_t day = next_day(in);
        due = day > due ? day : due;
    }
    if (!in->hours)
        return due;
    if (code->rotate && in->policy && in->policy->n_parts)
        return wrapup_rotate(in->hours, in->policy, in->now_utc_s, due, in->lead_s);
    const int64_t open = hours_next_present(in->hours, due, in->lead_s);
    return open ? open : due; /* it never opens again: nobody will be presented */
}

static void rest_until(struct wrapup_outcome *out, int64_t due_utc_s, int64_t now_utc_s)
{
    const bool later = due_utc_s > now_utc_s;
    out->state = later ? PERSON_RESTING : PERSON_WAITING;
    out->due_utc_s = later ? due_utc_s : 0;
}

static void close_not_reached(struct wrapup_outcome *out)
{
    out->state = PERSON_CLOSED;
    out->not_reached = true;
}

static enum err_code check_callback(const struct wrapup_code *code, const struct wrapup_input *in,
                                    struct err *err)
{
    const bool given = in->callback_utc_s != 0;
    if (code->needs_callback && !given)
        return err_field(err, ERR_INVALID, "callback_at",
                         N_("This code needs the date and time of the callback."));
    if (code->final && given)
        return err_field(err, ERR_INVALID, "callback_at",
                         N_("This code closes the person: a callback cannot go with it."));
    if (in->unwanted && (given || code->needs_callback))
        return err_field(err, ERR_INVALID, "callback_at",
                         N_("The person does not want to be called again: no callback."));
    return ERR_OK;
}

enum err_code wrapup_apply(const struct wrapup_code *code, const struct wrapup_input *in,
                           struct wrapup_outcome *ret, struct err *err)
{
    const enum err_code fault = check_callback(code, in, err);
    if (fault)
        return fault;
    struct wrapup_outcome out = after_call(in);
    out.data_quality = code->data_quality;
    if (code->final || in->unwanted) {
        out.state = PERSON_CLOSED;
    } else if (in->callback_utc_s) {
        /* A promise comes before every limit; the number promised is that of the callback. */
        out.callback = true;
        rest_until(&out, in->callback_utc_s, in->now_utc_s);
    } else if (!choose_phone(code, in, &out) ||
               is_used_up(out.attempts, limit_of(code->max_attempts_total,
                                                 in->policy ? in->policy->max_total : 0))) {
        close_not_reached(&out);
    } else {
        rest_until(&out, due_of(code, in, &out), in->now_utc_s);
    }
    *ret = out;
    return ERR_OK;
}

void wrapup_expire(const struct wrapup_input *in, struct wrapup_outcome *ret)
{
    *ret = after_call(in);
    ret->state = in->unwanted ? PERSON_CLOSED : PERSON_UNRESOLVED;
}

const struct wrapup_code *wrapup_find(const struct service *s, const char *id)
{
    for (size_t i = 0; i < s->n_codes; i++)
        if (strcmp(s->codes[i].id, id) == 0)
            return &s->codes[i];
    return NULL;
}

static bool when_fits(enum service_when when, bool is_so)
{
    return when == SERVICE_ALWAYS || (when == SERVICE_IF_SO) == is_so;
}

const struct wrapup_code *wrapup_propose(const struct service *s, const struct wrapup_signs *signs)
{
    for (size_t i = 0; i < s->n_proposals; i++) {
        const struct service_proposal *p = &s->proposals[i];
        if (p->end == signs->end && when_fits(p->answered, signs->answered) &&
            when_fits(p->script_begun, signs->script_begun) &&
            when_fits(p->script_complete, signs->script_complete) &&
            when_fits(p->consulted, signs->consulted))
            return &s->codes[p->code];
    }
    return NULL;
}

size_t wrapup_search(const struct service *s, const char *lang, const char *typed, size_t *idx,
                     size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_codes; i++) {
        if (!text_matches(service_label(&s->codes[i].labels, lang), typed))
            continue;
        if (n < cap)
            idx[n] = i;
        n++;
    }
    return n;
}
