/* SPDX-License-Identifier: Apache-2.0 */
/* Where the desk of one instance lives (net/desk/place.h). */

#include "net/desk/place.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
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

enum err_code desk_place_of_socket(struct desk_place *ret, const char *path, struct err *err)
{
    struct desk_place place;
    const char *slash = strrchr(path, '/');
    const int len = slash ? (int)(slash - path) : 0;
    if (len == 0 || path[0] != '/' ||
        snprintf(place.dir, sizeof place.dir, "%.*s", len, path) >= (int)sizeof place.dir ||
        snprintf(place.socket, sizeof place.socket, "%s", path) >= (int)sizeof place.socket ||
        snprintf(place.attach, sizeof place.attach, "%s/attach", place.dir) >=
            (int)sizeof place.attach)
        return err_set(err, ERR_INVALID,
                       N_("PUPITRE_DESK must be a path that begins with / and has at most 107 "
                          "bytes."));
    *ret = place;
    return ERR_OK;
}

enum err_code desk_place_check(const struct desk_place *place, struct err *err)
{
    struct stat dir, sock;
    if (lstat(place->dir, &dir) != 0 || lstat(place->socket, &sock) != 0)
        return err_set(err, ERR_NOT_FOUND,
                       N_("The line to your PC is gone. There, run: pupitre-desk ssh HOST"));
    if (!S_ISDIR(dir.st_mode) || dir.st_uid != getuid() || (dir.st_mode & 077) != 0)
        return err_set(err, ERR_FORBIDDEN,
                       N_("PUPITRE_DESK: its folder must be yours and closed to others (0700)."));
    if (!S_ISSOCK(sock.st_mode))
        return err_set(err, ERR_INVALID, N_("PUPITRE_DESK does not name a socket."));
    if (sock.st_uid != getuid())
        return err_set(err, ERR_FORBIDDEN, N_("The desk's socket belongs to somebody else."));
    return ERR_OK;
}

int desk_place_hold(const struct desk_place *place)
{
    char path[DESK_PATH_MAX + 8];
    (void)snprintf(path, sizeof path, "%s/screen", place->dir);
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && ftruncate(fd, 0) == 0 &&
        dprintf(fd, "%ld\n", (long)getpid()) > 0)
        return fd;
    (void)close(fd);
    return -1;
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
