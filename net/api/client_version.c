/* SPDX-License-Identifier: Apache-2.0 */
#include "net/api/client_version.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/text.h"

#define NAME "pupitre/"
#define NUMBERS 3

/* "1.2.3", and perhaps more after something that is no digit and no dot. */
static bool read_version(const char *text, int64_t ret[NUMBERS])
{
    for (int i = 0; i < NUMBERS; i++) {
        const size_t len = strspn(text, "0123456789");
        if (!text_to_int(text, len, 0, 999999, &ret[i]))
            return false;
        text += len;
        if (i + 1 < NUMBERS && *text++ != '.')
            return false;
    }
    return true;
}

bool client_is_too_old(const char *user_agent, const char *oldest)
{
    int64_t have[NUMBERS], wanted[NUMBERS];
    if (!user_agent || strncmp(user_agent, NAME, sizeof NAME - 1) != 0 ||
        !read_version(user_agent + sizeof NAME - 1, have) || !read_version(oldest, wanted))
        return false;
    for (int i = 0; i < NUMBERS; i++)
        if (have[i] != wanted[i])
            return have[i] < wanted[i];
    return false;
}
