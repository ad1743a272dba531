/* SPDX-License-Identifier: Apache-2.0 */
/* The sound as the agent sees it: devices, level, and what is said when one goes in a call. */

#include "tests/core/workstation_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static size_t count(const struct fixture *fx, enum ws_phone_op op)
{
    size_t n = 0;
    for (size_t i = 0; i < fx->n_phones; i++)
        n += fx->phones[i].op == op;
    return n;
}

static bool says(const struct fixture *fx, const char *words)
{
    return strstr(fx->view->notice.text, words) != NULL;
}

static void tell(struct fixture *fx, bool in, bool out, const char *label, bool silent)
{
    struct ws_desk_way ways[WS_WAY_COUNT] = {
        [WS_INPUT] = {.works = in}, [WS_OUTPUT] = {.works = out}};
    for (int way = WS_INPUT; way < WS_WAY_COUNT; way++)
        (void)snprintf(ways[way].label, sizeof ways[way].label, "%s", label);
    workstation_desk_sound(fx->ws, ways, silent);
}

static void levels_for(struct fixture *fx, int level_db, int seconds)
{
    workstation_desk_level(fx->ws, true, level_db);
    fx_pass(fx, seconds);
}

static void who_looks_gets_devices_and_levels_and_nobody_else(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    fx_pass(fx, 60);
    assert_int_equal(count(fx, WS_PHONE_DEVICES), 0);
    assert_int_equal(count(fx, WS_PHONE_SOUND_TEST), 0);
    assert_int_equal(fx->cmd.watch_sound(fx->cmd.arg, true, NULL), ERR_OK);
    assert_int_equal(count(fx, WS_PHONE_DEVICES), 1);
    assert_int_equal(count(fx, WS_PHONE_SOUND_TEST), 1);
    struct ws_sound_way ways[WS_WAY_COUNT] = {0};
    ways[WS_INPUT].volume = 30;
    ways[WS_INPUT].n_devices = 1;
    (void)snprintf(ways[WS_INPUT].devices[0].name, WS_DEVICE_SIZE, "headset");
    workstation_desk_devices(fx->ws, ways);
    assert_true(fx->view->sound.known);
    assert_string_equal(fx->view->sound.ways[WS_INPUT].devices[0].name, "headset");
    /* The desk ends a test after a minute: it is asked for again before. */
    fx_pass(fx, 45);
    assert_int_equal(count(fx, WS_PHONE_SOUND_TEST), 2);
    const size_t tests = count(fx, WS_PHONE_SOUND_TEST);
    workstation_desk_level(fx->ws, false, -96); /* baresip died, say */
    fx_pass(fx, 3);
    assert_int_equal(count(fx, WS_PHONE_SOUND_TEST), tests + 1);
    assert_int_equal(fx->cmd.watch_sound(fx->cmd.arg, false, NULL), ERR_OK);
    assert_int_equal(count(fx, WS_PHONE_SOUND_TEST), tests + 2);
    assert_false(fx->phones[fx->n_phones - 1].on);
    fx_pass(fx, 60);
    assert_int_equal(count(fx, WS_PHONE_SOUND_TEST), tests + 2);
    fx_free(fx);
}

static void a_microphone_that_was_silent_in_the_test_is_said_before_the_queue(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, false, NULL), ERR_OK);
    fx_serve(fx);
    assert_int_equal(fx->cmd.watch_sound(fx->cmd.arg, true, NULL), ERR_OK);
    levels_for(fx, -96, 5);
    assert_int_equal(fx->view->sound.tested, SOUND_SILENT);
    (void)fx->cmd.watch_sound(fx->cmd.arg, false, NULL);
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, true, NULL), ERR_OK); /* no block */
    assert_true(says(fx, "silent in the test"));
    fx_serve(fx);
    assert_true(fx->view->on_queue);
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, false, NULL), ERR_OK);
    fx_serve(fx);

    /* Between two words it is silent, too: the best counts. */
    assert_int_equal(fx->cmd.watch_sound(fx->cmd.arg, true, NULL), ERR_OK);
    levels_for(fx, -12, 1);
    levels_for(fx, -96, 20);
    assert_int_equal(fx->view->sound.tested, SOUND_GOOD);
    (void)fx->cmd.watch_sound(fx->cmd.arg, false, NULL);
    fx_pass(fx, 20);
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, true, NULL), ERR_OK);
    assert_false(says(fx, "silent in the test") &&
                 fx->view->notice.at_utc_s == fx->view->now_utc_s);

    /* Of another device it says nothing. */
    assert_int_equal(fx->cmd.choose_device(fx->cmd.arg, WS_INPUT, "other", NULL), ERR_OK);
    assert_int_equal(fx->view->sound.tested, SOUND_NOT_MEASURED);
    assert_string_equal(fx->view->sound.ways[WS_INPUT].chosen, "other");
    fx_free(fx);
}

static void a_device_that_goes_in_a_call_is_said_and_the_call_stays(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    struct err err = {0};
    tell(fx, true, true, "The headset", false);
    tell(fx, false, true, "The headset", false);
    assert_true(says(fx, "microphone is gone"));
    tell(fx, false, false, "The headset", false);
    assert_true(says(fx, "headset is gone"));
    workstation_desk_phone(fx->ws, WS_PHONE_NO_SOUND, "There is no sound device.");
    assert_true(fx->view->sound.ways[WS_INPUT].gone && fx->view->sound.ways[WS_OUTPUT].gone);
    assert_int_equal(fx->view->offer.state, HOLD_CALL);
    assert_int_equal(fx->cmd.mute(fx->cmd.arg, true, &err), ERR_OK);
    tell(fx, true, true, "The headset", false);
    assert_true(says(fx, "sound is back"));
    tell(fx, true, true, "Another", false);
    assert_true(says(fx, "another device"));
    tell(fx, true, true, "Another", true);
    assert_true(fx->view->sound.silent);
    fx_desk_dies(fx);
    assert_false(fx->view->sound.silent);
    fx_free(fx);
}

/* The test of a device ends before a call does: that is no news for anybody. */
static void without_a_call_nothing_is_announced(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    tell(fx, true, true, "The headset", false);
    tell(fx, false, false, "The headset", false);
    assert_false(says(fx, "gone"));
    fx_free(fx);
}

static void what_the_desk_refuses_is_said(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    struct err err = {0};
    assert_int_equal(fx->cmd.set_volume(fx->cmd.arg, WS_OUTPUT, 140, NULL), ERR_OK);
    assert_int_equal(fx->view->sound.ways[WS_OUTPUT].volume, 100);
    err_set(&err, ERR_IO, "The choice counts, but it cannot be remembered here.");
    workstation_phone_done(fx->ws, WS_PHONE_VOLUME, "", ERR_IO, &err);
    assert_true(says(fx, "cannot be remembered"));
    fx_desk_dies(fx);
    assert_int_equal(fx->cmd.watch_sound(fx->cmd.arg, true, &err), ERR_STATE);
    assert_int_equal(fx->cmd.choose_device(fx->cmd.arg, WS_INPUT, "x", &err), ERR_STATE);
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_looks_gets_devices_and_levels_and_nobody_else),
        cmocka_unit_test(a_microphone_that_was_silent_in_the_test_is_said_before_the_queue),
        cmocka_unit_test(a_device_that_goes_in_a_call_is_said_and_the_call_stays),
        cmocka_unit_test(without_a_call_nothing_is_announced),
        cmocka_unit_test(what_the_desk_refuses_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
