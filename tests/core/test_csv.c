/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: what is a row, what is a fault, and that neither depends on how the bytes arrive. */

#include "core/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Everything that a reader gives, as one text: "[a|b]" a row, "{invalid 3.2 name}" a fault, and "!"
 * when it is dead. */
static void note(struct csv_reader *r, enum err_code code, const struct csv_row *row,
                 const struct err *err, struct buf *out)
{
    if (code) {
        buf_printf(out, "{%s %d.%d%s%s}", err_info(code)->name, (int)csv_fault_line(r),
                   (int)csv_fault_column(r), err->field[0] ? " " : "", err->field);
        return;
    }
    if (!row)
        return;
    for (size_t i = 0; i < row->n; i++) {
        assert_int_equal(strlen(row->fields[i].text), row->fields[i].len);
        buf_printf(out, "%c%s", i ? '|' : '[', row->fields[i].text);
    }
    buf_char(out, ']');
}

static void read_all(const char *bytes, size_t len, size_t piece, struct buf *out)
{
    struct csv_reader *r = csv_reader_new();
    const struct csv_row *row = NULL;
    struct err err = {0};
    size_t used = 0;
    assert_non_null(r);
    while (used < len && !csv_is_dead(r)) {
        size_t n = 0;
        const size_t left = len - used;
        const enum err_code code =
            csv_feed(r, bytes + used, left < piece ? left : piece, &n, &row, &err);
        used += n;
        note(r, code, row, &err, out);
    }
    if (!csv_is_dead(r)) {
        const enum err_code code = csv_finish(r, &row, &err);
        note(r, code, row, &err, out);
    }
    if (csv_is_dead(r))
        buf_char(out, '!');
    csv_reader_free(r);
}

static void assert_reads(const char *bytes, size_t len, const char *expected)
{
    static const size_t pieces[] = {1, 2, 3, 7, 1000};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        CLEANUP_BUF struct buf out = {0};
        read_all(bytes, len, pieces[i], &out);
        assert_string_equal(buf_text(&out), expected);
    }
}
#define READS(literal, expected) assert_reads(literal, sizeof literal - 1, expected)

static void rows_are_read_with_either_separator_and_line_end(void **state)
{
    (void)state;
    READS("a,b\n1,2\n3,4\n", "[a|b][1|2][3|4]");
    READS("a;b\r\n1;2\r\n3,5;4\r\n", "[a|b][1|2][3,5|4]");
    READS("a,b\n1,2", "[a|b][1|2]");
    READS("a,b\n1,2\r", "[a|b][1|2]");
    READS("a,b\n,\n", "[a|b][|]");
    READS("a\n1\n2;3\n", "[a][1][2;3]");
    READS("a\n1,2\n", "[a]{invalid 2.0}");
    READS("\xEF\xBB\xBF"
          "a,b\n1,2\n",
          "[a|b][1|2]");
    READS("a,b\n\n1,2\n\r\n\n3,4\n\n", "[a|b][1|2][3|4]");
}

static void quotes_hold_separators_line_ends_and_quotes(void **state)
{
    (void)state;
    READS("a,b\n\"1,\"\"x\"\"\",\"two\r\nlines\"\n", "[a|b][1,\"x\"|two\r\nlines]");
    READS("\"a;x\",b\n1,2\n", "[a;x|b][1|2]");
    READS("a\n\"\"\n", "[a][]");
    READS("a\n\"\"", "[a][]");
    READS("a\n\"x\"", "[a][x]");
}

static void a_broken_row_costs_one_error_and_the_next_is_read(void **state)
{
    (void)state;
    READS("a,b\n1\n3,4\n", "[a|b]{invalid 2.0}[3|4]");
    READS("a,b\n1,2,3\n3,4\n", "[a|b]{invalid 2.0}[3|4]");
    READS("a,b\n1,x\"y\n3,4\n", "[a|b]{invalid 2.2 b}[3|4]");
    READS("a,b\n\"1\"x,2\n3,4\n", "[a|b]{invalid 2.1 a}[3|4]");
    READS("a,b\n1,Ren\xE9\n3,4\n", "[a|b]{invalid 2.2 b}[3|4]");
    READS("a,b\n1,2\0\n3,4\n", "[a|b]{invalid 2.2 b}[3|4]");
    READS("a,b\n1\r2,2\n3,4\n", "[a|b]{invalid 2.1 a}[3|4]");
    READS("a,b\n\"x\ny\",2\"\n3,4\n", "[a|b]{invalid 3.2 b}[3|4]");
    READS("a,b\n\n1\n3,4", "[a|b]{invalid 3.0}[3|4]");
}

