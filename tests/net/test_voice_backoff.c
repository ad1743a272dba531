/* SPDX-License-Identifier: Apache-2.0 */
/* The pauses before a telephone program is started again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/voice/voice_backoff.h"

static void pauses_grow_up_to_a_limit(void **state)
{
    (void)state;
    struct voice_backoff b = {0};
    uint64_t before = voice_backoff_pause_ms(&b, 0);
    assert_int_equal(before, VOICE_BACKOFF_FIRST_MS);
    for (int i = 0; i < 100; i++) {
        const uint64_t pause = voice_backoff_pause_ms(&b, 0);
        assert_true(pause <= VOICE_BACKOFF_MAX_MS);
        assert_true(pause > before || pause == VOICE_BACKOFF_MAX_MS);
        before = pause;
    }
    assert_int_equal(before, VOICE_BACKOFF_MAX_MS);
}

static void a_program_that_worked_is_back_soon(void **state)
{
    (void)state;
    struct voice_backoff b = {0};
    for (int i = 0; i < 10; i++)
        (void)voice_backoff_pause_ms(&b, VOICE_STEADY_MS); /* not steady yet */
    assert_int_equal(voice_backoff_pause_ms(&b, VOICE_STEADY_MS), VOICE_BACKOFF_MAX_MS);
    assert_int_equal(voice_backoff_pause_ms(&b, VOICE_STEADY_MS + 1), VOICE_BACKOFF_FIRST_MS);
    assert_true(voice_backoff_pause_ms(&b, 0) > VOICE_BACKOFF_FIRST_MS);
    voice_backoff_reset(&b); /* a call went through it */
    assert_int_equal(voice_backoff_pause_ms(&b, 0), VOICE_BACKOFF_FIRST_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_grow_up_to_a_limit),
        cmocka_unit_test(a_program_that_worked_is_back_soon),
    };
    return cmocka_run_group_tests_name("voice_backoff", tests, NULL, NULL);
}
