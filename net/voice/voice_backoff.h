/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How long the desk waits before it starts a telephone program again that ended: longer and longer
 * for one that keeps failing, and at once anew for one that had worked. */

#include <stdint.h>

#define VOICE_BACKOFF_FIRST_MS 500
#define VOICE_BACKOFF_MAX_MS 8000
#define VOICE_STEADY_MS 30000 /* who lived that long had worked */

struct voice_backoff {
    uint64_t next_ms; /* 0 = VOICE_BACKOFF_FIRST_MS */
};

/* It works, or somebody asks for it: the next pause is the first again. */
static inline void voice_backoff_reset(struct voice_backoff *b)
{
    b->next_ms = 0;
}

/* The pause after a process that lived for lived_ms. */
static inline uint64_t voice_backoff_pause_ms(struct voice_backoff *b, uint64_t lived_ms)
{
    if (lived_ms > VOICE_STEADY_MS || !b->next_ms)
        b->next_ms = VOICE_BACKOFF_FIRST_MS;
    const uint64_t pause_ms = b->next_ms;
    b->next_ms = pause_ms * 2 < VOICE_BACKOFF_MAX_MS ? pause_ms * 2 : VOICE_BACKOFF_MAX_MS;
    return pause_ms;
}
