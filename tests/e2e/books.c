/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/books.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "core/time_text.h"

/* One object a line (net/ctl/export.c). */
static char *export_json(struct world *w, const char *what)
{
    return world_ctl(w, (const char *const[]){"export", what, "--format", "json",
                                              "--entitled-reason", "test", NULL});
}

static bool is_about(const char *row, int person_id)
{
    char mark[40];
    (void)snprintf(mark, sizeof mark, "\"person_id\": %d,", person_id);
    return strstr(row, mark) != NULL;
}

char *books_value(struct world *w, const char *what, int person_id, const char *column)
{
    char mark[64];
    char *value = NULL;
    CLEANUP_FREE char *rows = export_json(w, what);
    (void)snprintf(mark, sizeof mark, "\"%s\": ", column);
    char *rest = rows;
    for (char *row; (row = strsep(&rest, "\n"));) {
        char *at = is_about(row, person_id) ? strstr(row, mark) : NULL;
        if (!at)
            continue;
        at += strlen(mark);
        const bool quoted = *at == '"';
        at += quoted;
        free(value);
        value = strndup(at, strcspn(at, quoted ? "\"" : ",}"));
    }
    if (!value) {
        print_error("%s has no %s of person %d\n", what, column, person_id);
        fail();
    }
    return value;
}

int64_t books_instant(struct world *w, const char *what, int person_id, const char *column)
{
    CLEANUP_FREE char *text = books_value(w, what, person_id, column);
    int64_t at = 0;
    if (strcmp(text, "null") != 0)
        assert_true(time_text_parse(text, strlen(text), &at));
    return at;
}

int books_count(struct world *w, const char *what, int person_id, const char *text)
{
    int n = 0;
    CLEANUP_FREE char *rows = export_json(w, what);
    char *rest = rows;
    for (char *row; (row = strsep(&rest, "\n"));)
        n += is_about(row, person_id) && strstr(row, text);
    return n;
}

void assert_books_(struct world *w, const char *what, int person_id, const char *column,
                   const char *value, const char *file, int line)
{
    CLEANUP_FREE char *found = books_value(w, what, person_id, column);
    if (strcmp(found, value) == 0)
        return;
    print_error("%s, person %d, %s: %s, not %s\n", what, person_id, column, found, value);
    _fail(file, line);
}
