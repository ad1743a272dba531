/* SPDX-License-Identifier: Apache-2.0 */
#include "net/desk/line_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/api/json.h"
#include "net/desk/desk.h"

#define EVERY_MS 5000 /* as often as a telephone reports (RFC 3550 6.2) */

static void tell(struct desk *d, const struct line_quality *q)
{
    cJSON *j = cJSON_CreateObject();
    d->line.told = *q;
    if (cJSON_AddStringToObject(j, "event", "line") &&
        cJSON_AddStringToObject(j, "call_id", d->line.leg->call.call_id) &&
        cJSON_AddStringToObject(j, "grade", line_grade_name(q->grade)) &&
        cJSON_AddStringToObject(j, "fault", line_fault_name(q->fault)) &&
        cJSON_AddNumberToObject(j, "value", q->value))
        desk_server_send(d->server, desk_server_screen(d->server), j);
    else
        json_free(j);
}

/* Another grade or fault is an event of the call, too; each percent is none, nor that nothing is
 * measured. */
static void keep(struct desk *d, const struct line_quality *q)
{
    struct desk_leg *leg = d->line.leg;
    char text[LINE_TEXT_SIZE];
    if (q->grade == LINE_UNKNOWN || (q->grade == leg->kept.grade && q->fault == leg->kept.fault) ||
        !desk_call_has_room(&leg->call))
        return;
    leg->kept = *q;
    (void)desk_leg_happened(leg, CALL_EV_LINE, CALL_END_NONE, 0, line_quality_text(q, text));
}

static void change(struct desk *d, struct line_quality q)
{
    if (line_quality_is_same(&q, &d->line.told))
        return;
    tell(d, &q); /* first: an event looks at the line once more */
    keep(d, &q);
}

/* Who talks: at most one. On hold, by whichever side, sound is not to come. */
static struct desk_leg *talker(struct desk *d)
{
    for (size_t i = 0; i < LEG_COUNT; i++)
        if (d->legs[i].call.call.state == CALL_TALKING && !d->legs[i].call.call.peer_holds)
            return &d->legs[i];
    return NULL;
}

static int64_t count(const cJSON *reply, const char *name)
{
    return strtoll(json_str(reply, name, "0"), NULL, 10);
}

static void on_stats(const cJSON *reply, void *arg)
{
    struct desk *d = arg;
    struct line_watch *w = &d->line;
    const bool same = w->leg && strcmp(w->asked, w->leg->call.sip_call_id) == 0;
    w->asked[0] = '\0';
    if (!same || !reply || strcmp(json_str(reply, "ok", "no"), "yes") != 0)
        return;
    const struct line_counts now = {count(reply, "received"), count(reply, "lost"),
                                    count(reply, "jitter_us"), count(reply, "rtt_us")};
    if (w->counted)
        change(d, line_quality_of(&w->before, &now));
    w->before = now;
    w->counted = true;
}

static void on_time(void *arg)
{
    struct desk *d = arg;
    struct line_watch *w = &d->line;
    tmr_start(&d->line_every, EVERY_MS, on_time, d);
    if (w->asked[0])
        return;
    (void)snprintf(w->asked, sizeof w->asked, "%s", w->leg->call.sip_call_id);
    if (voice_command(d->voice, "stats", "call", w->asked, NULL, NULL, on_stats, d, NULL) != ERR_OK)
        w->asked[0] = '\0';
}

void line_watch_follow(struct desk *d)
{
    struct line_watch *w = &d->line;
    struct desk_leg *leg = talker(d);
    if (leg == w->leg)
        return;
    tmr_cancel(&d->line_every);
    w->counted = false;
    if (w->leg)
        change(d, (struct line_quality){.grade = LINE_UNKNOWN});
    w->leg = leg;
    if (leg)
        on_time(d); /* the first counting: what is measured is from here on */
}

void line_watch_forget(struct desk *d)
{
    d->line.told = (struct line_quality){.grade = LINE_UNKNOWN};
}
