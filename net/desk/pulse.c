/* SPDX-License-Identifier: Apache-2.0 */
/* How long a desk on another machine takes to answer (net/desk/pulse.h). */

#include "net/desk/pulse.h"

#include <re_types.h>

#include <re_list.h>
#include <re_tmr.h>
#include <stdlib.h>

#include "net/desk/clock.h"

#define LOOK_MS 1000

struct pulse {
    struct desk_link *link;
    pulse_fn *told;
    void *arg;
    struct desk_pace pace;
    struct tmr look;
};

static void on_answer(enum err_code code, const cJSON *answer, const struct err *err, void *arg)
{
    (void)answer;
    (void)err;
    struct pulse *p = arg;
    if (code == ERR_OK && desk_pace_answered(&p->pace, desk_clock_ms()))
        p->told(&p->pace.told, p->arg);
}

static void on_look(void *arg)
{
    struct pulse *p = arg;
    const int64_t now_ms = desk_clock_ms();
    if (desk_pace_is_due(&p->pace, now_ms) &&
        desk_link_request(p->link, "ping", NULL, on_answer, p, NULL) == ERR_OK)
        desk_pace_asked(&p->pace, now_ms);
    if (desk_pace_passes(&p->pace, now_ms))
        p->told(&p->pace.told, p->arg);
    tmr_start(&p->look, LOOK_MS, on_look, p);
}

struct pulse *pulse_new(struct desk_link *link, pulse_fn *told, void *arg)
{
    struct pulse *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    *p = (struct pulse){.link = link, .told = told, .arg = arg};
    tmr_init(&p->look);
    return p;
}

void pulse_up(struct pulse *p)
{
    if (p)
        tmr_start(&p->look, 0, on_look, p);
}

void pulse_down(struct pulse *p)
{
    if (!p)
        return;
    tmr_cancel(&p->look);
    if (desk_pace_lost(&p->pace))
        p->told(&p->pace.told, p->arg);
}

void pulse_used(struct pulse *p)
{
    if (p)
        desk_pace_used(&p->pace, desk_clock_ms());
}

struct pulse *pulse_free(struct pulse *p)
{
    if (p)
        tmr_cancel(&p->look);
    free(p);
    return NULL;
}
