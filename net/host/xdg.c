/* SPDX-License-Identifier: Apache-2.0 */
/* The base directories of a user (net/host/xdg.h). */

#include "net/host/xdg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"

#define NAME_MAX_BYTES 32
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const struct {
    const char *variable;
    const char *below_home;
} bases[] = {
    [XDG_CONFIG] = {"XDG_CONFIG_HOME", ".config"     },
    [XDG_STATE] = {"XDG_STATE_HOME",  ".local/state"},
    [XDG_CACHE] = {"XDG_CACHE_HOME",  ".cache"      },
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

/* NULL when there is none to be used. */
static const char *runtime_dir(void)
{
    const char *dir = getenv("XDG_RUNTIME_DIR");
    return dir && dir[0] == '/' ? dir : NULL;
}

bool xdg_runtime_path(char *ret, size_t size)
{
    const char *dir = runtime_dir();
    const int n = dir ? snprintf(ret, size, "%s/pupitre", dir)
                      : snprintf(ret, size, "/tmp/pupitre-%lu", (unsigned long)getuid());
    return n > 0 && (size_t)n < size;
}

const char *xdg_runtime_fault(void)
{
    const char *dir = runtime_dir();
    struct stat st;
    if (!dir)
        return NULL;
    if (stat(dir, &st) != 0)
        return N_("this folder is not there; a login session makes it");
    if (!S_ISDIR(st.st_mode))
        return N_("this is not a folder");
    if (st.st_uid != getuid())
        return N_("this folder belongs to somebody else; unset the variable or log in as yourself");
    if (st.st_mode & 077)
        return N_("this folder is open to others; its mode has to be 0700");
    return NULL;
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
