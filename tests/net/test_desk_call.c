/* SPDX-License-Identifier: Apache-2.0 */
/* One of the desk's calls: sequence numbers, limits, its JSON. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "net/api/json.h"
#include "net/desk/desk_call.h"
#include "net/desk/protocol.h"

static struct desk_call call;

static void begin(void)
{
    desk_call_begin(&call, "call-1");
    (void)snprintf(call.sip_call_id, sizeof call.sip_call_id, "sip-1");
}

static const struct desk_call_event *step(enum call_event kind)
{
    return desk_call_step(&call, kind, CALL_END_NONE, 0, "", 1000);
}

static void events_are_numbered_from_one_without_a_gap(void **state)
{
    (void)state;
    begin();
    assert_int_equal(step(CALL_EV_DIAL)->seq, 1);
    assert_null(step(CALL_EV_HOLD)); /* not in this state: no number is used up */
    assert_int_equal(step(CALL_EV_RING)->seq, 2);
    const struct desk_call_event *end =
        desk_call_step(&call, CALL_EV_END, CALL_END_BUSY, 486, "Busy Here", 1002);
    assert_int_equal(end->seq, 3);
    assert_int_equal(call.call.end, CALL_END_BUSY);
}

static void a_new_call_forgets_the_former(void **state)
{
    (void)state;
    begin();
    assert_non_null(step(CALL_EV_DIAL));
    call.acked = 1;
    desk_call_begin(&call, "call-2");
    assert_int_equal(call.n_events, 0);
    assert_int_equal(call.acked, 0);
    assert_string_equal(call.sip_call_id, "");
    assert_false(desk_call_is_busy(&call));
}

static void a_call_that_was_asked_for_is_busy(void **state)
{
    (void)state;
    begin();
    call.asked = true;
    assert_true(desk_call_is_busy(&call));
    call.asked = false;
    assert_non_null(step(CALL_EV_DIAL));
    assert_true(desk_call_is_busy(&call));
}

static void a_peer_that_holds_for_ever_leaves_room_for_the_end(void **state)
{
    (void)state;
    begin();
    assert_non_null(step(CALL_EV_DIAL));
    assert_non_null(step(CALL_EV_ANSWER));
    size_t n = 0;
    while (step(n % 2 ? CALL_EV_PEER_RESUME : CALL_EV_PEER_HOLD))
        n++;
    assert_false(desk_call_has_room(&call));
    assert_int_equal(call.n_events, DESK_CALL_EVENTS_MAX - 1);
    assert_non_null(desk_call_step(&call, CALL_EV_END, CALL_END_BY_PERSON, 0, "", 1));
}

/* Words of the other side, as long as they are kept: 80 letters of four bytes. */
static const char *long_words(void)
{
    static char words[4 * 80 + 1];
    for (size_t i = 0; i < 80; i++)
        memcpy(words + 4 * i, "\xf0\x9f\x98\x80", 4);
    return words;
}

static void the_fullest_calls_fit_into_one_line(void **state)
{
    (void)state;
    begin();
    assert_non_null(step(CALL_EV_DIAL));
    assert_non_null(step(CALL_EV_ANSWER));
    assert_non_null(step(CALL_EV_HOLD));
    size_t transfers = 0;
    for (; desk_call_may(&call, CALL_EV_TRANSFER); transfers++) {
        assert_non_null(step(CALL_EV_TRANSFER));
        assert_non_null(
            desk_call_step(&call, CALL_EV_TRANSFER_FAILED, CALL_END_NONE, 603, long_words(), 1000));
    }
    assert_int_equal(transfers, DESK_CALL_TRANSFERS_MAX);
    for (size_t n = 0; step(n % 2 ? CALL_EV_PEER_RESUME : CALL_EV_PEER_HOLD); n++)
        continue;
    (void)desk_call_step(&call, CALL_EV_END, CALL_END_SCREEN_LOST, 603, long_words(), 1);
    CLEANUP_JSON cJSON *j = desk_call_json(&call);
    CLEANUP_BUF struct buf text = {0};
    json_print(j, &text);
    /* Both stand in one line: hello's answer, with the rest of it. */
    assert_true(text.len < (DESK_LINE_MAX - 1024) / 2);
}

static void nobody_stays_on_hold_because_the_list_is_full(void **state)
{
    (void)state;
    begin();
    assert_non_null(step(CALL_EV_DIAL));
    assert_non_null(step(CALL_EV_ANSWER));
    for (bool held = false; desk_call_may(&call, held ? CALL_EV_RESUME : CALL_EV_HOLD);
         held = !held)
        assert_non_null(step(held ? CALL_EV_RESUME : CALL_EV_HOLD));
    assert_int_equal(call.call.state, CALL_TALKING);
    assert_false(desk_call_may(&call, CALL_EV_TRANSFER));
}

static void the_peers_words_are_cleaned_and_cut(void **state)
{
    (void)state;
    char words[400];
    memset(words, 'a', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    memcpy(words, "\x1b[31mred\r\n", 10);
    begin();
    assert_non_null(step(CALL_EV_DIAL));
    const struct desk_call_event *ev =
        desk_call_step(&call, CALL_EV_END, CALL_END_FAILED, 500, words, 1);
    assert_int_equal(strlen(ev->text), 80);
    assert_null(strpbrk(ev->text, "\x1b\r\n"));
}

static void the_json_is_the_protocols(void **state)
{
    (void)state;
    begin();
    (void)desk_call_step(&call, CALL_EV_DIAL, CALL_END_NONE, 0, "", 1774681509);
    (void)desk_call_step(&call, CALL_EV_END, CALL_END_BUSY, 486, "Busy Here", 1774681511);
    CLEANUP_JSON cJSON *j = desk_call_json(&call);
    CLEANUP_BUF struct buf text = {0};
    json_print(j, &text);
    assert_string_equal(
        buf_text(&text),
        "{\"call_id\":\"call-1\",\"sip_call_id\":\"sip-1\",\"state\":\"ended\",\"muted\":false,"
        "\"peer_holds\":false,\"end\":\"busy\",\"encrypted\":null,\"events\":["
        "{\"seq\":1,\"at\":\"2026-03-28T07:05:09Z\",\"kind\":\"dial\",\"sip_status\":0,"
        "\"text\":\"\"},"
        "{\"seq\":2,\"at\":\"2026-03-28T07:05:11Z\",\"kind\":\"end\",\"end\":\"busy\","
        "\"sip_status\":486,\"text\":\"Busy Here\"}]}");
}

static void no_call_is_null(void **state)
{
    (void)state;
    desk_call_clear(&call);
    CLEANUP_JSON cJSON *j = desk_call_json(&call);
    assert_true(cJSON_IsNull(j));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_numbered_from_one_without_a_gap),
        cmocka_unit_test(a_new_call_forgets_the_former),
        cmocka_unit_test(a_call_that_was_asked_for_is_busy),
        cmocka_unit_test(a_peer_that_holds_for_ever_leaves_room_for_the_end),
        cmocka_unit_test(the_fullest_calls_fit_into_one_line),
        cmocka_unit_test(nobody_stays_on_hold_because_the_list_is_full),
        cmocka_unit_test(the_peers_words_are_cleaned_and_cut),
        cmocka_unit_test(the_json_is_the_protocols),
        cmocka_unit_test(no_call_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
