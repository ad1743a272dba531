/* SPDX-License-Identifier: Apache-2.0 */
/* Sound without a card (net/voice/sound_device.h): a tone or a file is sent, and what is heard is
 * thrown away. For demonstrations, tests, and a machine that has no headset. */

#include "net/voice/sound_device.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#define TONE_HZ 400
#define TONE_PEAK 16383.0
#define TWO_PI 6.283185307179586

struct sound_device {
    enum sound_way way;
    char path[1024];
    FILE *file;
    unsigned rate, channels;
    unsigned position; /* of the tone, in samples of its second; of the file, see next_sample */
};

static void close_made(struct sound_device *d)
{
    if (!d)
        return;
    if (d->file)
        (void)fclose(d->file);
    free(d);
}

/* --- the tone --- */

static int open_tone(struct sound_device **ret, enum sound_way way, const char *name)
{
    (void)name;
    struct sound_device *d = calloc(1, sizeof *d);
    if (!d)
        return ENOMEM;
    d->way = way;
    *ret = d;
    return 0;
}

static int pass_tone(struct sound_device *d, int16_t frame[SOUND_FRAME])
{
    for (size_t i = 0; d->way == SOUND_IN && i < SOUND_FRAME; i++) {
        frame[i] = (int16_t)lrint(TONE_PEAK * sin(TWO_PI * TONE_HZ * d->position / SOUND_RATE));
        d->position = (d->position + 1) % SOUND_RATE;
    }
    return 0;
}

static void list_tone(enum sound_way way, sound_found_fn *found, void *arg)
{
    if (way == SOUND_IN)
        found("tone", N_("A tone instead of a microphone"), arg);
    else
        found("silence", N_("Nothing is heard"), arg);
}

/* --- the file --- */

static unsigned little_endian(const unsigned char *p, size_t n)
{
    unsigned value = 0;
    while (n--)
        value = value << 8 | p[n];
    return value;
}

/* The usual 44-byte header: "RIFF", "WAVE", "fmt " of plain 16-bit samples, "data". */
static int open_wav(struct sound_device *d)
{
    unsigned char head[44];
    d->file = fopen(d->path, "re");
    if (!d->file)
        return errno;
    if (fread(head, 1, sizeof head, d->file) != sizeof head || memcmp(head, "RIFF", 4) != 0 ||
        memcmp(head + 8, "WAVEfmt ", 8) != 0 || little_endian(head + 20, 2) != 1 ||
        little_endian(head + 34, 2) != 16)
        return EINVAL;
    d->channels = little_endian(head + 22, 2);
    d->rate = little_endian(head + 24, 4);
    d->position = 0;
    return d->channels >= 1 && d->channels <= 2 && d->rate >= SOUND_RATE && d->rate <= 48000
               ? 0
               : EINVAL;
}

static int open_file(struct sound_device **ret, enum sound_way way, const char *name)
{
    struct sound_device *d = NULL;
    int err = open_tone(&d, way, name);
    if (err || way == SOUND_OUT) {
        *ret = d;
        return err;
    }
    err = snprintf(d->path, sizeof d->path, "%s", name) < (int)sizeof d->path ? open_wav(d)
                                                                              : ENAMETOOLONG;
    if (err)
        close_made(d);
    else
        *ret = d;
    return err;
}

/* Samples of the file per sample of ours, averaged: position counts what is left over, in parts of
 * SOUND_RATE. False at the end of the file. */
static bool next_sample(struct sound_device *d, int16_t *ret)
{
    long sum = 0, n = 0;
    for (d->position += d->rate; d->position >= SOUND_RATE; d->position -= SOUND_RATE) {
        unsigned char raw[4];
        const size_t size = 2 * d->channels;
        if (fread(raw, 1, size, d->file) != size)
            return false;
        for (size_t c = 0; c < d->channels; c++, n++)
            sum += (int16_t)little_endian(raw + 2 * c, 2);
    }
    *ret = (int16_t)(sum / n);
    return true;
}

static int pass_file(struct sound_device *d, int16_t frame[SOUND_FRAME])
{
    bool anew = false;
    for (size_t i = 0; d->way == SOUND_IN && i < SOUND_FRAME;) {
        if (next_sample(d, &frame[i])) {
            i++;
            anew = false;
            continue;
        }
        (void)fclose(d->file);
        d->file = NULL;
        const int err = anew ? ENODATA : open_wav(d);
        if (err)
            return err;
        anew = true;
    }
    return 0;
}

static void list_file(enum sound_way way, sound_found_fn *found, void *arg)
{
    /* The file itself is named by the setting. */
    if (way == SOUND_OUT)
        found("silence", N_("Nothing is heard"), arg);
}

const struct sound_driver sound_tone = {"tone", false, open_tone, pass_tone, close_made, list_tone};
const struct sound_driver sound_file = {"file", false, open_file, pass_file, close_made, list_file};
