/* SPDX-License-Identifier: Apache-2.0 */
/* The master key of a backend: reading and making its file, deriving subkeys. */

#include "net/store/keys.h"

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

#define KEYS_MAX 16
#define LINE_MAX_BYTES 128
#define KDF_CONTEXT "pupitre1" /* crypto_kdf_CONTEXTBYTES */

struct key {
    uint32_t id;
    uint8_t sub[KEY_USE_LAST + 1][KEYS_BYTES];
};

struct keys {
    size_t n;
    struct key items[KEYS_MAX];
};

enum err_code keys_path_in(const char *dir, char **ret, struct err *err)
{
    static const char name[] = "/master.key";
    size_t size = strlen(dir) + sizeof name;
    char *path = malloc(size);
    if (!path) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    snprintf(path, size, "%s%s", dir, name);
    *ret = path;
    return ERR_OK;
}

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
    uint8_t key[KEYS_BYTES];
    char hex[2 * KEYS_BYTES + 1];
    char line[LINE_MAX_BYTES];
    crypto_kdf_keygen(key);
    sodium_bin2hex(hex, sizeof hex, key, sizeof key);
    int len = snprintf(line, sizeof line, "pupitre-key 1 %s\n", hex);
    enum err_code code = write_all(fd, line, (size_t)len);
    sodium_memzero(key, sizeof key);
    sodium_memzero(hex, sizeof hex);
    sodium_memzero(line, sizeof line);
    if (close(fd) != 0) {
        code = ERR_IO;
    }
    if (code) {
        (void)unlink(path); /* half a key file is worse than none */
        return err_set(err, code, "cannot write key file %s", path);
    }
    return ERR_OK;
}

/* One line -> one key with its subkeys. */
static enum err_code read_line(const char *line, struct key *ret)
{
    char hex[2 * KEYS_BYTES + 1];
    uint32_t id = 0;
    uint8_t master[KEYS_BYTES];
    size_t len = 0;
    int end = 0;
    bool right = sscanf(line, "pupitre-key %" SCNu32 " %64[0-9a-f]%n", &id, hex, &end) == 2 &&
                 (line[end] == '\n' || line[end] == '\0') && id > 0 &&
                 sodium_hex2bin(master, sizeof master, hex, strlen(hex), NULL, &len, NULL) == 0 &&
                 len == sizeof master;
    sodium_memzero(hex, sizeof hex);
    if (!right) {
        return ERR_INVALID;
    }
    ret->id = id;
    for (unsigned use = KEY_FIELDS; use <= KEY_USE_LAST; use++) {
        crypto_kdf_derive_from_key(ret->sub[use], KEYS_BYTES, use, KDF_CONTEXT, master);
    }
    sodium_memzero(master, sizeof master);
    return ERR_OK;
}

static enum err_code read_file(FILE *file, struct keys *k, struct err *err)
{
    char line[LINE_MAX_BYTES];
    enum err_code code = ERR_OK;
    while (!code && fgets(line, sizeof line, file)) {
        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }
        code = k->n < KEYS_MAX ? read_line(line, &k->items[k->n]) : ERR_TOO_LARGE;
        k->n++;
    }
    sodium_memzero(line, sizeof line);
    if (code || k->n == 0) {
        return err_set(err, ERR_INVALID, "the key file is not one of Pupitre's");
    }
    return ERR_OK;
}

enum err_code keys_load(const char *path, struct keys **ret, struct err *err)
{
    if (sodium_init() < 0) {
        return err_set(err, ERR_INTERNAL, "libsodium does not start");
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open key file %s: %s",
                       path, strerror(errno));
    }
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & 077) != 0) {
        close(fd);
        return err_set(err, ERR_FORBIDDEN,
                       "key file %s may be readable by others: it has to be a file with mode 0600",
                       path);
    }
    FILE *file = fdopen(fd, "r");
    struct keys *k = sodium_malloc(sizeof *k);
    char *io = sodium_malloc(BUFSIZ); /* stdio's own buffer would keep the key in plain memory */
    enum err_code code = file && k && io ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
    if (!code) {
        memset(k, 0, sizeof *k);
        setvbuf(file, io, _IOFBF, BUFSIZ);
        code = read_file(file, k, err);
    }
    if (file) {
        fclose(file);
    } else {
        close(fd);
    }
    sodium_free(io);
    if (code) {
        keys_free(k);
        return code;
    }
    sodium_mprotect_readonly(k);
    *ret = k;
    return ERR_OK;
}

struct keys *keys_free(struct keys *k)
{
    sodium_free(k); /* wipes */
    return NULL;
}

uint32_t keys_newest(const struct keys *k)
{
    uint32_t newest = 0;
    for (size_t i = 0; i < k->n; i++) {
        newest = k->items[i].id > newest ? k->items[i].id : newest;
    }
    return newest;
}

const uint8_t *keys_get(const struct keys *k, uint32_t id, enum key_use use)
{
    for (size_t i = 0; i < k->n; i++) {
        if (k->items[i].id == id) {
            return k->items[i].sub[use];
        }
    }
    return NULL;
}
