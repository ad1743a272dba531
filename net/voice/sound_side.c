/* SPDX-License-Identifier: Apache-2.0 */
/* The thread of one direction (net/voice/sound_side.h).
 *
 * Two locks: `state` for a few words that both threads know, never held over a call to anywhere;
 * `clients` for the list, held while a frame goes round, so that nobody is called who has left. */

#include "net/voice/sound_side.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A device may run 1 % fast, and get ahead of the clock by that much: ALSA's `null` knows no time
 * at all, while a real card is never off by so much. */
#define FRAME_US (SOUND_FRAME_MS * 1000)
#define FAST_FRAME_US (FRAME_US - 200)
#define AHEAD_US 200000
#define STUCK_MAX 10   /* times 100 ms without a frame */
#define SILENT_PEAK 10 /* of 32767: below the noise of any microphone that is on */
#define JOIN_MS 500

struct sound_side {
    const struct sound_driver *driver;
    enum sound_way way;
    pthread_t thread;
    atomic_int users; /* owner and thread */
    atomic_bool running;
    atomic_int volume;
    atomic_int peak;
    atomic_llong silent_ms;

    pthread_mutex_t clients;
    struct sound_client *first;

    pthread_mutex_t state;
    char wanted[SOUND_NAME_SIZE];
    bool keep;
    unsigned wishes, seen; /* of wanted */
    struct sound_look look;

    /* The thread's own. */
    struct sound_device *device;
    char opened[SOUND_NAME_SIZE]; /* its name */
    bool proved;
    int64_t due_us;
};

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void leave(struct sound_side *s)
{
    if (atomic_fetch_sub(&s->users, 1) != 1)
        return;
    (void)pthread_mutex_destroy(&s->clients);
    (void)pthread_mutex_destroy(&s->state);
    free(s);
}

static void close_device(struct sound_side *s)
{
    if (s->device)
        s->driver->close(s->device);
    s->device = NULL;
}

/* --- which device --- */

static bool take_wish(struct sound_side *s, char device[SOUND_NAME_SIZE], bool *keep)
{
    (void)pthread_mutex_lock(&s->state);
    const bool is_new = s->seen != s->wishes;
    s->seen = s->wishes;
    memcpy(device, s->wanted, SOUND_NAME_SIZE);
    *keep = s->keep;
    (void)pthread_mutex_unlock(&s->state);
    return is_new;
}

static void follow_wish(struct sound_side *s)
{
    char name[SOUND_NAME_SIZE];
    bool keep;
    if (!take_wish(s, name, &keep))
        return;
    struct sound_device *fresh = NULL;
    if (!keep)
        close_device(s);
    const int err = s->driver->open(&fresh, s->way, name);
    if (!err) {
        close_device(s);
        s->device = fresh;
        s->due_us = now_us() - AHEAD_US; /* its buffer is filled first */
    }
    s->proved = false;
    memcpy(s->opened, name, sizeof name);
    if (err) { /* the present one stays, if there is one */
        (void)pthread_mutex_lock(&s->state);
        s->look.trying = s->seen != s->wishes;
        s->look.open = s->device != NULL;
        memcpy(s->opened, s->look.device, sizeof s->opened);
        (void)pthread_mutex_unlock(&s->state);
    }
}

/* A device works once a frame went through: some open, and then hang. */
static void prove(struct sound_side *s)
{
    s->proved = true;
    (void)pthread_mutex_lock(&s->state);
    s->look.trying = s->seen != s->wishes;
    s->look.open = true;
    memcpy(s->look.device, s->opened, sizeof s->opened);
    (void)pthread_mutex_unlock(&s->state);
}

static void bury(struct sound_side *s)
{
    close_device(s);
    s->due_us = now_us();
    (void)pthread_mutex_lock(&s->state);
    s->look.trying = s->seen != s->wishes;
    s->look.open = false;
    s->look.deaths++;
    (void)pthread_mutex_unlock(&s->state);
}

/* --- a frame --- */

static void use_device(struct sound_side *s, int16_t frame[SOUND_FRAME])
{
    int err = s->device ? EAGAIN : ENODEV;
    for (int i = 0; err == EAGAIN && i < STUCK_MAX && atomic_load(&s->running); i++)
        err = s->driver->pass(s->device, frame);
    if (!err && !s->proved)
        prove(s);
    if (err && s->device && atomic_load(&s->running))
        bury(s);
    if (err && s->way == SOUND_IN)
        memset(frame, 0, SOUND_FRAME * sizeof frame[0]);
}

static int16_t clipped(int value)
{
    return (int16_t)(value > 32767 ? 32767 : value < -32767 ? -32767 : value);
}

static void turn_up(int16_t frame[SOUND_FRAME], int volume)
{
    for (size_t i = 0; volume != 50 && i < SOUND_FRAME; i++)
        frame[i] = clipped(frame[i] * volume * volume / 2500);
}

