/* SPDX-License-Identifier: Apache-2.0 */
/* CSV (RFC 4180): a reader of five states, and a writer.
 *
 * A row is built in one flat buffer, each field with a NUL after it. When a fault is found the row
 * is "spoilt": its bytes are still followed to the end, so that the next row begins where it
 * should, but no more of it is kept. */

#include "core/csv.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/utf8.h"

enum place {
    FIELD_START, /* nothing of the field yet */
    BARE,        /* in a field without quotes */
    QUOTED,      /* between quotes */
    AFTER_QUOTE, /* after a quote that may have been the closing one */
    AFTER_CR,    /* after a CR that ends the row if LF follows */
};

struct csv_reader {
    enum place place;
    unsigned bom; /* bytes of a byte order mark seen; 3 = no longer looking for one */
    bool dead;
    bool spoilt;   /* this row has a fault, which stands in `fault` */
    bool row_done; /* the row was given away: begin a new one */
    bool has_header;
    char separator;      /* '\0' until the header shows one */
    uint64_t line;       /* of the next byte */
    uint64_t row_line;   /* where the row began */
    uint64_t quote_line; /* where the last quote opened */
    uint64_t fault_line;
    size_t fault_column;
    size_t row_bytes;
    size_t start;    /* of the present field in text */
    size_t n;        /* complete fields of the row */
    size_t header_n; /* columns */
    struct err fault;
    char fault_rule[160]; /* the sentence of it, without its place */
    struct buf text;
    struct buf raw;
    size_t starts[CSV_COLUMNS_MAX];
    struct csv_field fields[CSV_COLUMNS_MAX];
    struct csv_row row;
    char names[CSV_COLUMNS_MAX][40]; /* of the columns, cut, for errors */
};

struct csv_reader *csv_reader_new(void)
{
    struct csv_reader *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->line = 1;
    r->row_line = 1;
    return r;
}

struct csv_reader *csv_reader_free(struct csv_reader *r)
{
    if (!r)
        return NULL;
    buf_free(&r->text);
    buf_free(&r->raw);
    free(r);
    return NULL;
}

