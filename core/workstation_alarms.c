/* SPDX-License-Identifier: Apache-2.0 */
/* What a supervisor does about alarms: looks at the list, reads a report, sets a person free. The
 * words of a report are here only while somebody looks. */

#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/workstation_state.h"

void workstation_alarms(struct workstation *ws, int64_t raised, int64_t seen)
{
    ws->view.alarms_raised = raised;
    ws->view.alarms_seen = seen;
    ws->view.alarms_told = true;
    ws->alarms_stale = true;
    ws_settle(ws);
}

static enum err_code check(const struct workstation *ws, struct err *err)
{
    enum err_code code = ws_check_signed_in(ws, err);
    return code == ERR_OK ? ws_check_backend(ws, err) : code;
}

static void forget_incident(struct workstation *ws)
{
    ws_wipe(&ws->view.incident, sizeof ws->view.incident);
    ws->view.incident_missing = false;
    ws->wanted_incident[0] = '\0';
    ws->in_flight[WS_REQ_INCIDENTS] = 0; /* what comes now is for nobody */
}

void ws_alarms_drop(struct workstation *ws)
{
    struct workstation_view *v = &ws->view;
    forget_incident(ws);
    ws_wipe(v->alarms, sizeof v->alarms);
    v->n_alarms = 0;
    v->alarms_known = false;
    ws->watches_alarms = ws->alarms_stale = false;
}

enum err_code ws_watch_alarms(void *arg, bool on, struct err *err)
{
    struct workstation *ws = arg;
    if (!on) {
        ws_alarms_drop(ws);
        ws_settle(ws);
        return ERR_OK;
    }
    enum err_code code = check(ws, err);
    if (code != ERR_OK)
        return code;
    forget_incident(ws);
    ws->watches_alarms = ws->alarms_stale = true;
    ws_settle(ws);
    return ERR_OK;
}

static enum err_code ask(struct workstation *ws, struct ws_request *req, struct err *err)
{
    enum err_code code = check(ws, err);
    if (code == ERR_OK && !ws_ask(ws, req))
        code = err_set(err, ERR_STATE, N_("This is being done."));
    if (code == ERR_OK)
        ws_settle(ws);
    return code;
}

enum err_code ws_see_alarm(void *arg, const char *alarm_id, struct err *err)
{
    struct ws_request req = {.kind = WS_REQ_SEE_ALARM, .alarm_id = alarm_id};
    return ask(arg, &req, err);
}

enum err_code ws_close_alarm(void *arg, const char *alarm_id, struct err *err)
{
    struct ws_request req = {.kind = WS_REQ_CLOSE_ALARM, .alarm_id = alarm_id};
    return ask(arg, &req, err);
}

enum err_code ws_read_incident(void *arg, const char *incident_id, struct err *err)
{
    struct workstation *ws = arg;
    forget_incident(ws);
    struct ws_request req = {.kind = WS_REQ_INCIDENTS};
    ws_copy(ws->wanted_incident, sizeof ws->wanted_incident, incident_id);
    return ask(ws, &req, err);
}

enum err_code ws_release(void *arg, const char *offer_id, const char *reason, struct err *err)
{
    char kept[201 * 4];
    if (text_chars(reason, strlen(reason)) > 200)
        return err_field(err, ERR_TOO_LARGE, "/reason", N_("At most 200 characters."));
    if (text_trim(kept, sizeof kept, reason, strlen(reason)) == 0)
        return err_field(err, ERR_INVALID, "/reason", N_("Say why."));
    struct ws_request req = {.kind = WS_REQ_RELEASE, .offer_id = offer_id, .reason = kept};
    return ask(arg, &req, err);
}

static void take_alarms(struct workstation *ws, const struct ws_answer *a)
{
    struct workstation_view *v = &ws->view;
    if (!ws->watches_alarms)
        return;
    v->n_alarms = a->n_alarms < WS_ALARMS_MAX ? a->n_alarms : WS_ALARMS_MAX;
    if (v->n_alarms)
        memcpy(v->alarms, a->alarms, v->n_alarms * sizeof *a->alarms);
    v->alarms_known = true;
}

static void take_incident(struct workstation *ws, const struct ws_answer *a)
{
    struct workstation_view *v = &ws->view;
    v->incident_missing = true;
    for (size_t i = 0; i < a->n_incidents; i++) {
        if (strcmp(a->incidents[i].incident_id, ws->wanted_incident) == 0) {
            v->incident = a->incidents[i];
            v->incident_missing = false;
        }
    }
}

void ws_alarms_answered(struct workstation *ws, const struct ws_answer *a)
{
    if (a->code != ERR_OK) {
        ws_refused(ws, a);
    } else if (a->kind == WS_REQ_INCIDENTS) {
        take_incident(ws, a);
    } else if (a->kind == WS_REQ_RELEASE) {
        ws->alarms_stale = true;
        ws_notice(ws, WS_NOTICE_INFO, N_("The person is set free."));
    } else {
        take_alarms(ws, a);
    }
}

/* The list follows what happens, for as long as somebody looks at it. */
void ws_alarms_settle(struct workstation *ws)
{
    struct ws_request req = {.kind = WS_REQ_ALARMS};
    if (!ws->watches_alarms || !ws->alarms_stale || ws->view.backend != WS_BACKEND_OK ||
        ws->in_flight[WS_REQ_ALARMS])
        return;
    ws->alarms_stale = false;
    ws_ask(ws, &req);
}
