/* SPDX-License-Identifier: Apache-2.0 */
/* A headset that tests plug in and pull out: an external PCM of ALSA (pcm_ioplug.h), 48,000 Hz,
 * stereo, on the clock.
 *
 *   pcm_type.pupitre_fake { lib "/…/alsa_fake.so" }
 *   pcm.NAME { type pupitre_fake  folder "/…" }
 *
 * It is there while FOLDER/plugged is; without that file it does not open, and dies (ENODEV) if it
 * was open. The file holds the frequency of the tone that its microphone picks up, 0 for digital
 * silence; what is played goes to FOLDER/heard, raw. A file FOLDER/hangs makes it say nothing at
 * all, like a driver that is stuck. */

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

#define RATE 48000
#define CHANNELS 2
#define TWO_PI 6.283185307179586

struct fake {
    snd_pcm_ioplug_t io;
    char plugged[500], heard[500], hangs[500];
    FILE *out;
    int timer;
    bool running;
    int64_t start_us;
    int64_t moved; /* frames that the program gave or took since prepare */
    int64_t phase;
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool is_plugged(const struct fake *f)
{
    return access(f->plugged, F_OK) == 0;
}

static int fake_start(snd_pcm_ioplug_t *io)
{
    struct fake *f = io->private_data;
    f->running = true;
    f->start_us = now_us();
    return is_plugged(f) ? 0 : -ENODEV;
}

static int fake_stop(snd_pcm_ioplug_t *io)
{
    struct fake *f = io->private_data;
    f->running = false;
    return 0;
}

static int fake_prepare(snd_pcm_ioplug_t *io)
{
    struct fake *f = io->private_data;
    f->running = false;
    f->moved = 0;
    return is_plugged(f) ? 0 : -ENODEV;
}

static snd_pcm_sframes_t fake_pointer(snd_pcm_ioplug_t *io)
{
    struct fake *f = io->private_data;
    if (!is_plugged(f))
        return -ENODEV;
    if (!f->running || access(f->hangs, F_OK) == 0)
        return io->stream == SND_PCM_STREAM_PLAYBACK ? 0 : f->moved % (int64_t)io->buffer_size;
    int64_t at = (now_us() - f->start_us) * RATE / 1000000;
    if (io->stream == SND_PCM_STREAM_PLAYBACK && at > f->moved)
        at = f->moved; /* it waits instead of running dry */
    if (io->stream == SND_PCM_STREAM_CAPTURE && at > f->moved + (int64_t)io->buffer_size - 1)
        at = f->moved + (int64_t)io->buffer_size - 1;
    return at % (int64_t)io->buffer_size;
}

static double frequency(const struct fake *f)
{
    double hz = 0;
    FILE *file = fopen(f->plugged, "re");
    if (file && fscanf(file, "%lf", &hz) != 1)
        hz = 0;
    if (file)
        fclose(file);
    return hz;
}

static snd_pcm_sframes_t fake_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
                                       snd_pcm_uframes_t offset, snd_pcm_uframes_t size)
{
    struct fake *f = io->private_data;
    int16_t *at = (int16_t *)((char *)areas->addr + areas->first / 8) + offset * CHANNELS;
    if (!is_plugged(f))
        return -ENODEV;
    if (io->stream == SND_PCM_STREAM_PLAYBACK) {
        fwrite(at, sizeof *at * CHANNELS, size, f->out);
        fflush(f->out);
    } else {
        const double hz = frequency(f);
        for (snd_pcm_uframes_t i = 0; i < size; i++, f->phase++)
            at[2 * i] = at[2 * i + 1] =
                (int16_t)lrint(hz > 0 ? 12000 * sin(TWO_PI * hz * (double)f->phase / RATE) : 0);
    }
    f->moved += (int64_t)size;
    return (snd_pcm_sframes_t)size;
}