static void a_quote_that_stays_open_is_found_at_its_line(void **state)
{
    (void)state;
    READS("a,b\n1,2\n3,\"4\n5,6\n", "[a|b][1|2]{invalid 3.2 b}");
}

static void files_that_are_no_csv_are_given_up(void **state)
{
    (void)state;
    READS("", "{invalid 0.0}!");
    READS("\n\n", "{invalid 0.0}!");
    READS("\xEF\xBB\xBF", "{invalid 0.0}!");
    READS("\xFF\xFE"
          "a\0,\0",
          "{media-type 0.0}!");
    READS("\xFE\xFF"
          "\0a",
          "{media-type 0.0}!");
    READS("a\0,\0b\0\n\0"
          "1,2\n",
          "{invalid 1.1}!");
    READS("a,\xE9\n1,2\n", "{invalid 1.2}!");
    READS("\xEF"
          "a,b\n",
          "{invalid 1.1}!");
    READS("\xEF\xBB", "{invalid 1.1}!");
    READS("a,b\r1,2\r3,4\r", "{invalid 1.2}!");
}

static void limits_cost_the_row_and_no_memory(void **state)
{
    (void)state;
    static const size_t sizes[] = {CSV_FIELD_MAX, CSV_FIELD_MAX + 1, CSV_ROW_MAX, 1024 * 1024};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        CLEANUP_BUF struct buf in = {0};
        CLEANUP_BUF struct buf out = {0};
        buf_str(&in, "a,b\n\"");
        for (size_t k = 0; k < sizes[i]; k++)
            buf_char(&in, 'x');
        buf_str(&in, "\",2\n3,4\n");
        read_all(in.data, in.len, 4096, &out);
        if (sizes[i] <= CSV_FIELD_MAX) {
            assert_int_equal(out.len, 5 + sizes[i] + 4 + 5);
            continue;
        }
        assert_string_equal(buf_text(&out), "[a|b]{too-large 2.1 a}[3|4]");
    }
}

static void a_row_of_many_large_fields_is_too_large(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf in = {0};
    CLEANUP_BUF struct buf out = {0};
    buf_str(&in, "a,b,c,d,e\n");
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < CSV_FIELD_MAX - 10; k++)
            buf_char(&in, 'x');
        buf_char(&in, i < 4 ? ',' : '\n');
    }
    buf_str(&in, "1,2,3,4,5\n");
    read_all(in.data, in.len, 4096, &out);
    assert_string_equal(buf_text(&out), "[a|b|c|d|e]{too-large 2.0}[1|2|3|4|5]");
}

static void columns_are_limited(void **state)
{
    (void)state;
    for (unsigned columns = CSV_COLUMNS_MAX; columns <= CSV_COLUMNS_MAX + 1; columns++) {
        CLEANUP_BUF struct buf in = {0};
        CLEANUP_BUF struct buf out = {0};
        for (unsigned i = 1; i < columns; i++)
            buf_char(&in, ',');
        buf_char(&in, '\n');
        read_all(in.data, in.len, 10, &out);
        assert_int_equal(out.data[0], columns > CSV_COLUMNS_MAX ? '{' : '[');
    }
}

static void the_raw_row_is_there_for_the_file_of_rejects(void **state)
{
    (void)state;
    static const char text[] = "a,b\r\n1,\"x\"y\r\n\"3\",4\n";
    static const char *const raws[] = {"a,b", "1,\"x\"y", "\"3\",4"};
    struct csv_reader *r = csv_reader_new();
    size_t used = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct csv_row *row;
        size_t n;
        size_t len;
        const enum err_code code = csv_feed(r, text + used, sizeof text - 1 - used, &n, &row, NULL);
        used += n;
        assert_int_equal(code, i == 1 ? ERR_INVALID : ERR_OK);
        if (row)
            assert_int_equal(row->line, i + 1);
        const char *raw = csv_raw(r, &len);
        assert_int_equal(len, strlen(raws[i]));
        assert_memory_equal(raw, raws[i], len);
    }
    csv_reader_free(r);
}