/* Spoil the row: the first fault counts. column from 1; 0 = the row as a whole. */
static void spoil(struct csv_reader *r, enum err_code code, uint64_t line, size_t column,
                  const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void spoil(struct csv_reader *r, enum err_code code, uint64_t line, size_t column,
                  const char *fmt, ...)
{
    if (r->spoilt)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(r->fault_rule, sizeof r->fault_rule, fmt, ap);
    va_end(ap);
    const bool named = r->has_header && column > 0 && column <= r->header_n;
    const char *name = named ? r->names[column - 1] : "";
    if (column)
        err_field(&r->fault, code, name, "line %" PRIu64 ", column %zu: %s", line, column,
                  r->fault_rule);
    else
        err_field(&r->fault, code, name, "line %" PRIu64 ": %s", line, r->fault_rule);
    r->spoilt = true;
    r->fault_line = line;
    r->fault_column = column;
}

static void spoil_field(struct csv_reader *r, enum err_code code, const char *rule)
{
    spoil(r, code, r->line, r->n + 1, "%s", rule);
}

/* Bytes of the row as they came. */
static void keep_raw(struct csv_reader *r, const char *bytes, size_t n)
{
    r->row_bytes += n;
    if (r->row_bytes > CSV_ROW_MAX)
        spoil(r, ERR_TOO_LARGE, r->line, 0, N_("A row has at most %u bytes."), CSV_ROW_MAX);
    const size_t room = CSV_ROW_MAX - r->raw.len;
    buf_add(&r->raw, bytes, n < room ? n : room);
}

/* Bytes of the field's value. */
static void keep_text(struct csv_reader *r, const char *bytes, size_t n)
{
    if (r->spoilt)
        return;
    if (r->text.len - r->start + n > CSV_FIELD_MAX)
        spoil(r, ERR_TOO_LARGE, r->line, r->n + 1, N_("A field has at most %u bytes."),
              CSV_FIELD_MAX);
    else
        buf_add(&r->text, bytes, n);
}

static void end_field(struct csv_reader *r)
{
    if (r->n == CSV_COLUMNS_MAX) {
        spoil(r, ERR_TOO_LARGE, r->line, 0, N_("A row has at most %u fields."), CSV_COLUMNS_MAX);
        return;
    }
    if (!r->spoilt && !r->text.failed &&
        !utf8_is_valid(buf_text(&r->text) + r->start, r->text.len - r->start))
        spoil_field(r, ERR_INVALID, N_("This field is not UTF-8."));
    r->starts[r->n++] = r->start;
    buf_char(&r->text, '\0');
    r->start = r->text.len;
}

static void begin_row(struct csv_reader *r)
{
    r->place = FIELD_START;
    r->spoilt = false;
    r->row_done = false;
    r->row_line = r->line;
    r->row_bytes = 0;
    r->start = 0;
    r->n = 0;
    buf_clear(&r->text);
    buf_clear(&r->raw);
}

/* The last field has ended and with it the row. False: an empty line, which is none. */
static bool end_row(struct csv_reader *r)
{
    if (r->row_bytes == 0) {
        begin_row(r);
        return false;
    }
    end_field(r);
    if (r->has_header && r->n != r->header_n)
        spoil(r, ERR_INVALID, r->row_line, 0, N_("This row has %zu fields, the header has %zu."),
              r->n, r->header_n);
    r->row_done = true;
    return true;
}

/* Does it separate fields? The first comma or semicolon of the header settles which one does. */
static bool separates(struct csv_reader *r, char c)
{
    if (r->separator)
        return c == r->separator;
    if (r->has_header || (c != ',' && c != ';'))
        return false;
    r->separator = c;
    return true;
}

/* A byte outside quotes that may end the field or the row. */
static bool step_outside(struct csv_reader *r, char c)
{
    if (c == '\n')
        return end_row(r);
    if (c == '\r') {
        r->place = AFTER_CR;
        return false;
    }
    keep_raw(r, &c, 1);
    if (separates(r, c)) {
        end_field(r);
        r->place = FIELD_START;
    } else if (c == '"' && r->place == FIELD_START) {
        r->place = QUOTED;
        r->quote_line = r->line;
    } else if (c == '"' && r->place == AFTER_QUOTE) {
        keep_text(r, &c, 1); /* a doubled quote is one */
        r->place = QUOTED;
    } else {
        if (r->place == AFTER_QUOTE)
            spoil_field(r, ERR_INVALID, N_("There is text after the closing quote."));
        else if (c == '"')
            spoil_field(r, ERR_INVALID, N_("There is a quote in a field without quotes."));
        keep_text(r, &c, 1);
        r->place = BARE;
    }
    return false;
}

/* Take one byte; true when it ended a row. */
static bool step(struct csv_reader *r, char c)
{
    if (c == '\0')
        spoil_field(r, ERR_INVALID, N_("There is a NUL byte: this is no text."));
    switch (r->place) {
    case QUOTED:
        keep_raw(r, &c, 1);
        if (c == '"')
            r->place = AFTER_QUOTE;
        else
            keep_text(r, &c, 1);
        return false;
    case AFTER_CR:
        if (c == '\n')
            return end_row(r);
        keep_raw(r, "\r", 1);
        spoil_field(r, ERR_INVALID, N_("A line ends with LF or CR LF, not with CR alone."));
        r->place = BARE;
        return step_outside(r, c);
    case FIELD_START:
    case BARE:
    case AFTER_QUOTE:
        return step_outside(r, c);
    }
    return false;
}

/* How many bytes from here are ordinary text of the present field. */
static size_t run_of(const struct csv_reader *r, const char *bytes, size_t len)
{
    size_t n = 0;
    if (r->place == QUOTED)
        while (n < len && bytes[n] != '"' && bytes[n] != '\n' && bytes[n] != '\0')
            n++;
    else if (r->place == BARE)
        while (n < len && bytes[n] != ',' && bytes[n] != ';' && bytes[n] != '"' &&
               bytes[n] != '\n' && bytes[n] != '\r' && bytes[n] != '\0')
            n++;
    return n;
}

/* No row can follow. */
static enum err_code die(struct csv_reader *r, enum err_code code, const char *sentence,
                         struct err *err)
{
    r->dead = true;
    err_set(&r->fault, code, "%s", sentence);
    if (err)
        *err = r->fault;
    return code;
}

/* The fault found before, again. */
static enum err_code tell_fault(const struct csv_reader *r, struct err *err)
{
    if (err)
        *err = r->fault;
    return r->fault.code;
}

/* The row is complete: give it, or its fault. */
static enum err_code give_row(struct csv_reader *r, const struct csv_row **ret_row, struct err *err)
{
    if (r->text.failed || r->raw.failed)
        return die(r, ERR_NOMEM, err_info(ERR_NOMEM)->sentence, err);
    if (r->spoilt) {
        r->dead = !r->has_header;
        return tell_fault(r, err);
    }
    for (size_t i = 0; i < r->n; i++) {
        const size_t end = i + 1 < r->n ? r->starts[i + 1] : r->text.len;
        r->fields[i] = (struct csv_field){r->text.data + r->starts[i], end - r->starts[i] - 1};
    }
    r->row = (struct csv_row){r->fields, r->n, r->row_line};
    *ret_row = &r->row;
    if (r->has_header)
        return ERR_OK;
    r->has_header = true;
    r->header_n = r->n;
    for (size_t i = 0; i < r->n; i++)
        text_clean_to(r->names[i], sizeof r->names[i], r->fields[i].text, r->fields[i].len);
    if (!r->separator)
        r->separator = ',';
    return ERR_OK;
}

static const unsigned char bom[] = {0xEF, 0xBB, 0xBF};

/* Look for a byte order mark in the first bytes of the input. True: the byte was part of one, or
 * may be; what turned out to be none is taken as text. */
static bool take_bom(struct csv_reader *r, unsigned char c)
{
    if (c == bom[r->bom]) {
        r->bom++;
        return true;
    }
    const unsigned held = r->bom;
    r->bom = sizeof bom;
    for (unsigned i = 0; i < held; i++)
        step(r, (char)bom[i]);
    return false;
}

enum err_code csv_feed(struct csv_reader *r, const char *bytes, size_t len, size_t *ret_used,
                       const struct csv_row **ret_row, struct err *err)
{
    *ret_used = 0;
    *ret_row = NULL;
    if (r->dead)
        return tell_fault(r, err);
    if (r->row_done)
        begin_row(r);
    size_t used = 0;
    while (used < len) {
        const char c = bytes[used];
        if (r->bom == 0 && ((unsigned char)c >= 0xFE))
            return die(r, ERR_MEDIA_TYPE, N_("This is UTF-16; save the file as UTF-8."), err);
        if (r->bom < sizeof bom && take_bom(r, (unsigned char)c)) {
            used++;
            continue;
        }
        const size_t run = run_of(r, bytes + used, len - used);
        if (run) {
            keep_raw(r, bytes + used, run);
            keep_text(r, bytes + used, run);
            used += run;
            continue;
        }
        const bool done = step(r, c);
        used++;
        if (c == '\n') {
            r->line++;
            if (!done && r->row_bytes == 0)
                r->row_line = r->line; /* an empty line went by */
        }
        if (!done)
            continue;
        *ret_used = used;
        return give_row(r, ret_row, err);
    }
    *ret_used = used;
    return ERR_OK;
}

enum err_code csv_finish(struct csv_reader *r, const struct csv_row **ret_row, struct err *err)
{
    *ret_row = NULL;
    if (r->dead)
        return tell_fault(r, err);
    if (r->row_done)
        begin_row(r);
    if (r->bom < sizeof bom)
        take_bom(r, '\n'); /* held bytes were no mark */
    if (r->place == QUOTED)
        spoil(r, ERR_INVALID, r->quote_line, r->n + 1, N_("This quote is never closed."));
    if (end_row(r))
        return give_row(r, ret_row, err);
    if (!r->has_header)
        return die(r, ERR_INVALID, N_("This file is empty: not even a header stands in it."), err);
    return ERR_OK;
}

bool csv_is_dead(const struct csv_reader *r)
{
    return r->dead;
}

const char *csv_raw(const struct csv_reader *r, size_t *ret_len)
{
    *ret_len = r->raw.len;
    return buf_text(&r->raw);
}

uint64_t csv_fault_line(const struct csv_reader *r)
{
    return r->fault_line;
}

size_t csv_fault_column(const struct csv_reader *r)
{
    return r->fault_column;
}

const char *csv_fault_rule(const struct csv_reader *r)
{
    return r->fault_rule;
}
