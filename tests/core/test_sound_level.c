/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sound_level.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_peak_is_so_many_decibels(void **state)
{
    (void)state;
    static const struct {
        int peak, db;
    } rows[] = {
        {-1,    -96},
        {0,     -96},
        {1,     -90},
        {33,    -60},
        {327,   -40},
        {3277,  -20},
        {16383, -6 },
        {23170, -4 },
        {23171, -3 },
        {32766, -1 },
        {32767, 0  },
        {40000, 0  },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_in_range(sound_level_db(rows[i].peak) - rows[i].db + 1, 0, 2);
    assert_int_equal(sound_level_db(0), SOUND_LEVEL_MIN);
    assert_int_equal(sound_level_db(32767), 0);
    for (int peak = 1; peak <= 32767; peak++)
        assert_true(sound_level_db(peak) >= sound_level_db(peak - 1));
}

static void a_level_has_a_word(void **state)
{
    (void)state;
    static const struct {
        int db;
        enum sound_word word;
    } rows[] = {
        {-200, SOUND_SILENT  },
        {-96,  SOUND_SILENT  },
        {-67,  SOUND_SILENT  },
        {-66,  SOUND_NO_VOICE},
        {-43,  SOUND_NO_VOICE},
        {-42,  SOUND_QUIET   },
        {-31,  SOUND_QUIET   },
        {-30,  SOUND_GOOD    },
        {-3,   SOUND_GOOD    },
        {-2,   SOUND_LOUD    },
        {0,    SOUND_LOUD    },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(sound_word_of(rows[i].db), rows[i].word);
    for (int w = 0; w < SOUND_WORD_COUNT; w++)
        assert_true(strlen(sound_word_text((enum sound_word)w)) > 3);
}

static void a_bar_is_never_longer_than_its_place(void **state)
{
    (void)state;
    assert_int_equal(sound_level_cells(-96, 30), 0);
    assert_int_equal(sound_level_cells(-60, 30), 0);
    assert_int_equal(sound_level_cells(-30, 30), 15);
    assert_int_equal(sound_level_cells(0, 30), 30);
    assert_int_equal(sound_level_cells(10, 30), 30);
}

/* Between two words nobody is silent; after three seconds of nothing, one is. */
static void a_meter_remembers_the_last_seconds(void **state)
{
    (void)state;
    struct sound_meter m = {0};
    assert_int_equal(sound_meter_word(&m, 1000), SOUND_NOT_MEASURED);
    sound_meter_add(&m, -10, 1000);
    assert_int_equal(sound_meter_word(&m, 1000), SOUND_GOOD);
    sound_meter_add(&m, -96, 1000);
    assert_int_equal(m.level_db, -96);
    assert_int_equal(sound_meter_word(&m, 1000), SOUND_GOOD);
    sound_meter_add(&m, -96, 1002);
    assert_int_equal(sound_meter_word(&m, 1002), SOUND_GOOD);
    sound_meter_add(&m, -96, 1003);
    assert_int_equal(sound_meter_word(&m, 1003), SOUND_SILENT);
    sound_meter_add(&m, -1, 1100);
    sound_meter_add(&m, -20, 1103);
    assert_int_equal(sound_meter_word(&m, 1103), SOUND_GOOD); /* what was too loud is over */
    assert_int_equal(sound_meter_word(&m, 1107), SOUND_NOT_MEASURED);
    sound_meter_add(&m, -96, 5); /* a clock that was put back */
    assert_int_equal(sound_meter_word(&m, 5), SOUND_SILENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_peak_is_so_many_decibels),
        cmocka_unit_test(a_level_has_a_word),
        cmocka_unit_test(a_bar_is_never_longer_than_its_place),
        cmocka_unit_test(a_meter_remembers_the_last_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