static int fake_revents(snd_pcm_ioplug_t *io, struct pollfd *pfd, unsigned n, unsigned short *ret)
{
    struct fake *f = io->private_data;
    const struct itimerspec never = {
        {0, 0},
        {0, 0}
    };
    uint64_t ticks;
    (void)pfd;
    (void)n;
    *ret = 0;
    if (access(f->hangs, F_OK) == 0) /* for good: until it is opened anew */
        return timerfd_settime(f->timer, 0, &never, NULL) < 0 ? -errno : 0;
    if (read(f->timer, &ticks, sizeof ticks) < 0 && errno != EAGAIN)
        return -errno;
    *ret = io->stream == SND_PCM_STREAM_PLAYBACK ? POLLOUT : POLLIN;
    return 0;
}

static int fake_close(snd_pcm_ioplug_t *io)
{
    struct fake *f = io->private_data;
    if (f->out)
        fclose(f->out);
    if (f->timer >= 0)
        close(f->timer);
    free(f);
    return 0;
}

static const snd_pcm_ioplug_callback_t callback = {
    .start = fake_start,
    .stop = fake_stop,
    .pointer = fake_pointer,
    .transfer = fake_transfer,
    .close = fake_close,
    .prepare = fake_prepare,
    .poll_revents = fake_revents,
};

static int constrain(struct fake *f)
{
    static const unsigned access_types[] = {SND_PCM_ACCESS_RW_INTERLEAVED,
                                            SND_PCM_ACCESS_MMAP_INTERLEAVED};
    static const unsigned formats[] = {SND_PCM_FORMAT_S16};
    snd_pcm_ioplug_t *io = &f->io;
    int err = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 2, access_types);
    err = err < 0 ? err : snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, formats);
    err = err < 0
              ? err
              : snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, CHANNELS, CHANNELS);
    err = err < 0 ? err : snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE, RATE, RATE);
    err = err < 0 ? err
                  : snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 64 * 4,
                                                    48000 * 4);
    return err < 0 ? err : snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
}

static const char *folder_of(snd_config_t *conf)
{
    snd_config_iterator_t i, next;
    const char *folder = NULL;
    snd_config_for_each(i, next, conf)
    {
        snd_config_t *entry = snd_config_iterator_entry(i);
        const char *id;
        if (snd_config_get_id(entry, &id) == 0 && strcmp(id, "folder") == 0)
            (void)snd_config_get_string(entry, &folder);
    }
    return folder;
}

SND_PCM_PLUGIN_DEFINE_FUNC(pupitre_fake)
{
    (void)root;
    const char *folder = folder_of(conf);
    struct fake *f = calloc(1, sizeof *f);
    if (!f || !folder) {
        free(f);
        return -EINVAL;
    }
    f->timer = -1;
    snprintf(f->plugged, sizeof f->plugged, "%s/plugged", folder);
    snprintf(f->heard, sizeof f->heard, "%s/heard", folder);
    snprintf(f->hangs, sizeof f->hangs, "%s/hangs", folder);
    if (!is_plugged(f)) {
        free(f);
        return -ENODEV;
    }
    f->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    const struct itimerspec every = {
        {0, 10000000},
        {0, 10000000}
    };
    if (stream == SND_PCM_STREAM_PLAYBACK)
        f->out = fopen(f->heard, "ae");
    f->io.version = SND_PCM_IOPLUG_VERSION;
    f->io.name = "A headset of the tests";
    f->io.callback = &callback;
    f->io.private_data = f;
    f->io.poll_fd = f->timer;
    f->io.poll_events = POLLIN;
    int err = f->timer < 0 || timerfd_settime(f->timer, 0, &every, NULL) < 0 ||
                      (stream == SND_PCM_STREAM_PLAYBACK && !f->out)
                  ? -errno
                  : snd_pcm_ioplug_create(&f->io, name, stream, mode);
    if (err < 0) {
        fake_close(&f->io);
        return err;
    }
    err = constrain(f);
    if (err < 0) {
        snd_pcm_ioplug_delete(&f->io);
        return err;
    }
    *pcmp = f->io.pcm;
    return 0;
}

SND_PCM_PLUGIN_SYMBOL(pupitre_fake);
