/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How loud a microphone is, in words that say what to do: one table of limits.
 *
 * Levels are dB below full scale of the highest sample (0 = full, SOUND_LEVEL_MIN = nothing).
 * Speech of a headset that is set well peaks between -30 and -6; the room alone is at -60 to -45; a
 * microphone that is switched off, or not plugged in, gives not even that. */

#include <stdint.h>

#define SOUND_LEVEL_MIN (-96)

enum sound_word {
    SOUND_NOT_MEASURED,
    SOUND_SILENT,   /* not even noise */
    SOUND_NO_VOICE, /* noise of the room: nobody speaks, or far from the microphone */
    SOUND_QUIET,
    SOUND_GOOD,
    SOUND_LOUD,
};
#define SOUND_WORD_COUNT (SOUND_LOUD + 1)

/* The level of the highest sample, 0 to 32767. */
int sound_level_db(int peak);

enum sound_word sound_word_of(int level_db);
/* A sentence for the agent, marked for gettext. */
const char *sound_word_text(enum sound_word word);

/* The cells of a bar of this width that are lit; 0 at -60 dB, all at 0 dB. */
int sound_level_cells(int level_db, int width);

/* The loudest of the last seconds: between two words nobody is silent. */
#define SOUND_METER_S 3
struct sound_meter {
    int level_db; /* now */
    int by_second[SOUND_METER_S];
    int64_t second; /* of by_second[second % SOUND_METER_S]; 0 = nothing was measured */
};

void sound_meter_add(struct sound_meter *m, int level_db, int64_t now_s);
/* SOUND_NOT_MEASURED before the first level, and when the last one is old: a second after the
 * seconds that count. */
enum sound_word sound_meter_word(const struct sound_meter *m, int64_t now_s);
