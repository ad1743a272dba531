/* SPDX-License-Identifier: Apache-2.0 */
/* Sound devices seen from inside baresip: do they open, and the ringback tone.
 *
 * baresip 1.0.0 finds out about a missing device only when the other side answers, and then drops
 * the call with "Unknown error -2". So both devices are opened for a moment before each call. */

#include "net/voice/module.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <re_conf.h>
#include <re_mem.h>

#include "core/i18n.h"

#define PROBE_RATE 8000

static void split_device(const char *key, char *module, size_t module_size, char *device,
                         size_t device_size)
{
    char value[144] = "";
    if (conf_get_str(conf_cur(), key, value, sizeof value))
        return;
    char *comma = strchr(value, ',');
    if (comma)
        *comma = '\0';
    (void)re_snprintf(module, module_size, "%s", value);
    (void)re_snprintf(device, device_size, "%s", comma ? comma + 1 : "");
}

void module_sound_configure(struct module *m)
{
    split_device("audio_player", m->player, sizeof m->player, m->player_device,
                 sizeof m->player_device);
    split_device("audio_source", m->source, sizeof m->source, m->source_device,
                 sizeof m->source_device);
    uint32_t channels = 1;
    m->source_rate = PROBE_RATE;
    (void)conf_get_u32(conf_cur(), "ausrc_srate", &m->source_rate);
    (void)conf_get_u32(conf_cur(), "ausrc_channels", &channels);
    m->source_channels = channels == 2 ? 2 : 1;
}

static void ignore_read(struct auframe *af, void *arg)
{
    (void)af;
    (void)arg;
}

static void ignore_error(int err, const char *str, void *arg)
{
    (void)err;
    (void)str;
    (void)arg;
}

static bool player_opens(struct module *m)
{
    struct mbuf *silence = mbuf_alloc(PROBE_RATE / 50 * 2);
    struct play *play = NULL;
    if (!silence)
        return false;
    (void)mbuf_fill(silence, 0, PROBE_RATE / 50 * 2);
    silence->pos = 0;
    const int err =
        play_tone(&play, baresip_player(), silence, PROBE_RATE, 1, 1, m->player, m->player_device);
    mem_deref(play);
    mem_deref(silence);
    return !err;
}

static bool source_opens(struct module *m)
{
    struct ausrc_prm prm = {m->source_rate, m->source_channels, 20, 0};
    struct media_ctx *ctx = NULL;
    struct ausrc_st *source = NULL;
    const int err = ausrc_alloc(&source, baresip_ausrcl(), &ctx, m->source, &prm, m->source_device,
                                ignore_read, ignore_error, NULL);
    mem_deref(source);
    return !err;
}

bool module_sound_works(struct module *m)
{
    const bool player = player_opens(m);
    const bool source = source_opens(m);
    if (player && source)
        module_send(m, "sound", "on", "yes", "reason", "", NULL);
    else
        module_send(m, "sound", "on", "no", "reason",
                    !player && !source ? N_("There is no sound device.")
                    : !player          ? N_("There is no device to hear with.")
                                       : N_("There is no microphone."),
                    NULL);
    return player && source;
}

/* Asked again and again while there is no device: what ALSA and baresip write about that each time
 * would fill the log of a day. */
void module_sound_probe(struct module *m, const char *id, const struct odict *cmd)
{
    (void)cmd;
    const int log = dup(STDERR_FILENO);
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (log >= 0 && null >= 0)
        (void)dup2(null, STDERR_FILENO);
    const bool works = module_sound_works(m);
    if (log >= 0) {
        (void)dup2(log, STDERR_FILENO);
        (void)close(log);
    }
    if (null >= 0)
        (void)close(null);
    module_reply(m, id, "sound", works ? "yes" : "no", NULL);
}

void module_ringback_start(struct module *m)
{
    if (!m->ringback)
        (void)play_file(&m->ringback, baresip_player(), "ringback.wav", -1, m->player,
                        m->player_device);
}

/* Before the call's own sound starts: a plain ALSA device opens only once. */
void module_ringback_stop(struct module *m)
{
    m->ringback = mem_deref(m->ringback);
}
