/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sound_level.h"

#include <stdbool.h>
#include <stddef.h>

#include "core/i18n.h"

#define FULL 32767
#define BAR_DB 60

/* clang-format off */
static const struct {
    int from_db; /* at least */
    const char *text;
} words[SOUND_WORD_COUNT] = {
    [SOUND_NOT_MEASURED] = {0,   N_("Not measured")},
    [SOUND_SILENT]       = {-96, N_("Your microphone is silent")},
    [SOUND_NO_VOICE]     = {-66, N_("No voice: please say something")},
    [SOUND_QUIET]        = {-42, N_("Too quiet: turn it up, or come nearer")},
    [SOUND_GOOD]         = {-30, N_("Good")},
    [SOUND_LOUD]         = {-2,  N_("Too loud: turn it down")},
};
/* clang-format on */

/* Steps of 6.02 dB are halves; within one, sixths by the sixth root of two. */
int sound_level_db(int peak)
{
    static const int sixths[] = {FULL, 29193, 26008, 23171, 20643, 18391};
    if (peak <= 0)
        return SOUND_LEVEL_MIN;
    int db = 0;
    long value = peak > FULL ? FULL : peak;
    while (value * 2 <= FULL && db > SOUND_LEVEL_MIN) {
        value *= 2;
        db -= 6;
    }
    int step = 0;
    while (step < 5 && value < sixths[step])
        step++;
    db -= step;
    return db < SOUND_LEVEL_MIN ? SOUND_LEVEL_MIN : db;
}

enum sound_word sound_word_of(int level_db)
{
    enum sound_word word = SOUND_SILENT;
    for (int w = SOUND_SILENT; w < SOUND_WORD_COUNT; w++)
        if (level_db >= words[w].from_db)
            word = (enum sound_word)w;
    return word;
}

const char *sound_word_text(enum sound_word word)
{
    return words[word].text;
}

int sound_level_cells(int level_db, int width)
{
    const int above = level_db + BAR_DB;
    return above <= 0 ? 0 : above >= BAR_DB ? width : (above * width + BAR_DB / 2) / BAR_DB;
}

void sound_meter_add(struct sound_meter *m, int level_db, int64_t now_s)
{
    const bool fresh = m->second && now_s >= m->second && now_s - m->second < SOUND_METER_S;
    const int64_t since = fresh ? m->second + 1 : now_s - SOUND_METER_S + 1;
    for (int64_t t = since; t <= now_s; t++)
        m->by_second[t % SOUND_METER_S] = SOUND_LEVEL_MIN;
    int *loudest = &m->by_second[now_s % SOUND_METER_S];
    *loudest = level_db > *loudest ? level_db : *loudest;
    m->level_db = level_db;
    m->second = now_s;
}

enum sound_word sound_meter_word(const struct sound_meter *m, int64_t now_s)
{
    if (!m->second || now_s - m->second > SOUND_METER_S)
        return SOUND_NOT_MEASURED;
    int loudest = SOUND_LEVEL_MIN;
    for (size_t i = 0; i < SOUND_METER_S; i++)
        loudest = m->by_second[i] > loudest ? m->by_second[i] : loudest;
    return sound_word_of(loudest);
}
