/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the pieces in which a file comes, the same rows and the same faults come of it. */

#include "store_world.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/buf.h"
#include "net/import/import.h"

#define HEADER "sciensano_request_ticket;ticket_at;family_name;phone;language;region;kind;notes\n"
#define ROW(ticket) ticket ";2026-03-01T10:00:00Z;Planted;0470 12 34 56;fr;WAL;index;"
#define OBJECT(ticket, more)                                                                       \
    "{\"sciensano_request_ticket\":\"" ticket                                                      \
    "\",\"ticket_at\":\"2026-03-01T10:00:00Z\",\"family_name\":\"Planted\",\"phone\":"             \
    "\"02/214.19.19\",\"language\":\"fr\",\"region\":\"WAL\",\"kind\":\"index\"" more "}"

static void note_fault(void *arg, const struct import_fault *fault)
{
    buf_printf(arg, "%d %s: %s\n", (int)fault->line, fault->field, fault->rule);
}

static enum err_code note_row(void *arg, const char *header, size_t header_len, const char *row,
                              size_t len, struct err *err)
{
    (void)err;
    if (header) {
        buf_add(arg, header, header_len);
        buf_char(arg, '\n');
    }
    buf_add(arg, row, len);
    buf_char(arg, '\n');
    return ERR_OK;
}

/* Feed the text in pieces of this size; what was told, and how it ended. Owned by the caller. */
static char *told(struct world *w, const char *text, size_t len, size_t piece,
                  struct import_counts *ret)
{
    struct buf out = {0};
    const struct import_options options = {
        .fault = note_fault, .reject = note_row, .arg = &out, .niss_warn = true, .skip_bad = true};
    struct import *im = import_new(&options);
    bool left = true;
    world_begin(w);
    while (left) {
        assert_int_equal(import_clear(w->st, 100, w->now, &left, &w->err), ERR_OK);
    }
    enum err_code code = import_begin(im, w->st, "tracing", w->now, &w->err);
    for (size_t at = 0; !code && at < len;) {
        const size_t n = len - at < piece ? len - at : piece;
        size_t used = 0;
        code = import_feed(im, w->st, text + at, n, 1, &used, &w->err);
        at += used;
    }
    code = code ? code : import_finish(im, w->st, &w->err);
    buf_printf(&out, "end %d %s %s\n", (int)code, code ? w->err.field : "",
               code ? w->err.sentence : "");
    *ret = import_counts(im);
    store_rollback(w->st);
    import_free(im);
    assert_false(out.failed);
    return buf_take(&out);
}

static void pieces_do_not_matter(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *text;
        uint64_t rows, bad;
        const char *says;
    } cases[] = {
        {"",                                                               0,                                0,"end 1"               },
        {"\xef\xbb\xbf" HEADER ROW("A") "\"two\nlines\"\r\n\r\n" ROW("B"), 2,                                0,"end 0"               },
        {HEADER ROW("A") "x\n" ROW("A") "y\n" ROW("") "z\n",               3,                                2,"3 sciensano_request_"},
        {HEADER ROW("A") "\"open\n",                                       1,                                1,"2 notes: "           },
        {HEADER "few;fields\n" ROW("\x1b") "\n",                           2,                                2,HEADER "few;fields\n" },
        {HEADER,                                                           0,                                0,"end 0"               },
        {"a;b\n1;2\n",                                                     0,                                0,"column 1"            },
        {"\xff\xfe"
         "a\1",                                                   0,                                0,"UTF-16"              },
        {" \n [\n",                                                        0,                                0,"JSON list"           },
        {"\xef\xbb\xbf\n" OBJECT("A",                                      "") "\r\n\n" OBJECT("B",          ""),2,                      0, "end 0"},
        {OBJECT("A",                                                         "") "\n" OBJECT("A",                                                                                         "") "\n[1]\n{\n",4,3, "4 : "},
        {OBJECT("A",                                                               ",\"niss\":\"85.07.30-033.29\""),                                                                                              1,         0,                                                                                                                                                                  "end 0"},
        {OBJECT("A",",\"niss\":7") "\n" OBJECT("B",",\"shoe\":\"7\"") "\n",2,2,
         "1 niss: A value"},
        {OBJECT("A",                                                       ",\"notes\":null") "\n" OBJECT("B",                                                                                        ",\"kind\":\"x\""), 2,                                                                                                                                                                                                                                                                                         1, "2 : "},
        {"{}",                                                1,                                                                                1,"required"},
    };
    static const size_t pieces[] = {1, 2, 3, 7, 64, 4096};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t len = strlen(cases[i].text);
        struct import_counts counts;
        char *whole = told(w, cases[i].text, len, SIZE_MAX, &counts);
        if (!strstr(whole, cases[i].says)) {
            fail_msg("case %zu: %s", i, whole);
        }
        if (counts.n_rows != cases[i].rows || counts.n_bad != cases[i].bad) {
            fail_msg("case %zu: %d rows, %d bad: %s", i, (int)counts.n_rows, (int)counts.n_bad,
                     whole);
        }
        for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
            struct import_counts again;
            char *parts = told(w, cases[i].text, len, pieces[p], &again);
            assert_string_equal(parts, whole);
            assert_memory_equal(&again, &counts, sizeof counts);
            free(parts);
        }
        free(whole);
    }
}