static void measure(struct sound_side *s, const int16_t frame[SOUND_FRAME])
{
    int peak = 0;
    for (size_t i = 0; i < SOUND_FRAME; i++) {
        const int value = frame[i] < 0 ? -frame[i] : frame[i];
        peak = value > peak ? value : peak;
    }
    peak = peak > 32767 ? 32767 : peak;
    int known = atomic_load(&s->peak);
    while (peak > known && !atomic_compare_exchange_weak(&s->peak, &known, peak))
        continue;
    if (peak >= SILENT_PEAK)
        atomic_store(&s->silent_ms, 0);
    else
        (void)atomic_fetch_add(&s->silent_ms, SOUND_FRAME_MS);
}

/* Each client gets its own copy: baresip silences a muted call's in place. */
static void hand_in(struct sound_side *s, const int16_t frame[SOUND_FRAME])
{
    (void)pthread_mutex_lock(&s->clients);
    for (struct sound_client *c = s->first; c; c = c->next) {
        int16_t copy[SOUND_FRAME];
        memcpy(copy, frame, sizeof copy);
        c->pass(copy, c->arg);
    }
    (void)pthread_mutex_unlock(&s->clients);
}

static void collect(struct sound_side *s, int16_t frame[SOUND_FRAME])
{
    memset(frame, 0, SOUND_FRAME * sizeof frame[0]);
    (void)pthread_mutex_lock(&s->clients);
    for (struct sound_client *c = s->first; c; c = c->next) {
        int16_t more[SOUND_FRAME] = {0};
        c->pass(more, c->arg);
        for (size_t i = 0; i < SOUND_FRAME; i++)
            frame[i] = clipped(frame[i] + more[i]);
    }
    (void)pthread_mutex_unlock(&s->clients);
}

static void keep_time(struct sound_side *s)
{
    const bool own_clock = s->device && s->driver->keeps_time;
    const int64_t now = now_us();
    s->due_us += own_clock ? FAST_FRAME_US : FRAME_US;
    if (s->due_us < now - AHEAD_US)
        s->due_us = now - AHEAD_US;
    if (s->due_us <= now)
        return;
    const struct timespec until = {.tv_sec = s->due_us / 1000000,
                                   .tv_nsec = s->due_us % 1000000 * 1000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        continue;
}

static void *run(void *arg)
{
    struct sound_side *s = arg;
    int16_t frame[SOUND_FRAME];
    s->due_us = now_us();
    while (atomic_load(&s->running)) {
        follow_wish(s);
        if (s->way == SOUND_OUT)
            collect(s, frame);
        else
            use_device(s, frame);
        turn_up(frame, atomic_load(&s->volume));
        measure(s, frame);
        if (s->way == SOUND_OUT)
            use_device(s, frame);
        else
            hand_in(s, frame);
        keep_time(s);
    }
    close_device(s);
    leave(s);
    return NULL;
}

/* --- the owner's side --- */

struct sound_side *sound_side_new(const struct sound_driver *driver, enum sound_way way)
{
    struct sound_side *s = calloc(1, sizeof *s);
    sigset_t all, before;
    if (!s)
        return NULL;
    s->driver = driver;
    s->way = way;
    atomic_init(&s->users, 2);
    atomic_init(&s->running, true);
    atomic_init(&s->volume, 50);
    (void)pthread_mutex_init(&s->clients, NULL);
    (void)pthread_mutex_init(&s->state, NULL);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before); /* signals are the loop's */
    const int err = pthread_create(&s->thread, NULL, run, s);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (err) {
        leave(s);
        leave(s);
        return NULL;
    }
    return s;
}

void sound_side_want(struct sound_side *s, const char *device, bool keep)
{
    const size_t len = strnlen(device, SOUND_NAME_SIZE - 1);
    (void)pthread_mutex_lock(&s->state);
    memcpy(s->wanted, device, len);
    s->wanted[len] = '\0';
    s->keep = keep;
    s->wishes++;
    s->look.trying = true;
    (void)pthread_mutex_unlock(&s->state);
}

void sound_side_volume(struct sound_side *s, int volume)
{
    atomic_store(&s->volume, volume);
}

void sound_side_attach(struct sound_side *s, struct sound_client *client)
{
    (void)pthread_mutex_lock(&s->clients);
    client->next = s->first;
    s->first = client;
    (void)pthread_mutex_unlock(&s->clients);
}

void sound_side_detach(struct sound_side *s, struct sound_client *client)
{
    (void)pthread_mutex_lock(&s->clients);
    struct sound_client **at = &s->first;
    while (*at && *at != client)
        at = &(*at)->next;
    if (*at)
        *at = client->next;
    (void)pthread_mutex_unlock(&s->clients);
}

void sound_side_look(struct sound_side *s, struct sound_look *ret)
{
    (void)pthread_mutex_lock(&s->state);
    *ret = s->look;
    (void)pthread_mutex_unlock(&s->state);
    ret->peak = atomic_exchange(&s->peak, 0);
    ret->silent_ms = atomic_load(&s->silent_ms);
}

struct sound_side *sound_side_free(struct sound_side *s)
{
    if (!s)
        return NULL;
    struct timespec until;
    atomic_store(&s->running, false);
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += JOIN_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    if (pthread_clockjoin_np(s->thread, NULL, CLOCK_MONOTONIC, &until) != 0)
        (void)pthread_detach(s->thread);
    leave(s);
    return NULL;
}
