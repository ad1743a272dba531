/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Sound devices as our module in baresip uses them: one format, and a table of functions a kind.
 *
 * Telephone sound is G.711, so everything here is 8,000 samples a second, mono, signed 16 bit, in
 * frames of 20 ms. A device that wants another format is given it by its driver.
 *
 * alsa.so of baresip 1.0.0 is not used: its threads run in circles when a device goes (and write a
 * warning each time), tell nobody, and cannot be ended when a driver hangs; and it lists nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOUND_RATE 8000
#define SOUND_FRAME 160 /* samples */
#define SOUND_FRAME_MS 20
#define SOUND_NAME_SIZE 128 /* of a device as its driver knows it, NUL included */
#define SOUND_LABEL_SIZE 128
#define SOUND_DEVICES_MAX 32 /* told of one direction */

enum sound_way { SOUND_IN, SOUND_OUT };
#define SOUND_WAYS (SOUND_OUT + 1)

struct sound_device;

/* A device that can be chosen. label: for people, UTF-8 without control characters. Borrowed. */
typedef void sound_found_fn(const char *name, const char *label, void *arg);

/* The functions return 0 or an errno. open, pass and close of one device are called on one thread,
 * which need not be the one that lists. */
struct sound_driver {
    const char *name;
    bool keeps_time; /* pass waits for the device's own clock; else the caller has to */
    int (*open)(struct sound_device **ret, enum sound_way way, const char *name);
    /* Fill the frame, or play it. EAGAIN: not within 100 ms, the same frame is passed again. Any
     * other error: the device is dead. */
    int (*pass)(struct sound_device *d, int16_t frame[SOUND_FRAME]);
    void (*close)(struct sound_device *d);
    void (*list)(enum sound_way way, sound_found_fn *found, void *arg);
};

extern const struct sound_driver sound_alsa; /* sound cards, by ALSA's names of them */
extern const struct sound_driver sound_tone; /* 400 Hz is sent, what is heard is thrown away */
extern const struct sound_driver sound_file; /* a WAV file is sent, again and again; likewise */

/* "alsa", "tone" or "file"; NULL = no such. */
const struct sound_driver *sound_driver_by_name(const char *name);
