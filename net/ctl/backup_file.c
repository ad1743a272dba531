/* SPDX-License-Identifier: Apache-2.0 */
/* Whole or not at all. */

#define _GNU_SOURCE /* renameat2 */
#include "net/ctl/backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static enum err_code io_error(const char *path, struct err *err)
{
    return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

static enum err_code is_there(const char *path, struct err *err)
{
    return err_set(err, ERR_CONFLICT, gettext("%s is there already"), path);
}

static int open_partial(const char *path)
{
    return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* What a killed process left has no lock on it. */
static void remove_left_over(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        (void)unlink(path); /* if it stays, the next open says so */
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* SQLite's own files beside the partial one: it would play an old -wal into a new database. */
static void remove_companions(const char *path)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char name[BACKUP_PATH_SIZE + 16];
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name); /* usually there is none */
    }
}

enum err_code backup_file_begin(struct backup_file *f, const char *path, struct err *err)
{
    f->fd = -1;
    if (snprintf(f->path, sizeof f->path, "%s", path) >= (int)sizeof f->path ||
        snprintf(f->partial, sizeof f->partial, "%s.partial", path) >= (int)sizeof f->partial) {
        return err_set(err, ERR_TOO_LARGE, gettext("the name of the file is too long"));
    }
    if (access(path, F_OK) == 0) {
        return is_there(path, err);
    }
    int fd = open_partial(f->partial);
    if (fd < 0 && errno == EEXIST) {
        remove_left_over(f->partial);
        fd = open_partial(f->partial);
    }
    if (fd < 0) {
        return errno == EEXIST ? is_there(f->partial, err) : io_error(f->partial, err);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return is_there(f->partial, err);
    }
    remove_companions(f->partial);
    f->fd = fd;
    return ERR_OK;
}

enum err_code backup_sync_folder(const char *path, struct err *err)
{
    char folder[BACKUP_PATH_SIZE];
    const char *slash = strrchr(path, '/');
    int len = slash == path ? 1 : slash ? (int)(slash - path) : 1;
    snprintf(folder, sizeof folder, "%.*s", len, slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        enum err_code code = io_error(folder, err);
        if (fd >= 0) {
            close(fd);
        }
        return code;
    }
    close(fd);
    return ERR_OK;
}

/* Some file systems know only one of the two ways. */
static int name_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -1;
    }
    return link(from, to) == 0 ? unlink(from) : -1;
}

static enum err_code finish(struct backup_file *f, bool replace, struct err *err)
{
    if (fsync(f->fd) != 0) {
        return io_error(f->partial, err);
    }
    if ((replace ? rename(f->partial, f->path) : name_new(f->partial, f->path)) != 0) {
        return errno == EEXIST ? is_there(f->path, err) : io_error(f->path, err);
    }
    close(f->fd);
    f->fd = -1;
    return backup_sync_folder(f->path, err);
}

enum err_code backup_file_finish(struct backup_file *f, struct err *err)
{
    return finish(f, false, err);
}

enum err_code backup_file_replace(struct backup_file *f, struct err *err)
{
    return finish(f, true, err);
}

void backup_file_drop(struct backup_file *f)
{
    if (f->fd >= 0) {
        remove_companions(f->partial);
        (void)unlink(f->partial); /* nothing can be done; the next run tries again */
        close(f->fd);
        f->fd = -1;
    }
}
