/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The desk: one struct with its parts, and what happens between them. requests.c says what a screen
 * may ask; desk.c what the telephone, the clock and the screen's coming and going lead to. */

#include "core/phone_fault.h"
#include "net/desk/desk_leg.h"
#include "net/desk/desk_sound.h"
#include "net/desk/line_watch.h"
#include "net/desk/place.h"
#include "net/desk/secret_renewal.h"
#include "net/desk/server.h"
#include "net/desk/session.h"
#include "net/voice/voice.h"

struct desk_config {
    const char *instance;
    const char *audio;
    const char *baresip;
    const char *module;
    const char *log;
    bool listen; /* does not end by itself */
};

struct plan;

struct desk {
    struct desk_server *server;
    struct desk_session *session;
    struct secret_renewal *renewal;
    struct voice *voice;
    struct desk_leg legs[LEG_COUNT];
    struct plan *plan;  /* what the module is doing for a request; NULL = nothing */
    bool resume_person; /* as soon as the plan is over */
    struct line_watch line;
    struct tmr line_every;
    char phone_reason[256];
    char sound_reason[128];
    enum phone_fault fault; /* of the exchange's certificate */
    char fault_about[161];
    char fault_reason[256]; /* both, as a sentence */
    bool sound;
    bool registered;
    bool login_refused; /* by the registrar: a wrong secret, or nobody that it knows */
    bool leaving;
    bool listens;
    int64_t utc_at_0_ms;    /* what the backend's clock showed when desk_clock_ms was 0 */
    struct tmr grace;       /* no screen: the calls end when it passes */
    struct tmr idle;        /* nobody signed in, or no screen for long */
    struct tmr sound_again; /* no sound device: one may have been plugged in */
    struct tmr sound_test;  /* the test of the sound ends then */
    struct desk_sound sound_state;
    struct voice_account account;
};

/* Make all parts and begin to wait for a screen. Errors: as desk_server_new; ERR_NOMEM. */
enum err_code desk_init(struct desk *d, const struct desk_config *config,
                        struct err *err) MUSTCHECK;
void desk_deinit(struct desk *d);

/* End everything in good order (hang up, un-register) and leave the loop. */
void desk_leave(struct desk *d);

/* Does it stay when nobody is signed in? */
bool desk_stays(const struct desk *d);

/* Nobody is signed in any more; a desk that does not stay leaves. Not during a call. */
void desk_sign_out(struct desk *d);

/* The screen's number `peer` says something (requests.c). */
void desk_request(uint64_t peer, const cJSON *request, void *desk);

/* A screen attached. */
void desk_screen_came(struct desk *d);

/* Add what hello and the event phone say alike. */
bool desk_phone_tell(const struct desk *d, cJSON *j);

/* As in the protocol: "starting", "ready", "failed". */
const char *desk_phone_name(const struct desk *d);
/* Why it is so; for a ready phone without sound: what is missing. */
const char *desk_phone_reason(const struct desk *d);
