/* SPDX-License-Identifier: Apache-2.0 */
/* Fewer bytes for the same picture: many agents sit behind a slow line. */

#include "tui/thrift.h"

#include <string.h>

#define RESET "\033[m"

static bool begins(const char *bytes, size_t len, const char *what)
{
    return len >= strlen(what) && memcmp(bytes, what, strlen(what)) == 0;
}

static size_t ends(const char *bytes, size_t len, const char *what)
{
    size_t n = strlen(what);
    return len >= n && memcmp(bytes + len - n, what, n) == 0 ? n : 0;
}

/* The bytes at the end that a reset makes needless. */
static size_t needless(const char *bytes, size_t len)
{
    static const char *const colours[] = {"\033[39;49m", "\033[39m", "\033[49m"};
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++)
        if (ends(bytes, len, colours[i]))
            return strlen(colours[i]);
    return 0;
}

size_t thrift_shorten(char *bytes, size_t len)
{
    size_t to = 0;
    for (size_t from = 0; from < len;) {
        if (begins(bytes + from, len - from, THRIFT_BEGIN)) {
            from += strlen(THRIFT_BEGIN);
            continue;
        }
        if (begins(bytes + from, len - from, RESET))
            to -= needless(bytes, to);
        bytes[to++] = bytes[from++];
    }
    return to;
}

bool thrift_fits(const char *sgr0)
{
    return sgr0 && strcmp(sgr0, THRIFT_BEGIN RESET) == 0;
}
