/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The screen's end of the desk protocol (net/desk/protocol.h), on libre's loop.
 *
 * A link connects, says hello with the attach token, and stays: when the desk goes away it tries
 * again (250 ms, doubling to 4 s) and, if it was given a program, starts the desk; one on another
 * machine it waits for. Nothing here
 * waits. All handlers run on the loop, never from inside desk_link_new or desk_link_request. A
 * handler may send requests; it must not free the link. */

#include <cjson/cJSON.h>

#include "core/err.h"

struct desk_link;

enum desk_link_state {
    DESK_LINK_DOWN,     /* no desk; tried again by itself */
    DESK_LINK_UP,       /* hello was answered */
    DESK_LINK_REPLACED, /* another screen took the desk; stays so until desk_link_retry */
    DESK_LINK_REFUSED,  /* hello was refused (other protocol version, wrong token); tried again */
};

struct desk_link_handlers {
    /* The link changed. hello: the answer to hello with DESK_LINK_UP (desk_version,
     * baresip_version, signed_in, phone, sound, registered, reason, call), else NULL; borrowed.
     * sentence: why it is not up, for the person; "" when up. */
    void (*state)(enum desk_link_state state, const cJSON *hello, const char *sentence, void *arg);
    /* A desk event: name is "phone", "call" or whatever a newer desk sends. Borrowed. */
    void (*event)(const char *name, const cJSON *event, void *arg);
    void *arg;
};

/* The answer to a request. code is ERR_OK and answer the whole answer object, or answer is NULL
 * and err says why: a code and sentence of the desk, or ERR_UNAVAILABLE when the link broke first
 * (the desk may have done it or not: look at `call` after the next hello). */
typedef void desk_link_reply_fn(enum err_code code, const cJSON *answer, const struct err *err,
                                void *arg);

struct desk_link_config {
    const char *instance; /* see net/desk/place.h */
    const char *program;  /* path of pupitre-desk to start when no desk is there; NULL = never */
    const char *audio;    /* its --audio, NULL = its default */
    const char *baresip;  /* its --baresip, NULL = its default */
    const char *log;      /* its --log, NULL = its default */
    const char *socket;   /* of a desk on another machine: the place, instead of instance's, and no
                             desk is started; NULL = here */
};

/* Make a link and begin to connect. Config strings are copied. Errors: ERR_INVALID (the place),
 * ERR_NOMEM. */
enum err_code desk_link_new(struct desk_link **ret, const struct desk_link_config *config,
                            const struct desk_link_handlers *handlers, struct err *err) MUSTCHECK;

/* Send a request. fields: an object with the fields of the op (v, id and op are added), taken in
 * any case; NULL = none. reply may be NULL; it is called exactly once if this returned ERR_OK,
 * and never otherwise. Errors: ERR_UNAVAILABLE (link not up), ERR_TOO_LARGE, ERR_NOMEM. */
enum err_code desk_link_request(struct desk_link *link, const char *op, cJSON *fields,
                                desk_link_reply_fn *reply, void *arg, struct err *err) MUSTCHECK;

enum desk_link_state desk_link_state(const struct desk_link *link);

/* Try at once: after DESK_LINK_REPLACED, or because the agent asks. */
void desk_link_retry(struct desk_link *link);

/* Close; the desk keeps a running call. Open requests get no reply. Accepts NULL, returns NULL. */
struct desk_link *desk_link_free(struct desk_link *link);
