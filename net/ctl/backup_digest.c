/* SPDX-License-Identifier: Apache-2.0 */
/* The digest at the end of a backup. */

#include "net/ctl/backup_digest.h"

#include <errno.h>
#include <libintl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#define MARK_BYTES 16
#define DIGEST_BYTES 32

static const char before[MARK_BYTES + 1] = "PupitreBackup 1\n";
static const char after[MARK_BYTES + 1] = "\nPupitreBackup 1";

struct trailer {
    char before[MARK_BYTES];
    uint8_t digest[DIGEST_BYTES];
    char after[MARK_BYTES];
};
_Static_assert(sizeof(struct trailer) == 64, "the header states the size");

static enum err_code io_error(const char *path, struct err *err)
{
    return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

/* All of it, from an offset; an end before that is an error of the disk, too. */
static enum err_code read_at(int fd, const char *path, void *ret, size_t len, int64_t offset,
                             struct err *err)
{
    char *to = ret;
    while (len > 0) {
        const ssize_t n = pread(fd, to, len, (off_t)offset);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            errno = n < 0 ? errno : EIO;
            return io_error(path, err);
        }
        to += n;
        offset += n;
        len -= (size_t)n;
    }
    return ERR_OK;
}

static enum err_code write_at(int fd, const char *path, const void *bytes, size_t len,
                              int64_t offset, struct err *err)
{
    const char *from = bytes;
    while (len > 0) {
        const ssize_t n = pwrite(fd, from, len, (off_t)offset);
        if (n < 0 && errno != EINTR) {
            return io_error(path, err);
        }
        from += n > 0 ? n : 0;
        offset += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return ERR_OK;
}

static enum err_code size_of(int fd, const char *path, int64_t *ret, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return io_error(path, err);
    }
    *ret = st.st_size;
    return ERR_OK;
}

static enum err_code digest(int fd, const char *path, int64_t len, uint8_t ret[DIGEST_BYTES],
                            struct err *err)
{
    static char part[1 << 16];
    crypto_generichash_state state;
    enum err_code code = ERR_OK;
    crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
    for (int64_t at = 0; !code && at < len; at += (int64_t)sizeof part) {
        const size_t n = len - at < (int64_t)sizeof part ? (size_t)(len - at) : sizeof part;
        code = read_at(fd, path, part, n, at, err);
        crypto_generichash_update(&state, (const uint8_t *)part, code ? 0 : n);
    }
    crypto_generichash_final(&state, ret, DIGEST_BYTES);
    return code;
}

enum err_code backup_digest_add(int fd, const char *path, struct err *err)
{
    struct trailer t;
    int64_t len = 0;
    memcpy(t.before, before, MARK_BYTES);
    memcpy(t.after, after, MARK_BYTES);
    enum err_code code = size_of(fd, path, &len, err);
    if (!code) {
        code = digest(fd, path, len, t.digest, err);
    }
    return code ? code : write_at(fd, path, &t, sizeof t, len, err);
}

enum err_code backup_digest_check(int fd, const char *path, int64_t *ret_len, bool *ret_is,
                                  struct err *err)
{
    struct trailer t;
    uint8_t found[DIGEST_BYTES];
    int64_t size = 0;
    enum err_code code = size_of(fd, path, &size, err);
    const int64_t len = size - (int64_t)sizeof t;
    if (code || len < 0) {
        *ret_len = size;
        *ret_is = false;
        return code;
    }
    code = read_at(fd, path, &t, sizeof t, len, err);
    if (code) {
        return code;
    }
    const bool begins = memcmp(t.before, before, MARK_BYTES) == 0;
    const bool ends = memcmp(t.after, after, MARK_BYTES) == 0;
    if (!begins && !ends) {
        *ret_len = size;
        *ret_is = false;
        return ERR_OK;
    }
    code = digest(fd, path, len, found, err);
    if (!code && (!begins || !ends || memcmp(found, t.digest, DIGEST_BYTES) != 0)) {
        code = err_set(err, ERR_INVALID,
                       gettext("%s is damaged: it is not as it was when it was made"), path);
    }
    if (!code) {
        *ret_len = len;
        *ret_is = true;
    }
    return code;
}
