/* SPDX-License-Identifier: Apache-2.0 */
/* Sound cards through libasound (net/voice/sound_device.h).
 *
 * Handles are non-blocking, and waits are short, so that a device that hangs does not take its
 * thread with it. A running stream that failed is set going again (snd_pcm_recover); whatever that
 * cannot mend, ENODEV of a pulled plug above all, is the death of the device. */

#include "net/voice/sound_device.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text.h"

#define LATENCY_US (4 * SOUND_FRAME_MS * 1000)
#define WAIT_MS 100
#define MOMENT_MS 2      /* when a device says that it is ready, and is not */
#define RECOVERIES_MAX 4 /* in one frame; a device that runs over more often gives no sound */

struct sound_device {
    snd_pcm_t *pcm;
    enum sound_way way;
    snd_pcm_sframes_t done; /* samples of the frame under way */
};

static void swallow(const char *file, int line, const char *function, int err, const char *fmt, ...)
{
    (void)file;
    (void)line;
    (void)function;
    (void)err;
    (void)fmt;
}

static void close_alsa(struct sound_device *d)
{
    if (!d)
        return;
    if (d->pcm)
        (void)snd_pcm_close(d->pcm);
    free(d);
}

static int open_alsa(struct sound_device **ret, enum sound_way way, const char *name)
{
    struct sound_device *d = calloc(1, sizeof *d);
    if (!d)
        return ENOMEM;
    d->way = way;
    /* A device is looked for again and again: what libasound says of that would fill the log. */
    (void)snd_lib_error_set_handler(swallow);
    int err = snd_pcm_open(&d->pcm, name,
                           way == SOUND_IN ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK,
                           SND_PCM_NONBLOCK);
    if (err == 0)
        err = snd_pcm_set_params(d->pcm, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED, 1,
                                 SOUND_RATE, 1, LATENCY_US);
    if (err == 0 && way == SOUND_IN)
        err = snd_pcm_start(d->pcm);
    if (err < 0) {
        close_alsa(d);
        return -err;
    }
    *ret = d;
    return 0;
}

static void rest(void)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = MOMENT_MS * 1000000L}, NULL);
}

static int pass_alsa(struct sound_device *d, int16_t frame[SOUND_FRAME])
{
    int recoveries = 0, waits = 0;
    while (d->done < SOUND_FRAME) {
        const snd_pcm_uframes_t left = (snd_pcm_uframes_t)(SOUND_FRAME - d->done);
        snd_pcm_sframes_t n = d->way == SOUND_IN ? snd_pcm_readi(d->pcm, frame + d->done, left)
                                                 : snd_pcm_writei(d->pcm, frame + d->done, left);
        if (n > 0) {
            d->done += n;
            continue;
        }
        if (n == 0 || n == -EAGAIN) {
            const int ready = snd_pcm_wait(d->pcm, WAIT_MS);
            if (ready == 0 || (ready > 0 && ++waits > WAIT_MS / MOMENT_MS))
                return EAGAIN;
            if (ready > 0 && waits > 1)
                rest();
            n = ready < 0 ? ready : n;
        }
        if (n == -EPIPE || n == -ESTRPIPE) {
            if (++recoveries > RECOVERIES_MAX)
                return EIO;
            n = snd_pcm_recover(d->pcm, (int)n, 1);
            if (n == 0 && d->way == SOUND_IN)
                n = snd_pcm_start(d->pcm);
        }
        if (n < 0 && n != -EAGAIN && n != -EINTR)
            return (int)-n;
    }
    d->done = 0;
    return 0;
}

/* What libasound lists beside devices to speak with: single jacks, several speakers at once, its
 * own converters. Each card is there as sysdefault:CARD=…, which converts and, where it can, lets
 * several programs in. */
static bool is_for_people(const char *name)
{
    static const char *const others[] = {
        "null",   "front",     "rear",  "center_lfe", "side",    "surround",   "iec958",
        "spdif",  "hdmi",      "modem", "phoneline",  "dmix",    "dsnoop",     "hw",
        "plughw", "usbstream", "upmix", "vdownmix",   "lavrate", "samplerate", "speexrate",
        "speex",  "jack",      "oss",   "usb_stream"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strncmp(name, others[i], strlen(others[i])) == 0)
            return false;
    return true;
}

/* A name that is sent as it is, and comes back as it is. */
static bool is_plain(const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && len < SOUND_NAME_SIZE && text_is_plain(name, len, TEXT_ONE_LINE);
}

static void tell(void *hint, const char *name, sound_found_fn *found, void *arg)
{
    char label[SOUND_LABEL_SIZE];
    char *text = snd_device_name_get_hint(hint, "DESC");
    /* Two lines: the card, and what of it. */
    for (char *p = text; p && *p; p++)
        if (*p == '\n')
            *p = ' ';
    const char *from = text && *text ? text : name;
    (void)text_clean_to(label, sizeof label, from, strlen(from));
    found(name, *label ? label : name, arg);
    free(text);
}

static void list_alsa(enum sound_way way, sound_found_fn *found, void *arg)
{
    void **hints = NULL;
    (void)snd_lib_error_set_handler(swallow);
    if (snd_device_name_hint(-1, "pcm", &hints) < 0)
        return;
    size_t told = 0;
    for (void **h = hints; *h && told < SOUND_DEVICES_MAX; h++) {
        char *name = snd_device_name_get_hint(*h, "NAME");
        char *only = snd_device_name_get_hint(*h, "IOID"); /* NULL = both directions */
        if (name && is_plain(name) && is_for_people(name) &&
            (!only || strcmp(only, way == SOUND_IN ? "Input" : "Output") == 0)) {
            tell(*h, name, found, arg);
            told++;
        }
        free(name);
        free(only);
    }
    (void)snd_device_name_free_hint(hints);
}

const struct sound_driver sound_alsa = {"alsa", true, open_alsa, pass_alsa, close_alsa, list_alsa};
