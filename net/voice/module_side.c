/* SPDX-License-Identifier: Apache-2.0 */
/* Which device a direction of the sound uses, and what is tried when it goes.
 *
 * The chosen device first, then the one of the setting, then every other that is listed, then again
 * from the start; and while another one is in use, the chosen one is looked for. A side runs while
 * it has clients, and a little longer: between the ringback tone and the call there is no gap. */

#include "net/voice/module.h"

#include <errno.h>
#include <string.h>

#define LOOK_MS 100    /* so soon is a device missed */
#define LINGER_MS 500  /* without clients */
#define ROUND_MS 500   /* between two rounds of trying */
#define RETURN_MS 1000 /* between two looks for the chosen one */

const char *module_side_preferred(const struct module_side *s)
{
    return *s->chosen ? s->chosen : s->standard;
}

struct candidate {
    const struct module_side *s;
    size_t n; /* this many more to go */
    char name[SOUND_NAME_SIZE];
};

static void count_down(const char *name, const char *label, void *arg)
{
    (void)label;
    struct candidate *c = arg;
    if (*c->name || strcmp(name, module_side_preferred(c->s)) == 0 ||
        strcmp(name, c->s->standard) == 0)
        return;
    if (c->n-- == 0)
        (void)re_snprintf(c->name, sizeof c->name, "%s", name);
}

/* The n-th device to try; "" = there are not so many. */
static struct candidate candidate_at(const struct module_side *s, size_t n)
{
    struct candidate c = {.s = s};
    const size_t named = *s->chosen && strcmp(s->chosen, s->standard) != 0 ? 2 : 1;
    if (n < named) {
        (void)re_snprintf(c.name, sizeof c.name, "%s",
                          n == 0 ? module_side_preferred(s) : s->standard);
        return c;
    }
    c.n = n - named;
    s->driver->list(s->way, count_down, &c);
    return c;
}

static void want(struct module_side *s, const char *name, bool keep)
{
    sound_side_want(s->side, name, keep);
    s->return_at = tmr_jiffies() + RETURN_MS;
}

static void try_next(struct module_side *s)
{
    const struct candidate c = candidate_at(s, s->next);
    if (*c.name) {
        s->next++;
        want(s, c.name, false);
        return;
    }
    s->next = 0;
    s->all_tried = true;
    s->again_at = tmr_jiffies() + ROUND_MS;
}

static void tell_if_new(struct module_side *s, const struct sound_look *look)
{
    /* Not yet opened is not gone, unless it died or nothing is left to try. */
    if (!look->open && !s->all_tried && look->deaths == s->deaths)
        return;
    s->deaths = look->deaths;
    if (s->told && s->works == look->open && (!look->open || strcmp(s->device, look->device) == 0))
        return;
    s->told = true;
    s->works = look->open;
    (void)re_snprintf(s->device, sizeof s->device, "%s", look->device);
    module_sound_changed(s);
}

static void stop(struct module_side *s)
{
    tmr_cancel(&s->look);
    s->side = sound_side_free(s->side);
}

static void on_look(void *arg)
{
    struct module_side *s = arg;
    struct sound_look look;
    const uint64_t now = tmr_jiffies();
    if (!s->users && now >= s->idle_at) {
        stop(s);
        s->told = false;
        s->device[0] = s->label[0] = '\0';
        module_sound_changed(s);
        return;
    }
    sound_side_look(s->side, &look);
    s->peak = look.peak > s->peak ? look.peak : s->peak;
    s->silent_ms = look.silent_ms;
    if (look.open) {
        s->next = 0;
        s->all_tried = false;
    }
    tell_if_new(s, &look);
    if (!look.trying && !look.open && now >= s->again_at)
        try_next(s);
    else if (!look.trying && look.open && now >= s->return_at &&
             strcmp(look.device, module_side_preferred(s)) != 0)
        want(s, module_side_preferred(s), true);
    module_sound_heard(s);
    tmr_start(&s->look, LOOK_MS, on_look, s);
}

static void begin_round(struct module_side *s)
{
    s->next = 0;
    s->all_tried = false;
    s->again_at = 0;
    try_next(s);
}

int module_side_join(struct module_side *s, struct sound_client *client)
{
    if (!s->side) {
        s->side = sound_side_new(s->driver, s->way);
        if (!s->side)
            return ENOMEM;
        s->deaths = 0;
        s->peak = 0;
        s->silent_ms = 0;
        s->told = false;
        sound_side_volume(s->side, s->volume);
        begin_round(s);
        tmr_start(&s->look, LOOK_MS, on_look, s);
    }
    sound_side_attach(s->side, client);
    s->users++;
    return 0;
}

void module_side_leave(struct module_side *s, struct sound_client *client)
{
    sound_side_detach(s->side, client);
    s->users--;
    s->idle_at = tmr_jiffies() + LINGER_MS;
}

void module_side_choose(struct module_side *s, const char *name, int volume)
{
    const bool other = strcmp(s->chosen, name) != 0;
    (void)re_snprintf(s->chosen, sizeof s->chosen, "%s", name);
    s->volume = volume;
    if (s->side)
        sound_side_volume(s->side, volume);
    if (s->side && other)
        begin_round(s);
}

/* Does a device open? Asked of the running side; else each is opened for a moment. */
bool module_side_works(struct module_side *s)
{
    if (s->side && s->told)
        return s->works;
    for (size_t n = 0;; n++) {
        struct sound_device *d = NULL;
        const struct candidate c = candidate_at(s, n);
        if (!*c.name)
            return false;
        if (s->driver->open(&d, s->way, c.name) == 0) {
            s->driver->close(d);
            return true;
        }
    }
}

void module_side_init(struct module_side *s, struct module *m, enum sound_way way)
{
    *s = (struct module_side){.module = m, .way = way, .volume = 50};
    tmr_init(&s->look);
}

void module_side_deinit(struct module_side *s)
{
    stop(s);
}
