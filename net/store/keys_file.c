/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the key file: making it, and putting a whole new one in its place. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "net/store/keys_internal.h"

#define FILE_MAX (KEYS_MAX * 128 + 4096) /* keys, and some comment */
#define LINE_SIZE 96

static enum err_code write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return ERR_IO;
        }
        text += n;
        len -= (size_t)n;
    }
    return fsync(fd) == 0 ? ERR_OK : ERR_IO;
}

/* "pupitre-key <id> <hex>" of a key made now. */
static void make_line(uint32_t id, char ret[LINE_SIZE])
{
    uint8_t key[KEYS_BYTES];
    char hex[2 * KEYS_BYTES + 1];
    crypto_kdf_keygen(key);
    sodium_bin2hex(hex, sizeof hex, key, sizeof key);
    snprintf(ret, LINE_SIZE, "pupitre-key %" PRIu32 " %s\n", id, hex);
    sodium_memzero(key, sizeof key);
    sodium_memzero(hex, sizeof hex);
}

static enum err_code write_new(int fd, const char *path, const char *text, struct err *err)
{
    enum err_code code = write_all(fd, text, strlen(text));
    if (close(fd) != 0) {
        code = ERR_IO;
    }
    if (code) {
        (void)unlink(path); /* half a key file is worse than none */
        return err_set(err, code, "cannot write key file %s", path);
    }
    return ERR_OK;
}

enum err_code keys_create(const char *path, struct err *err)
{
    if (sodium_init() < 0) {
        return err_set(err, ERR_INTERNAL, "libsodium does not start");
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return errno == EEXIST
                   ? err_set(err, ERR_CONFLICT, "key file %s is there already", path)
                   : err_set(err, ERR_IO, "cannot make key file %s: %s", path, strerror(errno));
    }
    char line[LINE_SIZE];
    make_line(1, line);
    enum err_code code = write_new(fd, path, line, err);
    sodium_memzero(line, sizeof line);
    return code;
}

/* The directory's entry is durable, too. */
static enum err_code sync_directory(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    CLEANUP_FREE char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    enum err_code code = fd >= 0 && fsync(fd) == 0 ? ERR_OK : ERR_IO;
    if (fd >= 0) {
        close(fd);
    }
    return code ? err_set(err, code, "cannot write key file %s", path) : ERR_OK;
}

/* A file beside it, of the same owner, that takes its place when it is whole. */
static enum err_code replace(const char *path, const char *text, struct err *err)
{
    const size_t size = strlen(path) + sizeof ".new";
    CLEANUP_FREE char *beside = malloc(size);
    struct stat st;
    if (!beside) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    snprintf(beside, size, "%s.new", path);
    (void)unlink(beside); /* of a run that was cut */
    int fd = stat(path, &st) == 0
                 ? open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)
                 : -1;
    if (fd < 0 || (st.st_uid != geteuid() && fchown(fd, st.st_uid, st.st_gid) != 0)) {
        enum err_code code = err_set(err, ERR_IO, "cannot make %s: %s", beside, strerror(errno));
        if (fd >= 0) {
            close(fd);
            (void)unlink(beside);
        }
        return code;
    }
    enum err_code code = write_new(fd, beside, text, err);
    if (!code && rename(beside, path) != 0) {
        code = err_set(err, ERR_IO, "cannot replace key file %s: %s", path, strerror(errno));
        (void)unlink(beside);
    }
    return code ? code : sync_directory(path, err);
}

static enum err_code read_text(const char *path, char *ret, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t len = 0;
    ssize_t n = fd < 0 ? -1 : 1;
    while (n > 0 && len < FILE_MAX - LINE_SIZE) {
        n = read(fd, ret + len, FILE_MAX - LINE_SIZE - len);
        len += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    ret[len] = '\0';
    return n == 0 ? ERR_OK : err_set(err, ERR_IO, "cannot read key file %s", path);
}

/* Drop the line of a key. Returns false when there is none. */
static bool drop_line(char *text, uint32_t id)
{
    char head[32];
    int len = snprintf(head, sizeof head, "pupitre-key %" PRIu32 " ", id);
    for (char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        char *next = line + n + (line[n] == '\n');
        if (strncmp(line, head, (size_t)len) == 0) {
            memmove(line, next, strlen(next) + 1);
            return true;
        }
        line = next;
    }
    return false;
}

enum err_code keys_add(struct keys *k, uint32_t *ret_id, struct err *err)
{
    uint32_t ids[KEYS_MAX];
    uint32_t id = 0;
    char *text = sodium_malloc(FILE_MAX);
    enum err_code code = text ? keys_read_again(k, err) : err_set(err, ERR_NOMEM, NULL);
    size_t n = code ? 0 : keys_ids(k, ids);
    for (size_t i = 0; i < n; i++) {
        id = ids[i] > id ? ids[i] : id;
    }
    if (!code && n == KEYS_MAX) {
        code =
            err_set(err, ERR_TOO_LARGE, "the key file holds %d keys: retire one first", KEYS_MAX);
    }
    if (!code) {
        code = read_text(keys_file(k), text, err);
    }
    if (!code) {
        size_t len = strlen(text);
        if (len > 0 && text[len - 1] != '\n') {
            text[len++] = '\n';
        }
        make_line(id + 1, text + len);
        code = replace(keys_file(k), text, err);
    }
    sodium_free(text); /* wipes */
    if (!code) {
        code = keys_read_again(k, err);
    }
    if (!code) {
        *ret_id = id + 1;
    }
    return code;
}

enum err_code keys_take_out(struct keys *k, uint32_t id, struct err *err)
{
    if (id == keys_newest(k)) {
        return err_set(err, ERR_STATE, "key %" PRIu32 " writes: it cannot be retired", id);
    }
    char *text = sodium_malloc(FILE_MAX);
    enum err_code code = text ? read_text(keys_file(k), text, err) : err_set(err, ERR_NOMEM, NULL);
    if (!code && !drop_line(text, id)) {
        code = err_set(err, ERR_NOT_FOUND, "key %" PRIu32 " is not in the key file", id);
    }
    if (!code) {
        code = replace(keys_file(k), text, err);
    }
    sodium_free(text);
    return code ? code : keys_read_again(k, err);
}