/* Which queue: of the service, of the region, of the language; told by rule, never by value. */
static void a_queue_is_one_of_the_service_and_region(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *queue, *says;
    } cases[] = {
        {"WAL_Public-Health", "end 0"                               },
        {"WAL_French",        "end 0"                               },
        {"",                  "end 0"                               },
        {"WAL_Nothing",       "queue: The service has no such queue"},
        {"BXL_Public-Health", "queue: This queue is of another regi"},
        {"WAL_Dutch",         "queue: This queue is of another lang"},
        {"WAL Public",        "queue: A queue has ASCII letters"    },
        {"wal_public-health", "queue: The service has no such queue"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int ndjson = 0; ndjson < 2; ndjson++) {
            const bool good = strncmp(cases[i].says, "end", 3) == 0;
            struct import_counts counts;
            char text[512];
            char fault[96];
            if (ndjson) {
                snprintf(text, sizeof text, OBJECT("A", ",\"queue\":\"%s\"") "\n", cases[i].queue);
            } else {
                snprintf(
                    text, sizeof text,
                    "sciensano_request_ticket;ticket_at;family_name;phone;language;region;kind;"
                    "queue\n" ROW("A") "%s\n",
                    cases[i].queue);
            }
            snprintf(fault, sizeof fault, "%s%s", good ? "" : ndjson ? "1 " : "2 ", cases[i].says);
            char *said = told(w, text, strlen(text), SIZE_MAX, &counts);
            assert_non_null(strstr(said, fault));
            assert_int_equal(counts.n_bad, !good);
            assert_int_equal(counts.figures.n_new, good);
            free(said);
        }
    }
}

static void a_doubtful_niss_is_kept_and_counted(void **state)
{
    struct world *w = *state;
    static const char text[] = OBJECT("A", ",\"niss\":\"85.07.30-033.29\"");
    struct import_counts counts;
    free(told(w, text, sizeof text - 1, SIZE_MAX, &counts));
    assert_int_equal(counts.n_doubtful, 1);
    assert_int_equal(counts.figures.n_new, 1);
}

/* Rows as long as they may be, and longer. */
static void a_row_has_a_limit(void **state)
{
    struct world *w = *state;
    for (int ndjson = 0; ndjson < 2; ndjson++) {
        struct buf text = {0};
        struct import_counts counts;
        buf_str(&text, ndjson ? "{\"notes\":\"" : HEADER ROW("A"));
        for (size_t i = 0; i < (size_t)1 << 20; i++) {
            buf_char(&text, 'x');
        }
        buf_str(&text, ndjson ? "\"}\n" OBJECT("B", "") "\n" : "\n" ROW("B") "\n");
        char *said = told(w, text.data, text.len, 5000, &counts);
        assert_int_equal(counts.n_rows, 2);
        assert_int_equal(counts.n_bad, 1);
        assert_int_equal(counts.figures.n_new, 1);
        assert_true(strlen(said) < 1000); /* the row itself is not handed out */
        free(said);
        buf_free(&text);
    }
}

static void bad_rows_decide(void **state)
{
    struct world *w = *state;
    static const char text[] = HEADER ROW("A") "\n" ROW("A") "\n";
    for (int skip = 0; skip < 2; skip++) {
        const struct import_options options = {.skip_bad = skip == 1};
        struct import *im = import_new(&options);
        size_t used = 0;
        MUST(w, import_begin(im, w->st, NULL, w->now, &w->err));
        MUST(w, import_feed(im, w->st, text, sizeof text - 1, 99, &used, &w->err));
        assert_int_equal(used, sizeof text - 1);
        MUST(w, import_finish(im, w->st, &w->err));
        assert_int_equal(TRY(w, import_decide(im, w->st, 0, w->now, &w->err)),
                         skip ? ERR_OK : ERR_INVALID);
        import_free(im);
        for (bool left = true; left;) {
            MUST(w, import_clear(w->st, 1, w->now, &left, &w->err));
        }
        assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), skip);
        assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'import'"), skip);
        assert_int_equal(world_sql(w, "SELECT count(*) FROM import_row"), 0);
    }
}

static void one_imports_at_a_time(void **state)
{
    struct world *w = *state;
    char path[96];
    int first = -1;
    int second = -1;
    assert_int_equal(import_lock(w->dir, &first, &w->err), ERR_OK);
    assert_int_equal(import_lock(w->dir, &second, &w->err), ERR_UNAVAILABLE);
    close(first);
    assert_int_equal(import_lock(w->dir, &second, &w->err), ERR_OK);
    close(second);
    snprintf(path, sizeof path, "%s/import.lock", w->dir);
    unlink(path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pieces_do_not_matter),
        TEST(a_queue_is_one_of_the_service_and_region),
        TEST(a_doubtful_niss_is_kept_and_counted),
        TEST(a_row_has_a_limit),
        TEST(bad_rows_decide),
        TEST(one_imports_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
