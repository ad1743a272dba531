/* SPDX-License-Identifier: Apache-2.0 */
/* The sound as the desk sees it: commands about devices, what became of them, the ringback tone. */

#include "net/voice/module.h"

#include <stdlib.h>
#include <string.h>

#include <re_conf.h>
#include <re_mem.h>

#include "core/i18n.h"
#include "net/voice/module_protocol.h"

#define SILENT_MS                                                                                  \
    5000 /* a microphone that gives not even noise: switched off, or not plugged in                \
          */

static const char *const way_names[SOUND_WAYS] = {[SOUND_IN] = "input", [SOUND_OUT] = "output"};

/* The setting, as voice_config_write gives it: "alsa,default", "file,/a/b.wav". */
int module_sound_configure(struct module *m)
{
    char value[1024] = "";
    (void)conf_get_str(conf_cur(), VOICE_AUDIO_KEY, value, sizeof value);
    char *comma = strchr(value, ',');
    if (comma)
        *comma = '\0';
    const struct sound_driver *driver = sound_driver_by_name(value);
    if (!driver)
        return EINVAL;
    for (int way = SOUND_IN; way < SOUND_WAYS; way++) {
        struct module_side *s = &m->sides[way];
        s->driver = driver;
        (void)re_snprintf(s->standard, sizeof s->standard, "%s",
                          comma && comma[1] ? comma + 1 : value);
    }
    return module_audio_register(m);
}

static const char *reason_of(bool input, bool output)
{
    return input && output     ? ""
           : !input && !output ? N_("There is no sound device.")
           : !output           ? N_("There is no device to hear with.")
                               : N_("There is no microphone.");
}

bool module_sound_works(struct module *m)
{
    const bool output = module_side_works(&m->sides[SOUND_OUT]);
    const bool input = module_side_works(&m->sides[SOUND_IN]);
    module_send(m, "sound", "on", input && output ? "yes" : "no", "reason",
                reason_of(input, output), NULL);
    return input && output;
}

/* Asked again and again while there is no device. */
void module_sound_probe(struct module *m, const char *id, const struct odict *cmd)
{
    (void)cmd;
    const bool works = module_sound_works(m);
    module_reply(m, id, "sound", works ? "yes" : "no", NULL);
}

struct labelled {
    const char *name;
    char label[SOUND_LABEL_SIZE];
};

static void take_label(const char *name, const char *label, void *arg)
{
    struct labelled *l = arg;
    if (strcmp(name, l->name) == 0)
        (void)re_snprintf(l->label, sizeof l->label, "%s", label);
}

static void tell_side(struct module_side *s)
{
    struct labelled l = {.name = s->device};
    const bool works = !s->told || s->works;
    if (*s->device)
        s->driver->list(s->way, take_label, &l);
    /* What is gone is listed no more: it keeps the label that it had. */
    if (*l.label || works)
        (void)re_snprintf(s->label, sizeof s->label, "%s", *l.label ? l.label : s->device);
    module_send(s->module, "device", "way", way_names[s->way], "works", works ? "yes" : "no",
                "name", s->device, "label", s->label, NULL);
}

/* The device of this side came or went, or is not in use any more. */
void module_sound_changed(struct module_side *side)
{
    struct module *m = side->module;
    const struct module_side *in = &m->sides[SOUND_IN], *out = &m->sides[SOUND_OUT];
    const bool input = !in->side || !in->told || in->works;
    const bool output = !out->side || !out->told || out->works;
    tell_side(side);
    if (side->side)
        module_send(m, "sound", "on", input && output ? "yes" : "no", "reason",
                    reason_of(input, output), NULL);
}

/* --- devices --- */

struct lister {
    struct module *m;
    enum sound_way way;
};

static void tell_found(const char *name, const char *label, void *arg)
{
    const struct lister *l = arg;
    module_send(l->m, "found", "way", way_names[l->way], "name", name, "label", label, NULL);
}

void module_sound_devices(struct module *m, const char *id, const struct odict *cmd)
{
    (void)cmd;
    for (int way = SOUND_IN; way < SOUND_WAYS; way++) {
        struct lister l = {m, (enum sound_way)way};
        m->sides[way].driver->list(l.way, tell_found, &l);
    }
    module_reply(m, id, NULL);
}

static bool take_choice(const struct odict *cmd, const char *device, const char *volume,
                        const char **ret_name, int *ret_volume)
{
    const char *number = odict_string(cmd, volume);
    char *end = NULL;
    const long value = number ? strtol(number, &end, 10) : -1;
    *ret_name = odict_string(cmd, device);
    *ret_volume = (int)value;
    return *ret_name && strlen(*ret_name) < SOUND_NAME_SIZE && number && *number && !*end &&
           value >= 0 && value <= 100;
}

void module_sound_choose(struct module *m, const char *id, const struct odict *cmd)
{
    const char *input, *output;
    int input_volume, output_volume;
    if (!take_choice(cmd, "input", "input_volume", &input, &input_volume) ||
        !take_choice(cmd, "output", "output_volume", &output, &output_volume)) {
        module_refuse(m, id, "invalid", N_("The sound device is not valid."));
        return;
    }
    module_side_choose(&m->sides[SOUND_IN], input, input_volume);
    module_side_choose(&m->sides[SOUND_OUT], output, output_volume);
    module_reply(m, id, NULL);
}

/* --- the microphone --- */

static int peak_of(struct module_side *s)
{
    const int peak = s->peak;
    s->peak = 0;
    return peak;
}

void module_sound_heard(struct module_side *s)
{
    struct module *m = s->module;
    if (s->way != SOUND_IN)
        return;
    const bool silent = s->works && s->silent_ms >= SILENT_MS;
    if (silent != m->mic_silent)
        module_send(m, "microphone", "silent", silent ? "yes" : "no", NULL);
    m->mic_silent = silent;
    if (!m->test.on || ++m->test.looks % 3)
        return;
    char number[16];
    (void)re_snprintf(number, sizeof number, "%d", peak_of(s));
    module_send(m, "level", "peak", number, NULL);
}

/* --- the ringback tone --- */

void module_ringback_start(struct module *m, const char *file)
{
    if (!m->ringback)
        (void)play_file(&m->ringback, baresip_player(), file, -1, VOICE_AUDIO_MODULE, "");
}

void module_ringback_stop(struct module *m)
{
    m->ringback = mem_deref(m->ringback);
}
