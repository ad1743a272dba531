/* SPDX-License-Identifier: Apache-2.0 */
/* The master key of a backend: reading its file, deriving subkeys. */

#include "net/store/keys_internal.h"

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

#define LINE_MAX_BYTES 128
#define KDF_CONTEXT "pupitre1" /* crypto_kdf_CONTEXTBYTES */

struct key {
    uint32_t id;
    uint8_t sub[KEY_USE_LAST + 1][KEYS_BYTES];
};

/* In sodium memory, not writable but while it is read anew. */
struct ring {
    size_t n;
    struct key items[KEYS_MAX];
};

/* What changes while the program runs: behind the struct that everybody borrows as const. */
struct keys_state {
    struct ring *ring;
    uint32_t writes;
    char *path;
};

struct keys {
    struct keys_state *state;
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

static enum err_code read_file(FILE *file, struct ring *k, struct err *err)
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

static enum err_code read_ring(const char *path, struct ring **ret, struct err *err)
{
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
    struct ring *k = sodium_malloc(sizeof *k);
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
        sodium_free(k); /* wipes */
        return code;
    }
    sodium_mprotect_readonly(k);
    *ret = k;
    return ERR_OK;
}

static uint32_t highest(const struct ring *r)
{
    uint32_t id = 0;
    for (size_t i = 0; i < r->n; i++) {
        id = r->items[i].id > id ? r->items[i].id : id;
    }
    return id;
}

static const struct key *find(const struct ring *r, uint32_t id)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->items[i].id == id) {
            return &r->items[i];
        }
    }
    return NULL;
}

enum err_code keys_load(const char *path, struct keys **ret, struct err *err)
{
    if (sodium_init() < 0) {
        return err_set(err, ERR_INTERNAL, "libsodium does not start");
    }
    struct keys *k = calloc(1, sizeof *k);
    k = k && (k->state = calloc(1, sizeof *k->state)) ? k : keys_free(k);
    if (!k || !(k->state->path = strdup(path))) {
        keys_free(k);
        return err_set(err, ERR_NOMEM, NULL);
    }
    enum err_code code = read_ring(path, &k->state->ring, err);
    if (code) {
        keys_free(k);
        return code;
    }
    k->state->writes = highest(k->state->ring);
    *ret = k;
    return ERR_OK;
}

struct keys *keys_free(struct keys *k)
{
    if (k && k->state) {
        sodium_free(k->state->ring); /* wipes */
        free(k->state->path);
        free(k->state);
    }
    free(k);
    return NULL;
}

enum err_code keys_read_again(const struct keys *k, struct err *err)
{
    struct ring *anew = NULL;
    enum err_code code = read_ring(k->state->path, &anew, err);
    if (!code && !find(anew, k->state->writes)) {
        sodium_free(anew);
        return err_set(err, ERR_NOT_FOUND, "key %" PRIu32 " is not in the key file any more",
                       k->state->writes);
    }
    if (!code) {
        sodium_free(k->state->ring);
        k->state->ring = anew;
    }
    return code;
}

const char *keys_file(const struct keys *k)
{
    return k->state->path;
}

uint32_t keys_newest(const struct keys *k)
{
    return k->state->writes;
}

enum err_code keys_write_with(const struct keys *k, uint32_t id, struct err *err)
{
    struct err reason;
    if (!find(k->state->ring, id) && (keys_read_again(k, &reason) || !find(k->state->ring, id))) {
        return err_set(err, ERR_NOT_FOUND, "key %" PRIu32 " is not in the key file", id);
    }
    k->state->writes = id;
    return ERR_OK;
}

const uint8_t *keys_get(const struct keys *k, uint32_t id, enum key_use use)
{
    struct err none;
    const struct key *key = find(k->state->ring, id);
    if (!key && !keys_read_again(k, &none)) {
        key = find(k->state->ring, id);
    }
    return key ? key->sub[use] : NULL;
}

size_t keys_ids(const struct keys *k, uint32_t ret[KEYS_MAX])
{
    for (size_t i = 0; i < k->state->ring->n; i++) {
        ret[i] = k->state->ring->items[i].id;
    }
    return k->state->ring->n;
}
