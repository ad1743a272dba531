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
        cJSON_AddStringToObject(j, "call_id", d->call.call_id) &&
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
    struct line_watch *w = &d->line;
    char text[LINE_TEXT_SIZE];
    if (q->grade == LINE_UNKNOWN || (q->grade == w->kept.grade && q->fault == w->kept.fault) ||
        !desk_call_has_room(&d->call))
        return;
    w->kept = *q;
    desk_call_happened(d, CALL_EV_LINE, CALL_END_NONE, 0, line_quality_text(q, text));
}

static void change(struct desk *d, struct line_quality q)
{
    if (line_quality_is_same(&q, &d->line.told))
        return;
    tell(d, &q); /* first: an event looks at the line once more */
    keep(d, &q);
}

/* On hold, by whichever side, sound is not to come. */
static bool should_sound(const struct desk *d)
{
    const struct call *call = &d->call.call;
    return call->state == CALL_TALKING && !call->peer_holds;
}

static int64_t count(const cJSON *reply, const char *name)
{
    return strtoll(json_str(reply, name, "0"), NULL, 10);
}

static void on_stats(const cJSON *reply, void *arg)
{
    struct desk *d = arg;
    struct line_watch *w = &d->line;
    const bool same = strcmp(w->asked, d->call.sip_call_id) == 0;
    w->asked[0] = '\0';
    if (!same || !should_sound(d) || !reply || strcmp(json_str(reply, "ok", "no"), "yes") != 0)
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
    (void)snprintf(w->asked, sizeof w->asked, "%s", d->call.sip_call_id);
    if (voice_command(d->voice, "stats", "call", w->asked, NULL, NULL, on_stats, d, NULL) != ERR_OK)
        w->asked[0] = '\0';
}

void line_watch_follow(struct desk *d)
{
    struct line_watch *w = &d->line;
    if (should_sound(d)) {
        if (!tmr_isrunning(&d->line_every))
            on_time(d); /* the first counting: what is measured is from here on */
        return;
    }
    tmr_cancel(&d->line_every);
    w->counted = false;
    if (d->call.call.state != CALL_TALKING && d->call.call.state != CALL_HELD)
        w->kept = (struct line_quality){.grade = LINE_UNKNOWN}; /* of a call that is over */
    change(d, (struct line_quality){.grade = LINE_UNKNOWN});
}

void line_watch_forget(struct desk *d)
{
    d->line.told = (struct line_quality){.grade = LINE_UNKNOWN};
}
