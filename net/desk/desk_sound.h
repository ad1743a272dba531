/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The sound of a desk: which devices were chosen, which are in use, what the microphone gives.
 *
 * The choice is the agent's, not the login's: it is remembered on this PC, in a file of the user
 * (sound-INSTANCE below $XDG_STATE_HOME/pupitre, 0600), and names devices, never numbers. */

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "net/host/xdg.h"
#include "net/voice/voice.h"

struct desk;

enum desk_sound_way { DESK_INPUT, DESK_OUTPUT };
#define DESK_SOUND_WAYS (DESK_OUTPUT + 1)
extern const char *const desk_sound_ways[DESK_SOUND_WAYS]; /* "input", "output" */

struct desk_sound {
    struct voice_choice choice;
    char path[XDG_PATH_MAX]; /* "" = nothing is remembered */
    struct {
        bool works;
        char name[VOICE_DEVICE_SIZE]; /* in use, or was; "" = none: no call, no test */
        char label[VOICE_DEVICE_SIZE];
    } in_use[DESK_SOUND_WAYS];
    bool mic_silent;   /* as the module says */
    bool told_silent;  /* to the screen: it is, and should not be */
    cJSON *found;      /* while devices are asked for: {"input":[…],"output":[…]} */
    int told_level_db; /* to the screen, in this test */
    bool testing;
};

/* Read what was chosen before. A file that is not there, or not whole, chooses nothing. */
void desk_sound_init(struct desk_sound *s, const char *instance);
void desk_sound_deinit(struct desk_sound *s);

/* Write it down; false when it could not be. */
bool desk_sound_remember(const struct desk_sound *s);

/* found, device, level, microphone of the module. */
void desk_sound_heard(struct desk *d, const char *event, const cJSON *m);
/* The call may have changed: a silent microphone matters only while the agent speaks. */
void desk_sound_follow(struct desk *d);
/* A new screen: tell it what is not as it should be. */
void desk_sound_greet(struct desk *d);
/* The telephone died: nothing is in use. */
void desk_sound_lost(struct desk *d);
/* End the test of the sound, if there is one; the screen is told unless it asked for it. */
void desk_sound_end_test(struct desk *d, bool tell);

/* {"chosen","volume","in_use","label","works"} of a way. */
cJSON *desk_sound_json(const struct desk_sound *s, enum desk_sound_way way);
