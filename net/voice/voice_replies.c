/* SPDX-License-Identifier: Apache-2.0 */
/* The commands whose reply is awaited (net/voice/voice_replies.h). */

#include "net/voice/voice_replies.h"

#include <stddef.h>
#include <string.h>

unsigned long voice_replies_next(struct voice_replies *r)
{
    for (size_t i = 0; i < VOICE_REPLIES_MAX; i++)
        if (!r->rows[i].id)
            return ++r->last_id;
    return 0;
}

void voice_replies_await(struct voice_replies *r, unsigned long id, voice_reply_fn *reply,
                         void *arg)
{
    for (size_t i = 0; i < VOICE_REPLIES_MAX; i++)
        if (!r->rows[i].id) {
            r->rows[i].id = id;
            r->rows[i].reply = reply;
            r->rows[i].arg = arg;
            return;
        }
}

bool voice_replies_are_open(const struct voice_replies *r)
{
    for (size_t i = 0; i < VOICE_REPLIES_MAX; i++)
        if (r->rows[i].id)
            return true;
    return false;
}

/* The row is free before the receiver is called: it may send the next command. */
static void give(struct voice_replies *r, size_t i, const cJSON *message)
{
    voice_reply_fn *const reply = r->rows[i].reply;
    void *const arg = r->rows[i].arg;
    memset(&r->rows[i], 0, sizeof r->rows[i]);
    if (reply)
        reply(message, arg);
}

void voice_replies_take(struct voice_replies *r, unsigned long id, const cJSON *reply)
{
    for (size_t i = 0; id && i < VOICE_REPLIES_MAX; i++)
        if (r->rows[i].id == id) {
            give(r, i, reply);
            return;
        }
}

void voice_replies_drop(struct voice_replies *r)
{
    for (size_t i = 0; i < VOICE_REPLIES_MAX; i++)
        if (r->rows[i].id)
            give(r, i, NULL);
}
