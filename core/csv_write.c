/* SPDX-License-Identifier: Apache-2.0 */
/* CSV written: quotes where they must be, and nothing that a spreadsheet would run. */

#include "core/csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A sign and digits: a telephone number or a number, no formula. */
static bool is_number(const char *text, size_t len)
{
    if (len < 2 || (text[0] != '+' && text[0] != '-'))
        return false;
    for (size_t i = 1; i < len; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static bool is_formula(const char *text, size_t len)
{
    return len > 0 && memchr("=+-@\t\r", text[0], 6) && !is_number(text, len);
}

static bool needs_quotes(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (memchr(",;\"\r\n", text[i], 5))
            return true;
    /* Some readers trim bare fields. */
    return len > 0 && (text[0] == ' ' || text[len - 1] == ' ');
}

void csv_put(struct csv_writer *w, const char *text, size_t len)
{
    if (w->begun)
        buf_char(w->out, w->separator);
    w->begun = true;
    const bool guarded = is_formula(text, len);
    if (!guarded && !needs_quotes(text, len)) {
        buf_add(w->out, text, len);
        return;
    }
    buf_str(w->out, guarded ? "\"'" : "\"");
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            buf_char(w->out, '"');
        buf_char(w->out, text[i]);
    }
    buf_char(w->out, '"');
}

void csv_put_str(struct csv_writer *w, const char *text)
{
    csv_put(w, text ? text : "", text ? strlen(text) : 0);
}

void csv_put_int(struct csv_writer *w, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    csv_put_str(w, text);
}

void csv_end_row(struct csv_writer *w)
{
    buf_str(w->out, "\r\n");
    w->begun = false;
}
