/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody calls the telephone whom no queue sent (struct ws_incoming). */

#include "core/workstation_state.h"

#include "core/i18n.h"

bool ws_told_came_in(const struct ws_told *t)
{
    return t->n && t->events[0].kind == CALL_EV_INCOMING;
}

/* Who waits for the next person, or has one in hand, is not called away. */
static bool is_welcome(const struct workstation *ws)
{
    return !ws->view.on_queue && !ws->here.offer_id[0];
}

void ws_incoming_settle(struct workstation *ws)
{
    struct ws_told *t = &ws->told;
    ws->view.incoming = (struct ws_incoming){0};
    if (ws->view.login != WS_SIGNED_IN || !ws_told_came_in(t))
        return;
    if (t->reported < t->n) { /* the backend is told nothing: the desk need not wait for that */
        t->reported = (unsigned)t->n;
        ws_call_ack(ws, t->call_id, t->reported);
    }
    if (t->call.state == CALL_INCOMING && !is_welcome(ws) && !t->end_asked)
        t->end_asked =
            ws_phone_ask(ws, &(struct ws_phone_request){.op = WS_PHONE_END, .call_id = t->call_id});
    if (t->end_asked)
        return;
    ws->view.incoming.call = t->call;
    ws_copy(ws->view.incoming.from, sizeof ws->view.incoming.from, t->events[0].text);
}

enum err_code ws_take_call(void *arg, struct err *err)
{
    struct workstation *ws = arg;
    enum err_code code = ws_check_signed_in(ws, err);
    if (code != ERR_OK)
        return code;
    if (ws->view.incoming.call.state != CALL_INCOMING)
        return err_set(err, ERR_STATE, N_("Nobody is calling."));
    if (!ws->desk_up)
        return err_set(err, ERR_UNAVAILABLE, N_("The telephone program does not answer."));
    return ws->ports.phone(
        ws->ports.arg,
        &(struct ws_phone_request){.op = WS_PHONE_ANSWER, .call_id = ws->told.call_id}, err);
}
