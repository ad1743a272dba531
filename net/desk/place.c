/* SPDX-License-Identifier: Apache-2.0 */
/* Where the desk of one instance lives (net/desk/place.h). */

#include "net/desk/place.h"

#include <errno.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/host/xdg.h"

enum err_code desk_place_name(struct desk_place *ret, const char *instance, struct err *err)
{
    char parent[DESK_PATH_MAX];
    struct desk_place place;
    if (!xdg_is_name(instance))
        return err_set(err, ERR_INVALID,
                       N_("An instance is named by up to 32 letters, digits, '-', '_' and '.'."));
    if (!xdg_runtime_path(parent, sizeof parent) ||
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
    const char *fault = xdg_runtime_fault();
    if (fault)
        return err_set(err, ERR_FORBIDDEN, "XDG_RUNTIME_DIR: %s", gettext(fault));
    if (!xdg_runtime_path(parent, sizeof parent))
        return err_set(err, ERR_INVALID, N_("The path of the desk's socket is too long."));
    const enum err_code code = make_own(parent, err);
    return code ? code : make_own(place->dir, err);
}
