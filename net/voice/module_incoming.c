/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to this telephone. The desk is asked about each; while another call is here it hears
 * nothing of a new one. */

#include "net/voice/module.h"

#include <string.h>

#include <re_mem.h>
#include <re_uri.h>

#include "core/i18n.h"

#define NUMBER_MAX 64 /* nobody reads more of it */

/* The user of "sip:user@host"; "" when the address is none. */
static void number_of(const struct call *call, char *ret, size_t size)
{
    struct pl text;
    struct uri uri;
    pl_set_str(&text, call_peeruri(call));
    ret[0] = '\0';
    if (uri_decode(&uri, &text) == 0 && uri.user.l < size)
        (void)pl_strcpy(&uri.user, ret, size);
}

void module_incoming_came(struct module *m, struct call *call)
{
    char number[NUMBER_MAX + 1];
    const char *name = call_peername(call);
    if (list_count(ua_calls(m->ua)) > 1 || !module_call_take(m, call)) {
        call_hangup(call, 486, "Busy Here");
        mem_deref(call);
        return;
    }
    number_of(call, number, sizeof number);
    module_send(m, "incoming", "call", call_id(call), "number", number, "name", name ? name : "",
                NULL);
}

void module_incoming_ring(struct module *m, const char *id, const struct odict *cmd)
{
    struct call *call = module_call_named(m, id, cmd);
    if (!call)
        return;
    if (call_state(call) == BARESIP_STATE_INCOMING)
        module_call_rings(m, call, true);
    module_reply(m, id, NULL);
}

void module_incoming_answer(struct module *m, const char *id, const struct odict *cmd)
{
    struct call *call = module_call_named(m, id, cmd);
    if (!call)
        return;
    module_call_rings(m, call, false);
    if (call_state(call) != BARESIP_STATE_INCOMING)
        module_refuse(m, id, "state", N_("Nobody is calling."));
    else if (call_answer(call, 200, BARESIP_VIDEO_OFF))
        module_refuse(m, id, "unavailable", N_("The call could not be answered."));
    else
        module_reply(m, id, NULL);
}
