/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One direction of the sound: a thread that outlives its device.
 *
 * Whoever wants sound of this direction (each call, the ringback tone, the test tone) is a client
 * and gets a frame every 20 ms, whatever becomes of the device: while there is none, silence comes
 * in and what goes out is dropped, by the clock. All clients share the device, because a plain ALSA
 * device opens only once: what comes in goes to each, what goes out is mixed.
 *
 * Which device, and what to try when it goes, is the owner's business: sound_side_want names it,
 * sound_side_look tells how that went. Nothing here waits for a device longer than half a second,
 * not even the end: a thread that hangs in a driver is left behind and frees itself. */

#include "net/voice/sound_device.h"

struct sound_side;

/* Lies in its owner, who detaches it before it goes. pass is called on the side's thread: it fills
 * the frame (SOUND_OUT; it comes as silence) or takes it (SOUND_IN; it may write into it). It must
 * not attach or detach. */
struct sound_client {
    void (*pass)(int16_t frame[SOUND_FRAME], void *arg);
    void *arg;
    struct sound_client *next; /* the side's */
};

struct sound_look {
    bool trying; /* what was wanted last is not opened yet, nor refused */
    bool open;
    unsigned deaths;              /* devices that died under us so far */
    char device[SOUND_NAME_SIZE]; /* that is open, or was last */
    int peak;                     /* highest sample since the last look, 0 to 32767 */
    int64_t silent_ms;            /* nothing but digital silence came in for so long */
};

/* Start one. NULL when there is no memory or no thread for it. */
struct sound_side *sound_side_new(const struct sound_driver *driver, enum sound_way way);

/* Use this device. keep: only if it opens, and the present one until then. */
void sound_side_want(struct sound_side *s, const char *device, bool keep);

/* 0 to 100; 50 leaves the sound as it is, 100 is 12 dB more. */
void sound_side_volume(struct sound_side *s, int volume);

void sound_side_attach(struct sound_side *s, struct sound_client *client);
/* Afterwards pass is not called any more. */
void sound_side_detach(struct sound_side *s, struct sound_client *client);

void sound_side_look(struct sound_side *s, struct sound_look *ret);

/* End it. Accepts NULL, returns NULL. No client may be attached. */
struct sound_side *sound_side_free(struct sound_side *s);
