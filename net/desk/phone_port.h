/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The desk as the workstation's ports see it: what core asks becomes requests of the desk protocol,
 * and what the desk says becomes core's words. */

#include "core/phone_fault.h"
#include "core/workstation_ports.h"
#include "net/api/wire_in.h"
#include "net/desk/link.h"

struct phone_port;

/* The functions of core/workstation_ports.h, and two of the program's own. */
struct phone_port_handlers {
    void (*up)(void *arg, bool signed_in, const struct ws_desk_call *call,
               const struct ws_desk_call *consult);
    void (*down)(void *arg, const char *sentence);
    void (*replaced)(void *arg);
    /* fault: of the exchange's certificate, with what is said about it; else reason counts. */
    void (*phone)(void *arg, enum ws_phone state, const char *reason, enum phone_fault fault,
                  const char *about);
    void (*event)(void *arg, const char *call_id, const char *sip_call_id,
                  const struct ws_call_event *event);
    void (*media)(void *arg, const char *call_id, enum ws_media media);
    void (*call)(void *arg, const struct ws_desk_call *call, const struct ws_desk_call *consult);
    void (*line)(void *arg, const char *call_id, const struct line_quality *quality);
    /* Of a desk on another machine only. */
    void (*pace)(void *arg, const struct desk_pace_told *told);
    void (*sound)(void *arg, const struct ws_desk_way ways[WS_WAY_COUNT], bool silent);
    void (*devices)(void *arg, const struct ws_sound_way ways[WS_WAY_COUNT]);
    void (*level)(void *arg, bool on, int level_db);
    void (*done)(void *arg, enum ws_phone_op op, const char *call_id, enum err_code code,
                 const struct err *err);
    void (*kept)(void *arg); /* the desk has the newest picture */
    /* For signing the phone in: the session (NULL = none) and the API's address with its version
     * ("https://…/v1") and who vouches for it (PEM text, NULL = the desk's system), borrowed for
     * the call. */
    const struct wire_session *(*session)(void *arg, const char **ret_api, const char **ret_ca);
    void *arg;
};

/* Errors: those of desk_link_new. */
enum err_code phone_port_new(struct phone_port **ret, const struct desk_link_config *config,
                             const struct phone_port_handlers *handlers, struct err *err) MUSTCHECK;
/* The desk keeps a running call. Accepts NULL, returns NULL. */
struct phone_port *phone_port_free(struct phone_port *p);

/* ws_ports.phone; arg is the port. */
enum err_code phone_port_ask(void *port, const struct ws_phone_request *req, struct err *err);

/* Give the desk what it should keep. The newest is enough: while one is on its way the next waits.
 * Takes keep (NULL allowed: nothing happens). */
void phone_port_keep(struct phone_port *p, cJSON *keep);

/* Ask for the session of a signed-in desk. session: agent, token, key and the API's address that
 * belongs to them; NULL when it could not be had. keep: borrowed, may be NULL. */
typedef void phone_port_session_fn(void *arg, const struct wire_session *session,
                                   const cJSON *keep);
void phone_port_session(struct phone_port *p, phone_port_session_fn *done, void *arg);
