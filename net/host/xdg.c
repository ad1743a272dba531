/* SPDX-License-Identifier: Apache-2.0 */
/* The base directories of a user (net/host/xdg.h). */

#include "net/host/xdg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAME_MAX_BYTES 32
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const struct {
    const char *variable;
    const char *below_home;
} bases[] = {
    [XDG_CONFIG] = {"XDG_CONFIG_HOME", ".config"     },
    [XDG_STATE] = {"XDG_STATE_HOME",  ".local/state"},
};

bool xdg_path(enum xdg_base base, const char *name, char *ret, size_t size)
{
    const char *dir = getenv(bases[base].variable);
    const char *home = getenv("HOME");
    const char *slash = name[0] ? "/" : "";
    int n = -1;
    if (dir && dir[0] == '/')
        n = snprintf(ret, size, "%s/pupitre%s%s", dir, slash, name);
    else if (home && home[0] == '/')
        n = snprintf(ret, size, "%s/%s/pupitre%s%s", home, bases[base].below_home, slash, name);
    const bool named = n > 0 && (size_t)n < size;
    if (!named)
        ret[0] = '\0';
    return named;
}

void xdg_make(const char *dir)
{
    char path[XDG_PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s", dir) >= sizeof path)
        return;
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    (void)mkdir(path, 0700);
}

bool xdg_is_name(const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && len <= NAME_MAX_BYTES && strspn(name, LETTERS "-_.") == len &&
           strchr("-_.", name[0]) == NULL;
}
