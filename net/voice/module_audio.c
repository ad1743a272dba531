/* SPDX-License-Identifier: Apache-2.0 */
/* The audio source and the audio player that baresip knows: clients of the two sides. They open
 * nothing, so that nothing can fail when a call is answered, and no device that dies ends it. */

#include "net/voice/module.h"

#include <errno.h>
#include <string.h>

#include <re_mem.h>

#include "net/voice/module_protocol.h"

#define FMT_S16LE 0
#define FRAME_TIMEBASE_US (SOUND_FRAME_MS * 1000)

struct ausrc_st {
    const struct ausrc *as; /* first, as baresip's ausrc_get expects */
    struct module_side *side;
    struct sound_client client;
    baresip_ausrc_read_h *rh;
    void *arg;
    uint64_t frames;
};

struct auplay_st {
    const struct auplay *ap; /* first, as baresip's auplay_get expects */
    struct module_side *side;
    struct sound_client client;
    baresip_auplay_write_h *wh;
    void *arg;
};

/* baresip allocates sources and players without an argument of ours. */
static struct module *owner;

static bool is_our_format(uint32_t rate, uint8_t channels, int fmt)
{
    return rate == SOUND_RATE && channels == 1 && fmt == FMT_S16LE;
}

static void hand_over(int16_t frame[SOUND_FRAME], void *arg)
{
    struct ausrc_st *st = arg;
    struct auframe af = {.fmt = FMT_S16LE,
                         .sampv = frame,
                         .sampc = SOUND_FRAME,
                         .timestamp = st->frames++ * FRAME_TIMEBASE_US};
    st->rh(&af, st->arg);
}

static void fetch(int16_t frame[SOUND_FRAME], void *arg)
{
    struct auplay_st *st = arg;
    st->wh(frame, SOUND_FRAME, st->arg);
}

static void source_destroy(void *arg)
{
    struct ausrc_st *st = arg;
    if (st->side)
        module_side_leave(st->side, &st->client);
}

static void player_destroy(void *arg)
{
    struct auplay_st *st = arg;
    if (st->side)
        module_side_leave(st->side, &st->client);
}

static int source_alloc(struct ausrc_st **ret, const struct ausrc *as, struct media_ctx **ctx,
                        struct ausrc_prm *prm, const char *device, baresip_ausrc_read_h *rh,
                        baresip_ausrc_error_h *errh, void *arg)
{
    (void)ctx;
    (void)device;
    (void)errh;
    if (!is_our_format(prm->srate, prm->ch, prm->fmt))
        return ENOTSUP;
    struct ausrc_st *st = mem_zalloc(sizeof *st, source_destroy);
    if (!st)
        return ENOMEM;
    st->as = as;
    st->rh = rh;
    st->arg = arg;
    st->client = (struct sound_client){.pass = hand_over, .arg = st};
    const int err = module_side_join(&owner->sides[SOUND_IN], &st->client);
    if (err) {
        mem_deref(st);
        return err;
    }
    st->side = &owner->sides[SOUND_IN];
    *ret = st;
    return 0;
}

static int player_alloc(struct auplay_st **ret, const struct auplay *ap, struct auplay_prm *prm,
                        const char *device, baresip_auplay_write_h *wh, void *arg)
{
    (void)device;
    if (!is_our_format(prm->srate, prm->ch, prm->fmt))
        return ENOTSUP;
    struct auplay_st *st = mem_zalloc(sizeof *st, player_destroy);
    if (!st)
        return ENOMEM;
    st->ap = ap;
    st->wh = wh;
    st->arg = arg;
    st->client = (struct sound_client){.pass = fetch, .arg = st};
    const int err = module_side_join(&owner->sides[SOUND_OUT], &st->client);
    if (err) {
        mem_deref(st);
        return err;
    }
    st->side = &owner->sides[SOUND_OUT];
    *ret = st;
    return 0;
}

int module_audio_register(struct module *m)
{
    owner = m;
    const int err = ausrc_register(&m->source, baresip_ausrcl(), VOICE_AUDIO_MODULE, source_alloc);
    return err ? err
               : auplay_register(&m->player, baresip_auplayl(), VOICE_AUDIO_MODULE, player_alloc);
}

void module_audio_unregister(struct module *m)
{
    m->source = mem_deref(m->source);
    m->player = mem_deref(m->player);
    owner = NULL;
}