static void sentences_hold_place_and_rule_but_no_content(void **state)
{
    (void)state;
    static const char text[] = "phone,name\n1,Ver\"zonnen\n";
    struct csv_reader *r = csv_reader_new();
    const struct csv_row *row;
    struct err err = {0};
    size_t n = 0;
    assert_int_equal(csv_feed(r, text, sizeof text - 1, &n, &row, &err), ERR_OK);
    const size_t used = n;
    assert_int_equal(csv_feed(r, text + used, sizeof text - 1 - used, &n, &row, &err), ERR_INVALID);
    assert_string_equal(err.field, "name");
    assert_string_equal(err.sentence,
                        "line 2, column 2: There is a quote in a field without quotes.");
    assert_null(row);
    csv_reader_free(r);
}

static void written_rows_are_quoted_where_they_must_be(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf out = {0};
    struct csv_writer w = {.out = &out, .separator = ','};
    csv_put_str(&w, "plain é");
    csv_put_str(&w, "a,b;c");
    csv_put_str(&w, "say \"x\"");
    csv_put_str(&w, "two\nlines");
    csv_put_str(&w, " blank");
    csv_put_str(&w, NULL);
    csv_put_int(&w, -12);
    csv_end_row(&w);
    csv_put_str(&w, "+32470000123");
    csv_end_row(&w);
    assert_string_equal(out.data,
                        "plain é,\"a,b;c\",\"say \"\"x\"\"\",\"two\nlines\",\" blank\",,-12\r\n"
                        "+32470000123\r\n");
}

static void nothing_written_runs_in_a_spreadsheet(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written;
    } cases[] = {
        {"=1+1",         "\"'=1+1\""        },
        {"@SUM(A1)",     "\"'@SUM(A1)\""    },
        {"+1+cmd|'x'!A", "\"'+1+cmd|'x'!A\""},
        {"-",            "\"'-\""           },
        {"-2+3",         "\"'-2+3\""        },
        {"\t=1",         "\"'\t=1\""        },
        {"-12",          "-12"              },
        {"a=b",          "a=b"              },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP_BUF struct buf out = {0};
        struct csv_writer w = {.out = &out, .separator = ';'};
        csv_put_str(&w, cases[i].text);
        assert_string_equal(out.data, cases[i].written);
    }
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    static const char *const fields[] = {"", "a", "\"", "\"\"", ",", ";", "x\r\ny", " é ", "😀"};
    CLEANUP_BUF struct buf file = {0};
    CLEANUP_BUF struct buf out = {0};
    CLEANUP_BUF struct buf expected = {0};
    struct csv_writer w = {.out = &file, .separator = ';'};
    for (int row = 0; row < 2; row++) {
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
            csv_put_str(&w, fields[i]);
            buf_printf(&expected, "%c%s", i ? '|' : '[', fields[i]);
        }
        csv_end_row(&w);
        buf_char(&expected, ']');
    }
    read_all(file.data, file.len, 5, &out);
    assert_string_equal(buf_text(&out), buf_text(&expected));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read_with_either_separator_and_line_end),
        cmocka_unit_test(quotes_hold_separators_line_ends_and_quotes),
        cmocka_unit_test(a_broken_row_costs_one_error_and_the_next_is_read),
        cmocka_unit_test(a_quote_that_stays_open_is_found_at_its_line),
        cmocka_unit_test(files_that_are_no_csv_are_given_up),
        cmocka_unit_test(limits_cost_the_row_and_no_memory),
        cmocka_unit_test(a_row_of_many_large_fields_is_too_large),
        cmocka_unit_test(columns_are_limited),
        cmocka_unit_test(the_raw_row_is_there_for_the_file_of_rejects),
        cmocka_unit_test(sentences_hold_place_and_rule_but_no_content),
        cmocka_unit_test(written_rows_are_quoted_where_they_must_be),
        cmocka_unit_test(nothing_written_runs_in_a_spreadsheet),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
