/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody calls this telephone (net/desk/incoming.h). */

#include "net/desk/incoming.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "net/api/json.h"

#define ID_BYTES 12

/* A call that nobody would be there for, or that would push out what nobody has heard yet. */
static bool may_ring(const struct desk *d)
{
    if (!d->session->signed_in || !d->session->registers || d->leaving || d->plan || !d->sound ||
        !desk_server_screen(d->server))
        return false;
    for (size_t i = 0; i < LEG_COUNT; i++)
        if (!desk_poster_is_done(d->legs[i].poster))
            return false;
    return true;
}

static void name_call(char *ret, size_t size)
{
    unsigned char bytes[ID_BYTES];
    char hex[2 * ID_BYTES + 1];
    randombytes_buf(bytes, sizeof bytes);
    (void)sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
    (void)snprintf(ret, size, INCOMING_ID_PREFIX "%s", hex);
}

static void ring_here(struct desk *d, const cJSON *m)
{
    struct desk_leg *leg = &d->legs[LEG_PERSON];
    const char *sip_call_id = json_str(m, "call", "");
    const char *number = json_str(m, "number", ""), *name = json_str(m, "name", "");
    char call_id[sizeof leg->call.call_id], text[256];
    struct err err;
    name_call(call_id, sizeof call_id);
    desk_leg_clear(&d->legs[LEG_CONSULT]);
    desk_leg_begin(leg, &(struct desk_permit){.call_id = call_id, .call_token = ""});
    leg->call.asked = false;
    (void)snprintf(leg->call.sip_call_id, sizeof leg->call.sip_call_id, "%s", sip_call_id);
    (void)snprintf(text, sizeof text, "%s%s%s", number, *number && *name ? " " : "", name);
    (void)desk_leg_happened(leg, CALL_EV_INCOMING, CALL_END_NONE, 0, text);
    (void)!voice_command(d->voice, "ring", "call", sip_call_id, NULL, NULL, NULL, NULL, &err);
}

void desk_incoming(struct desk *d, const cJSON *m)
{
    const struct legs_plan plan = legs_ask(LEGS_INCOMING, desk_leg_state(&d->legs[LEG_PERSON]),
                                           desk_leg_state(&d->legs[LEG_CONSULT]));
    const char *sip_call_id = json_str(m, "call", "");
    struct err err;
    if (plan.steps[0] == LEGS_STEP_RING && may_ring(d) &&
        strlen(sip_call_id) < sizeof d->legs[0].call.sip_call_id)
        ring_here(d, m);
    else
        (void)!voice_command(d->voice, "hangup", "call", sip_call_id, "here", "no", NULL, NULL,
                             &err);
}
