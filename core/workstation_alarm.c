/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms, as a supervisor sees them: how many is told, the list is asked for. */

#include <string.h>

#include "core/i18n.h"
#include "core/workstation_state.h"

void workstation_alarms(struct workstation *ws, int64_t raised, int64_t seen)
{
    ws->view.alarms_raised = raised;
    ws->view.alarms_seen = seen;
    ws->view.alarms_told = true;
    ws_settle(ws);
}

static enum err_code ask(struct workstation *ws, struct ws_request *req, struct err *err)
{
    enum err_code code = ws_check_signed_in(ws, err);
    if (code == ERR_OK)
        code = ws_check_backend(ws, err);
    if (code != ERR_OK)
        return code;
    if (!ws_ask(ws, req))
        return err_set(err, ERR_STATE, N_("This is being done already."));
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_alarms(void *arg, struct err *err)
{
    struct ws_request req = {.kind = WS_REQ_ALARMS};
    return ask(arg, &req, err);
}

enum err_code ws_alarm(void *arg, const char *alarm_id, bool close, struct err *err)
{
    struct ws_request req = {.kind = close ? WS_REQ_ALARM_CLOSE : WS_REQ_ALARM_SEE,
                             .alarm_id = alarm_id};
    return ask(arg, &req, err);
}

void ws_alarms_answered(struct workstation *ws, const struct ws_answer *a)
{
    struct workstation_view *v = &ws->view;
    if (a->code != ERR_OK) {
        ws_refused(ws, a);
        return;
    }
    v->n_alarms = a->n_alarms < WS_ALARMS_MAX ? a->n_alarms : WS_ALARMS_MAX;
    if (v->n_alarms)
        memcpy(v->alarms, a->alarms, v->n_alarms * sizeof *a->alarms);
}
