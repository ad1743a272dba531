/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The commands whose reply is awaited. */

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "net/voice/voice.h"

#define VOICE_REPLIES_MAX 32

struct voice_replies {
    unsigned long last_id;
    struct {
        unsigned long id; /* 0 = free */
        voice_reply_fn *reply;
        void *arg;
    } rows[VOICE_REPLIES_MAX];
};

/* The number of the next command; 0 = too many are open. Nothing is awaited before _await. */
unsigned long voice_replies_next(struct voice_replies *r);
void voice_replies_await(struct voice_replies *r, unsigned long id, voice_reply_fn *reply,
                         void *arg);

bool voice_replies_are_open(const struct voice_replies *r);

/* Give a reply to who awaits it, once. */
void voice_replies_take(struct voice_replies *r, unsigned long id, const cJSON *reply);

/* The process died: all get NULL. */
void voice_replies_drop(struct voice_replies *r);
