/* SPDX-License-Identifier: Apache-2.0 */
/* Names of time zones. */

#include "core/zone.h"

#include <stddef.h>
#include <string.h>

/* tzdata 2025b: the files africa to northamerica, etcetera and backward. */
static const char *const areas[] = {
    "Africa", "America", "Antarctica", "Arctic", "Asia",   "Atlantic", "Australia", "Brazil",
    "Canada", "Chile",   "Etc",        "Europe", "Indian", "Mexico",   "Pacific",   "US",
};
static const char *const alone[] = {
    "CET",  "CST6CDT",  "Cuba",      "EET",      "EST",     "EST5EDT",   "Egypt",     "Eire",
    "GB",   "GB-Eire",  "GMT",       "GMT+0",    "GMT-0",   "GMT0",      "Greenwich", "HST",
    "Iran", "Hongkong", "Iceland",   "Israel",   "Jamaica", "Japan",     "Kwajalein", "Libya",
    "MET",  "MST",      "MST7MDT",   "NZ",       "NZ-CHAT", "Navajo",    "PRC",       "PST8PDT",
    "ROC",  "ROK",      "Poland",    "Portugal", "Turkey",  "Singapore", "UCT",       "UTC",
    "W-SU", "WET",      "Universal", "Zulu",
};

static bool is_among(const char *const *names, size_t n, const char *name, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            return true;
    return false;
}

bool zone_is_iana(const char *name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    const size_t len = strlen(name);
    const char *slash = strchr(name, '/');
    if (name[strspn(name, allowed)] != '\0')
        return false;
    if (!slash)
        return is_among(alone, sizeof alone / sizeof alone[0], name, len);
    return name[len - 1] != '/' && !strstr(name, "//") &&
           is_among(areas, sizeof areas / sizeof areas[0], name, (size_t)(slash - name));
}
