/* SPDX-License-Identifier: Apache-2.0 */
#include "net/host/whole_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum err_code io_error(struct err *err)
{
    return err_set(err, ERR_IO, "%s", strerror(errno));
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    for (size_t done = 0; done < len;) {
        const ssize_t n = write(fd, bytes + done, len - done);
        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

enum err_code whole_file_write(const char *path, const char *bytes, size_t len, bool durable,
                               struct err *err)
{
    char fresh[PATH_MAX];
    if (snprintf(fresh, sizeof fresh, "%s.XXXXXX", path) >= (int)sizeof fresh) {
        errno = ENAMETOOLONG;
        return io_error(err);
    }
    const int fd = mkstemp(fresh);
    if (fd < 0)
        return io_error(err);
    const bool written = write_all(fd, bytes, len) && (!durable || fsync(fd) == 0);
    if (!written)
        (void)io_error(err);
    if (close(fd) == 0 && written && rename(fresh, path) == 0)
        return ERR_OK;
    if (written)
        (void)io_error(err);
    unlink(fresh);
    return ERR_IO;
}
