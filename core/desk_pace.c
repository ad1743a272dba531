/* SPDX-License-Identifier: Apache-2.0 */
/* How long a desk on another machine takes to answer (core/desk_pace.h). */

#include "core/desk_pace.h"

#define USED_EVERY_MS 15000
#define IDLE_EVERY_MS 60000
#define USED_FOR_MS 60000 /* so long after its last use a line counts as used */

/* A quarter of a second is felt by who types; below the lower one it is fast again. */
#define SLOW_MS 250
#define FAST_MS 150
#define STEP_MS 100
#define SILENT_MS 2000

bool desk_pace_is_due(const struct desk_pace *p, int64_t now_ms)
{
    const bool used = p->used_ms && now_ms - p->used_ms < USED_FOR_MS;
    if (p->asked_ms)
        return false;
    return !p->done_ms || now_ms - p->done_ms >= (used ? USED_EVERY_MS : IDLE_EVERY_MS);
}

static bool tell(struct desk_pace *p, int64_t slow_ms, int64_t silent_s)
{
    const bool news = p->told.slow_ms != slow_ms || p->told.silent_s != silent_s;
    p->told = (struct desk_pace_told){slow_ms, silent_s};
    return news;
}

/* What is told stays until it is wrong by a step. */
static int64_t slow_now(const struct desk_pace *p)
{
    const int64_t told = p->told.slow_ms;
    const int64_t off = p->took_ms - told;
    if (p->took_ms < (told ? FAST_MS : SLOW_MS))
        return 0;
    if (told && off < STEP_MS && off > -STEP_MS)
        return told;
    return (p->took_ms + STEP_MS / 2) / STEP_MS * STEP_MS;
}

void desk_pace_asked(struct desk_pace *p, int64_t now_ms)
{
    p->asked_ms = now_ms;
}

bool desk_pace_answered(struct desk_pace *p, int64_t now_ms)
{
    const int64_t took_ms = now_ms - p->asked_ms > 0 ? now_ms - p->asked_ms : 1;
    if (!p->asked_ms)
        return false;
    p->took_ms = p->took_ms ? (p->took_ms + took_ms + 1) / 2 : took_ms;
    p->asked_ms = 0;
    p->done_ms = now_ms;
    return tell(p, slow_now(p), 0);
}

bool desk_pace_passes(struct desk_pace *p, int64_t now_ms)
{
    const int64_t waits_ms = p->asked_ms ? now_ms - p->asked_ms : 0;
    return tell(p, p->told.slow_ms, waits_ms >= SILENT_MS ? waits_ms / 1000 : 0);
}

bool desk_pace_lost(struct desk_pace *p)
{
    p->asked_ms = p->took_ms = p->done_ms = 0;
    return tell(p, 0, 0);
}

void desk_pace_used(struct desk_pace *p, int64_t now_ms)
{
    p->used_ms = now_ms;
}
