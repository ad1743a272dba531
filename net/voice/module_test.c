/* SPDX-License-Identifier: Apache-2.0 */
/* The test of the sound before the work: a tone to hear, and how loud the microphone is. Works
 * beside a call, whose other end gets none of it. */

#include "net/voice/module.h"

#include <math.h>
#include <string.h>

#include "core/i18n.h"

#define TONE_HZ 440
#define TONE_PEAK 6000
#define TWO_PI 6.283185307179586

static void ignore_sound(int16_t frame[SOUND_FRAME], void *arg)
{
    (void)frame;
    (void)arg;
}

/* Half a second of tone, half a second of none, softly on and off. */
static void make_tone(int16_t frame[SOUND_FRAME], void *arg)
{
    struct module_test *t = arg;
    for (size_t i = 0; i < SOUND_FRAME; i++) {
        const double second = (double)t->position / SOUND_RATE;
        const double envelope = second < 0.5 ? sin(second * TWO_PI) : 0;
        frame[i] = (int16_t)lrint(TONE_PEAK * envelope * sin(TWO_PI * TONE_HZ * second));
        t->position = (t->position + 1) % SOUND_RATE;
    }
}

static void stop_tone(struct module *m)
{
    if (m->test.tone)
        module_side_leave(&m->sides[SOUND_OUT], &m->test.out);
    m->test.tone = false;
}

void module_test_stop(struct module *m)
{
    stop_tone(m);
    if (m->test.on)
        module_side_leave(&m->sides[SOUND_IN], &m->test.in);
    m->test.on = false;
}

static int start(struct module *m, bool tone)
{
    struct module_test *t = &m->test;
    int err = 0;
    if (!t->on) {
        t->in = (struct sound_client){.pass = ignore_sound};
        err = module_side_join(&m->sides[SOUND_IN], &t->in);
        t->on = !err;
    }
    if (!err && tone && !t->tone) {
        t->position = 0;
        t->out = (struct sound_client){.pass = make_tone, .arg = t};
        err = module_side_join(&m->sides[SOUND_OUT], &t->out);
        t->tone = !err;
    }
    if (!tone)
        stop_tone(m);
    return err;
}

void module_test_switch(struct module *m, const char *id, const struct odict *cmd)
{
    const char *on = odict_string(cmd, "on");
    const char *tone = odict_string(cmd, "tone");
    if (!on || !tone) {
        module_refuse(m, id, "invalid", N_("on must be yes or no."));
    } else if (strcmp(on, "yes") != 0) {
        module_test_stop(m);
        module_reply(m, id, NULL);
    } else if (start(m, strcmp(tone, "yes") == 0)) {
        module_refuse(m, id, "unavailable", N_("The sound could not be tested."));
    } else {
        module_reply(m, id, NULL);
    }
}
