/* SPDX-License-Identifier: Apache-2.0 */
/* A file of people in CSV: the pieces in which it comes change nothing; a row is people's data that
 * can be written and read again. The first byte says how large the pieces are. */

#include <string.h>

#include "core/csv.h"
#include "core/person.h"
#include "core/text.h"
#include "tests/fuzz/fuzz.h"

struct seen {
    struct buf said; /* rows and faults, for comparing */
    int columns[CSV_COLUMNS_MAX];
    size_t n_columns; /* 0 = before the header */
};

static void keep_columns(struct seen *s, const struct csv_row *row)
{
    s->n_columns = row->n;
    for (size_t i = 0; i < row->n; i++) {
        enum record_column column;
        s->columns[i] = record_column_by_name(row->fields[i].text, row->fields[i].len, &column)
                            ? (int)column
                            : -1;
    }
}

/* What a column took is plain text, and the same when it is read again. */
static void take_field(struct record *r, enum record_column column, const struct csv_field *f)
{
    CLEANUP_BUF struct buf once = {0};
    CLEANUP_BUF struct buf twice = {0};
    struct err err = {0};
    if (record_set_field(r, column, f->text, f->len, &err) != ERR_OK) {
        FUZZ_HOLDS(err.sentence[0] && strcmp(err.field, record_field(column)->name) == 0);
        return;
    }
    record_get_field(r, column, &once);
    FUZZ_HOLDS(text_is_plain(buf_text(&once), once.len, TEXT_LINES));
    if (once.len == 0)
        return;
    FUZZ_HOLDS(record_set_field(r, column, buf_text(&once), once.len, &err) == ERR_OK);
    record_get_field(r, column, &twice);
    FUZZ_HOLDS(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
}

static void take_row(struct seen *s, const struct csv_row *row)
{
    struct record r = {0};
    struct err err;
    buf_printf(&s->said, "row %zu\n", (size_t)row->line);
    for (size_t i = 0; i < row->n; i++) {
        const struct csv_field *f = &row->fields[i];
        FUZZ_HOLDS(strlen(f->text) == f->len && f->len <= CSV_FIELD_MAX);
        buf_printf(&s->said, "%zu:%s\n", f->len, f->text);
    }
    if (s->n_columns == 0) {
        keep_columns(s, row);
        return;
    }
    FUZZ_HOLDS(row->n == s->n_columns);
    for (size_t i = 0; i < row->n; i++)
        if (s->columns[i] >= 0)
            take_field(&r, (enum record_column)s->columns[i], &row->fields[i]);
    record_tidy_phones(&r);
    (void)!record_check(&r, &err);
    record_wipe(&r);
}

static void take(struct seen *s, const struct csv_reader *r, enum err_code code,
                 const struct err *err, const struct csv_row *row)
{
    if (code)
        buf_printf(&s->said, "%d %s\n", (int)code, err->sentence);
    FUZZ_HOLDS(!code || !row);
    if (row)
        take_row(s, row);
    size_t raw;
    FUZZ_HOLDS(csv_raw(r, &raw) && raw <= CSV_ROW_MAX);
}

static void read_all(struct seen *s, const char *bytes, size_t len, size_t piece)
{
    struct csv_reader *r = csv_reader_new();
    FUZZ_HOLDS(r);
    const struct csv_row *row = NULL;
    struct err err = {0};
    for (size_t at = 0; at < len && !csv_is_dead(r);) {
        const size_t left = len - at;
        size_t used = 0;
        const enum err_code code =
            csv_feed(r, bytes + at, piece && piece < left ? piece : left, &used, &row, &err);
        FUZZ_HOLDS(used > 0 || code);
        at += used;
        take(s, r, code, &err, row);
    }
    if (!csv_is_dead(r)) {
        const enum err_code code = csv_finish(r, &row, &err);
        take(s, r, code, &err, row);
    }
    csv_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0)
        return 0;
    struct seen whole = {0};
    struct seen pieces = {0};
    read_all(&whole, (const char *)data + 1, len - 1, 0);
    read_all(&pieces, (const char *)data + 1, len - 1, data[0] % 16 + 1u);
    FUZZ_HOLDS(whole.said.len == pieces.said.len &&
               strcmp(buf_text(&whole.said), buf_text(&pieces.said)) == 0);
    buf_free(&whole.said);
    buf_free(&pieces.said);
    return 0;
}
