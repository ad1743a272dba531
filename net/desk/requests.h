/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The requests of a screen, by what they are about. Each function answers, now or later, exactly
 * once; its fields were checked against the table in requests.c. */

#include "net/desk/desk.h"

/* Who asked: survives the request, because some answers come later. */
struct asker {
    uint64_t peer;
    char id[65];
};

cJSON *request_answer(const struct asker *a, bool ok);
void request_ok(struct desk *d, const struct asker *a);
/* sentence NULL: the code's own. */
void request_refuse(struct desk *d, const struct asker *a, enum err_code code,
                    const char *sentence);

/* request_session.c */
void request_hello(struct desk *d, const struct asker *a, const cJSON *r);
void request_admit(struct desk *d, const struct asker *a, const cJSON *r);
void request_ping(struct desk *d, const struct asker *a, const cJSON *r);
void request_sign_in(struct desk *d, const struct asker *a, const cJSON *r);
void request_session(struct desk *d, const struct asker *a, const cJSON *r);
void request_keep(struct desk *d, const struct asker *a, const cJSON *r);
void request_sign_out(struct desk *d, const struct asker *a, const cJSON *r);

/* The call that the request names as call_id, which is up. Refuses by itself: NULL. */
struct desk_leg *request_named(struct desk *d, const struct asker *a, const cJSON *r);

/* request_call.c */
void request_call(struct desk *d, const struct asker *a, const cJSON *r);
void request_ack(struct desk *d, const struct asker *a, const cJSON *r);
void request_take(struct desk *d, const struct asker *a, const cJSON *r);
void request_dial(struct desk *d, const struct asker *a, const cJSON *r);
void request_consult(struct desk *d, const struct asker *a, const cJSON *r);
void request_swap(struct desk *d, const struct asker *a, const cJSON *r);
void request_take_back(struct desk *d, const struct asker *a, const cJSON *r);
void request_transfer(struct desk *d, const struct asker *a, const cJSON *r);

/* request_control.c: mute, hold and the like on one of the calls */
void request_end(struct desk *d, const struct asker *a, const cJSON *r);
void request_mute(struct desk *d, const struct asker *a, const cJSON *r);
void request_hold(struct desk *d, const struct asker *a, const cJSON *r);
void request_dtmf(struct desk *d, const struct asker *a, const cJSON *r);
void request_stats(struct desk *d, const struct asker *a, const cJSON *r);

/* request_sound.c */
void request_devices(struct desk *d, const struct asker *a, const cJSON *r);
void request_choose(struct desk *d, const struct asker *a, const cJSON *r);
void request_volume(struct desk *d, const struct asker *a, const cJSON *r);
void request_sound_test(struct desk *d, const struct asker *a, const cJSON *r);

/* A command at the module whose reply decides what happens. */
struct waiting {
    struct desk *desk;
    struct desk_leg *leg; /* whose call it is about; NULL = none's */
    struct asker asker;
    char sip_call_id[129];
    enum call_event kind;
};

/* NULL, and the request refused, when out of memory. */
struct waiting *waiting_new(struct desk *d, const struct asker *a, enum call_event kind);
/* ... about this call. */
struct waiting *waiting_for(struct desk_leg *leg, const struct asker *a, enum call_event kind);

/* Send a command to the module; refuses, and frees w, when that fails. False then. */
bool waiting_command(struct waiting *w, const char *cmd, const char *key1, const char *value1,
                     const char *key2, const char *value2, voice_reply_fn *on_reply);
