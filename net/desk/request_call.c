/* SPDX-License-Identifier: Apache-2.0 */
/* Making calls, what is done with both at once, and looking at them. */

#include "net/desk/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/desk/clock.h"
#include "net/desk/plan.h"

static bool number_is_plain(const char *number)
{
    const size_t len = strlen(number);
    return len >= 1 && len <= 32 && strspn(number, "+0123456789*#") == len;
}

/* The call's name becomes part of a path at the backend. */
static bool call_id_is_plain(const char *id)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_.-";
    return id[0] != '.' && strspn(id, plain) == strlen(id);
}

/* sip:USER@HOST with the number as user, or with any name when there is no number. Nothing in it
 * ends the header that it will stand in: the module looks, too, but then the person is held. */
static bool uri_is_for(const char *uri, const char *number)
{
    static const char names[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._-";
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "+*#%._-:;=@[]";
    if (strncmp(uri, "sip:", 4) != 0 || strspn(uri, plain) != strlen(uri))
        return false;
    const char *user = uri + 4;
    const size_t len = *number ? strlen(number) : strspn(user, names);
    return len > 0 && strncmp(user, *number ? number : user, len) == 0 && user[len] == '@' &&
           user[len + 1];
}

/* Whom the request wants called. */
static bool target_is_good(struct desk *d, const struct asker *a, const cJSON *r)
{
    const char *number = json_str(r, "number", "");
    const bool good =
        (!*number || number_is_plain(number)) && uri_is_for(json_str(r, "uri", ""), number);
    if (!good)
        request_refuse(d, a, ERR_PHONE, NULL);
    return good;
}

static void call_somebody(struct desk *d, const struct asker *a, const cJSON *r, enum legs_ask ask,
                          const char *call_id)
{
    const struct desk_permit permit = {call_id, json_str(r, "call_token", ""),
                                       json_str(r, "uri", ""), json_int(r, "ring_limit_s", 30)};
    const struct desk_leg *leg = &d->legs[ask == LEGS_DIAL ? LEG_PERSON : LEG_CONSULT];
    if (!call_id_is_plain(call_id)) {
        request_refuse(d, a, ERR_INVALID, N_("The name of the call is not valid."));
    } else if (!target_is_good(d, a, r)) {
        return;
    } else if (desk_clock_ms() >= json_int(r, "before_ms", 0)) {
        request_refuse(d, a, ERR_STATE, N_("The permit to call came too late. Nobody was called."));
    } else if (voice_state(d->voice) != VOICE_READY) {
        request_refuse(d, a, ERR_UNAVAILABLE, N_("The telephone is not ready."));
    } else if (desk_call_is_busy(&leg->call) && leg->call.ending != CALL_END_NONE) {
        request_refuse(d, a, ERR_STATE, N_("The former call is still being ended."));
    } else {
        if (json_int(r, "now_s", 0) > 0)
            d->utc_at_0_ms = json_int(r, "now_s", 0) * 1000 - desk_clock_ms();
        plan_ask(d, a, ask, &permit, NULL);
    }
}

void request_dial(struct desk *d, const struct asker *a, const cJSON *r)
{
    if (desk_legs_are_busy(d))
        request_refuse(d, a, ERR_STATE, N_("There is a call already."));
    else
        call_somebody(d, a, r, LEGS_DIAL, json_str(r, "call_id", ""));
}

void request_take(struct desk *d, const struct asker *a, const cJSON *r)
{
    const struct desk_leg *leg = request_named(d, a, r);
    if (leg && leg->which != LEG_PERSON)
        request_refuse(d, a, ERR_STATE, N_("Nobody is calling."));
    else if (leg)
        plan_ask(d, a, LEGS_ANSWER, NULL, NULL);
}

/* --- the person, and somebody else -------------------------------------------------------- */

/* The person's call: the one that these requests name. */
static bool names_person(struct desk *d, const struct asker *a, const cJSON *r)
{
    const bool named = desk_leg_named(d, json_str(r, "call_id", "")) == &d->legs[LEG_PERSON];
    if (!named)
        request_refuse(d, a, ERR_NOT_FOUND, N_("The desk knows no such call."));
    return named;
}

void request_consult(struct desk *d, const struct asker *a, const cJSON *r)
{
    const char *consult_id = json_str(r, "consult_id", "");
    if (!names_person(d, a, r))
        return;
    if (strcmp(consult_id, d->legs[LEG_PERSON].call.call_id) == 0)
        request_refuse(d, a, ERR_INVALID, N_("The name of the call is not valid."));
    else
        call_somebody(d, a, r, LEGS_CONSULT, consult_id);
}

void request_swap(struct desk *d, const struct asker *a, const cJSON *r)
{
    if (!names_person(d, a, r))
        return;
    if (desk_leg_named(d, json_str(r, "consult_id", "")) != &d->legs[LEG_CONSULT])
        request_refuse(d, a, ERR_NOT_FOUND, N_("The desk knows no such call."));
    else
        plan_ask(d, a, LEGS_SWAP, NULL, NULL);
}

void request_take_back(struct desk *d, const struct asker *a, const cJSON *r)
{
    if (names_person(d, a, r))
        plan_ask(d, a, LEGS_TAKE_BACK, NULL, NULL);
}

void request_transfer(struct desk *d, const struct asker *a, const cJSON *r)
{
    if (names_person(d, a, r) && target_is_good(d, a, r))
        plan_ask(d, a, LEGS_TRANSFER, NULL, json_str(r, "uri", ""));
}

/* --- looking ------------------------------------------------------------------------------ */

void request_call(struct desk *d, const struct asker *a, const cJSON *r)
{
    (void)r;
    cJSON *j = request_answer(a, true);
    (void)cJSON_AddItemToObject(j, "call", desk_call_json(&d->legs[LEG_PERSON].call));
    (void)cJSON_AddItemToObject(j, "consult", desk_call_json(&d->legs[LEG_CONSULT].call));
    desk_server_send(d->server, a->peer, j);
}

void request_ack(struct desk *d, const struct asker *a, const cJSON *r)
{
    const int64_t seq = json_int(r, "seq", 0);
    struct desk_leg *leg = desk_leg_named(d, json_str(r, "call_id", ""));
    if (!leg || seq > (int64_t)leg->call.n_events) {
        request_refuse(d, a, ERR_NOT_FOUND, N_("The desk knows no such event."));
        return;
    }
    if (seq > (int64_t)leg->call.acked)
        leg->call.acked = (unsigned)seq;
    request_ok(d, a);
}
