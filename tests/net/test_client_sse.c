/* SPDX-License-Identifier: Apache-2.0 */
/* Server-sent events: the same events come out however the bytes are cut, and limits hold. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "net/client/sse.h"

/* Events as text: "name=data;" each. */
static void note(const char *name, const char *data, size_t len, void *arg)
{
    struct buf *b = arg;
    buf_str(b, name);
    buf_char(b, '=');
    buf_add(b, data, len);
    buf_char(b, ';');
}

static const char stream[] = "\xEF\xBB\xBF: a comment\n"
                             "event: work\ndata: {\"a\":1}\n\n"
                             "event:queues\r\ndata:one\r\ndata: two\r\n\r\n"
                             "data\n\n"
                             "id: 7\nretry: 5\n\n"
                             "event: lost without data\n\n"
                             "data: b\rdata:  c\r\r"
                             "unknown: x\ndata: d\n\n"
                             "data: unfinished";
static const char events[] = "work={\"a\":1};queues=one\ntwo;message=;message=b\n c;message=d;";

static void all_cuts_give_the_same_events(void **state)
{
    (void)state;
    const size_t len = sizeof stream - 1;
    for (size_t a = 0; a <= len; a++) {
        for (size_t b = a; b <= len; b++) {
            struct buf out = {0};
            struct sse s;
            sse_init(&s, note, &out);
            assert_true(sse_feed(&s, stream, a));
            assert_true(sse_feed(&s, stream + a, b - a));
            assert_true(sse_feed(&s, stream + b, len - b));
            assert_string_equal(buf_text(&out), events);
            sse_deinit(&s);
            buf_free(&out);
        }
    }
}

static void byte_by_byte_is_the_same_too(void **state)
{
    (void)state;
    struct buf out = {0};
    struct sse s;
    sse_init(&s, note, &out);
    for (size_t i = 0; i < sizeof stream - 1; i++)
        assert_true(sse_feed(&s, stream + i, 1));
    assert_string_equal(buf_text(&out), events);
    sse_deinit(&s);
    buf_free(&out);
}

static void feed(struct sse *s, const char *text)
{
    assert_true(sse_feed(s, text, strlen(text)));
}

/* What was cut off did not come: its id must not be told. */
static void the_last_id_is_that_of_the_last_whole_event(void **state)
{
    (void)state;
    struct buf out = {0};
    struct sse s;
    sse_init(&s, note, &out);
    assert_string_equal(s.last_id, "");
    feed(&s, "id: a-1\nevent: work\ndata: x\n\n");
    assert_string_equal(s.last_id, "a-1");
    feed(&s, "id: a-2\nevent: queues\ndata: half");
    assert_string_equal(s.last_id, "a-1");
    sse_reset(&s);
    assert_string_equal(s.last_id, "a-1");
    feed(&s, "data: without\n\n");
    assert_string_equal(s.last_id, "a-1");
    feed(&s, "id: bad id\r\ndata: x\n\nid: a\x01\ndata: x\n\n");
    assert_string_equal(s.last_id, "a-1");
    feed(&s, "id: a-3\ndata: x\n\n");
    assert_string_equal(s.last_id, "a-3");
    sse_deinit(&s);
    buf_free(&out);
}

static void a_line_without_end_is_refused(void **state)
{
    (void)state;
    struct buf out = {0};
    struct sse s;
    char piece[1000];
    memset(piece, 'x', sizeof piece);
    sse_init(&s, note, &out);
    size_t taken = 0;
    while (sse_feed(&s, piece, sizeof piece))
        taken += sizeof piece;
    assert_in_range(taken, SSE_LINE_MAX - 2000, SSE_LINE_MAX);
    sse_deinit(&s);
    buf_free(&out);
}

static void an_event_of_too_many_lines_is_refused(void **state)
{
    (void)state;
    struct buf out = {0};
    struct sse s;
    sse_init(&s, note, &out);
    size_t lines = 0;
    while (sse_feed(&s, "data: 0123456789012345678901234567890123456789\n", 47) && lines < 100000)
        lines++;
    assert_in_range(lines, 1000, 10000);
    sse_deinit(&s);
    buf_free(&out);
}

static void a_name_without_measure_is_refused(void **state)
{
    (void)state;
    struct buf out = {0};
    struct sse s;
    char name[200] = "event: ";
    memset(name + 7, 'n', 150);
    name[7 + 150] = '\n';
    sse_init(&s, note, &out);
    assert_false(sse_feed(&s, name, strlen(name)));
    sse_deinit(&s);
    buf_free(&out);
}

static void a_new_connection_forgets_half_an_event(void **state)
{
    (void)state;
    struct buf out = {0};
    struct sse s;
    sse_init(&s, note, &out);
    assert_true(sse_feed(&s, "event: work\ndata: half", 22));
    sse_reset(&s);
    assert_true(sse_feed(&s, "data: whole\n\n", 13));
    assert_string_equal(buf_text(&out), "message=whole;");
    sse_deinit(&s);
    buf_free(&out);
}

static void random_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char alphabet[] = "data:event \r\n\n:x\0\xff{}";
    uint64_t seed = 1;
    for (int round = 0; round < 300; round++) {
        struct buf out = {0};
        struct sse s;
        sse_init(&s, note, &out);
        for (int i = 0; i < 200; i++) {
            char piece[32];
            for (size_t k = 0; k < sizeof piece; k++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                piece[k] = alphabet[(seed >> 33) % (sizeof alphabet - 1)];
            }
            if (!sse_feed(&s, piece, (seed >> 40) % sizeof piece))
                break;
        }
        sse_deinit(&s);
        buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_cuts_give_the_same_events),
        cmocka_unit_test(byte_by_byte_is_the_same_too),
        cmocka_unit_test(the_last_id_is_that_of_the_last_whole_event),
        cmocka_unit_test(a_line_without_end_is_refused),
        cmocka_unit_test(an_event_of_too_many_lines_is_refused),
        cmocka_unit_test(a_name_without_measure_is_refused),
        cmocka_unit_test(a_new_connection_forgets_half_an_event),
        cmocka_unit_test(random_bytes_do_no_harm),
    };
    return cmocka_run_group_tests_name("client_sse", tests, NULL, NULL);
}
