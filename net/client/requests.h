/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The requests of the workstation as HTTP: one table of methods, paths, bodies and answers. */

#include "core/buf.h"
#include "core/workstation_ports.h"
#include "net/api/wire_in.h"

struct request_form {
    const char *method;
    const char *accept; /* NULL = application/json */
    bool has_key;
    bool needs_session;
    size_t limit; /* of the answer, bytes */
};

/* Never NULL. */
const struct request_form *request_form(enum ws_request_kind kind);

/* Append path and body (empty = none). False: out of memory. The body may hold a password. */
bool request_write(const struct ws_request *req, struct buf *path, struct buf *body);

/* An answer in memory of its own; wiped by request_answer_deinit. */
struct request_answer {
    struct ws_answer answer; /* points into what follows */
    struct ws_work work;
    struct ws_permit permit;
    struct ws_directory directory;
    struct record record;
    char niss_masked[16];
    char niss[16];
    char *response;
    struct ws_interaction interactions[WS_INTERACTIONS_MAX];
    struct ws_callback callbacks[WS_CALLBACKS_MAX];
    struct ws_alarm alarms[WS_ALARMS_MAX];
    struct ws_incident *incidents; /* heap, WS_INCIDENTS_MAX; NULL = not asked for */
    struct ws_contact *contacts;   /* the same, WS_CONTACTS_MAX */
};

/* Read the body of a 2xx. session: filled by a sign-in, NULL otherwise. Errors: ERR_UNAVAILABLE
 * (it is not what openapi.yaml promises), ERR_NOMEM. */
enum err_code request_read(enum ws_request_kind kind, const char *body, size_t len,
                           struct wire_session *session, struct request_answer *ret,
                           struct err *err) MUSTCHECK;
void request_answer_deinit(struct request_answer *a); /* not service and script, which are taken */
