/* SPDX-License-Identifier: Apache-2.0 */
/* Where the desk of one instance lives (net/desk/place.h). */

#include "net/desk/place.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"

#define INSTANCE_MAX 32

static bool instance_is_valid(const char *instance)
{
    const size_t len = strlen(instance);
    if (len == 0 || len > INSTANCE_MAX || !isalnum((unsigned char)instance[0]))
        return false;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)instance[i]) && !strchr("-_.", instance[i]))
            return false;
    return true;
}

/* The parent of all instances: ours alone, in memory, gone at logout. */
static int print_parent(char *path, size_t size)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (runtime && runtime[0] == '/')
        return snprintf(path, size, "%s/pupitre", runtime);
    return snprintf(path, size, "/tmp/pupitre-%lu", (unsigned long)getuid());
}

enum err_code desk_place_name(struct desk_place *ret, const char *instance, struct err *err)
{
    char parent[DESK_PATH_MAX];
    struct desk_place place;
    if (!instance_is_valid(instance))
        return err_set(err, ERR_INVALID,
                       N_("An instance is named by up to 32 letters, digits, '-', '_' and '.'."));
    if (print_parent(parent, sizeof parent) >= (int)sizeof parent ||
        snprintf(place.dir, sizeof place.dir, "%s/%s", parent, instance) >= (int)sizeof place.dir ||
        snprintf(place.socket, sizeof place.socket, "%s/desk.sock", place.dir) >=
            (int)sizeof place.socket ||
        snprintf(place.attach, sizeof place.attach, "%s/attach", place.dir) >=
            (int)sizeof place.attach)
        return err_set(err, ERR_INVALID, N_("The path of the desk's socket is too long."));
    *ret = place;
    return ERR_OK;
}

static enum err_code make_own(const char *path, struct err *err)
{
    struct stat st;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        const enum err_code code = err_set(err, ERR_IO, N_("The desk's folder cannot be made."));
        err_detail(err, "mkdir: %s", strerror(errno));
        return code;
    }
    if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != getuid())
        return err_set(err, ERR_FORBIDDEN, N_("The desk's folder belongs to somebody else."));
    if ((st.st_mode & 07777) != 0700 && chmod(path, 0700) != 0)
        return err_set(err, ERR_FORBIDDEN, N_("The desk's folder is open to others."));
    return ERR_OK;
}

enum err_code desk_place_make(const struct desk_place *place, struct err *err)
{
    char parent[DESK_PATH_MAX];
    if (print_parent(parent, sizeof parent) >= (int)sizeof parent)
        return err_set(err, ERR_INVALID, N_("The path of the desk's socket is too long."));
    const enum err_code code = make_own(parent, err);
    return code ? code : make_own(place->dir, err);
}
