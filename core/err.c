/* SPDX-License-Identifier: Apache-2.0 */
/* The error table, and the four ways to fill an error. */

#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"

/* Exit statuses are those of sysexits(3), written as numbers because core/ includes C headers
 * only. */
/* clang-format off */
static const struct err_info infos[] = {
    [ERR_OK]              = {"ok",              0,   0,  ""},
    [ERR_INVALID]         = {"invalid",         422, 65, N_("A field is not valid.")},
    [ERR_UNAUTHENTICATED] = {"unauthenticated", 401, 77, N_("Please log in.")},
    [ERR_FORBIDDEN]       = {"forbidden",       403, 77, N_("You are not entitled to do this.")},
    [ERR_NOT_FOUND]       = {"not-found",       404, 66, N_("There is no such thing.")},
    [ERR_METHOD]          = {"method",          405, 64, N_("This path does not take this method.")},
    [ERR_STALE]           = {"stale",           409, 75, N_("This person is no longer held by you.")},
    [ERR_STATE]           = {"state",           409, 75, N_("This is not possible now.")},
    [ERR_CONFLICT]        = {"conflict",        409, 75, N_("Somebody else was first.")},
    [ERR_CHANGED]         = {"changed",         412, 75, N_("Somebody changed this meanwhile. Look at it again.")},
    [ERR_TOO_LARGE]       = {"too-large",       413, 65, N_("This is too large.")},
    [ERR_MEDIA_TYPE]      = {"media-type",      415, 65, N_("The body must be application/json.")},
    [ERR_MALFORMED]       = {"malformed",       400, 65, N_("This request cannot be read.")},
    [ERR_TIMEOUT]         = {"timeout",         408, 75, N_("The request took too long to come.")},
    [ERR_THROTTLED]       = {"throttled",       429, 75, N_("Too many tries. Please wait.")},
    [ERR_QUEUED]          = {"queued",          503, 75, N_("Many sign in at once. You keep your place.")},
    [ERR_CLIENT_TOO_OLD]  = {"client-too-old",  403, 76, N_("This program is too old for the backend. Update it, or call the helpdesk.")},
    [ERR_PHONE]           = {"phone",           422, 65, N_("This is not a telephone number that can be dialled.")},
    [ERR_NOMEM]           = {"no-memory",       503, 71, N_("Out of memory.")},
    [ERR_IO]              = {"io",              500, 74, N_("Reading or writing failed.")},
    [ERR_STORE]           = {"store",           503, 74, N_("The database failed. Nothing was changed.")},
    [ERR_UNAVAILABLE]     = {"unavailable",     503, 69, N_("Not reachable now.")},
    [ERR_INTERNAL]        = {"internal",        500, 70, N_("A fault in the program.")},
};
/* clang-format on */
_Static_assert(sizeof infos / sizeof infos[0] == ERR_CODE_COUNT, "one row a code");

const struct err_info *err_info(enum err_code code)
{
    if ((unsigned)code >= ERR_CODE_COUNT)
        code = ERR_INTERNAL;
    return &infos[code];
}

const char *err_sentence(const struct err *err, enum err_code code)
{
    return err && err->sentence[0] ? err->sentence : err_info(code)->sentence;
}

enum err_code err_by_name(const char *name)
{
    for (unsigned i = 0; i < ERR_CODE_COUNT; i++)
        if (strcmp(infos[i].name, name) == 0)
            return (enum err_code)i;
    return ERR_INTERNAL;
}

static void fill(struct err *err, enum err_code code, const char *field, const char *fmt,
                 va_list ap)
{
    err->code = code;
    err->detail[0] = '\0';
    snprintf(err->field, sizeof err->field, "%s", field);
    if (fmt)
        vsnprintf(err->sentence, sizeof err->sentence, fmt, ap);
    else
        snprintf(err->sentence, sizeof err->sentence, "%s", err_info(code)->sentence);
}

enum err_code err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, fmt);
        fill(err, code, "", fmt, ap);
        va_end(ap);
    }
    return code;
}

enum err_code err_field(struct err *err, enum err_code code, const char *field, const char *fmt,
                        ...)
{
    if (err) {
        va_list ap;
        va_start(ap, fmt);
        fill(err, code, field, fmt, ap);
        va_end(ap);
    }
    return code;
}

void err_detail(struct err *err, const char *fmt, ...)
{
    if (!err)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->detail, sizeof err->detail, fmt, ap);
    va_end(ap);
}

void err_prefix(struct err *err, const char *fmt, ...)
{
    if (!err)
        return;
    char context[128];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(context, sizeof context, fmt, ap);
    va_end(ap);
    char whole[sizeof err->sentence];
    snprintf(whole, sizeof whole, "%s: %.*s", context, (int)(sizeof whole - sizeof context - 3),
             err->sentence);
    memcpy(err->sentence, whole, sizeof whole);
}
