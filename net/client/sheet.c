/* SPDX-License-Identifier: Apache-2.0 */
#include "net/client/sheet.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "net/api/json.h"
#include "net/host/whole_file.h"
#include "net/host/xdg.h"

#define HASH_SIZE 32
#define OLD_S (30 * 24 * 3600)
_Static_assert(HASH_SIZE * 2 + 1 == SHEET_NAME_SIZE, "the name is the hash");

static void name_of(const char *text, size_t len, char ret[SHEET_NAME_SIZE])
{
    unsigned char hash[HASH_SIZE];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text, len, NULL, 0);
    sodium_bin2hex(ret, SHEET_NAME_SIZE, hash, sizeof hash);
}

static bool is_name(const char *name)
{
    return strlen(name) == SHEET_NAME_SIZE - 1 &&
           strspn(name, "0123456789abcdef") == SHEET_NAME_SIZE - 1;
}

static bool path_of(const char *name, char *ret, size_t size)
{
    char below[SHEET_NAME_SIZE + sizeof "sheets/"];
    snprintf(below, sizeof below, "sheets/%s", name);
    return xdg_path(XDG_CACHE, below, ret, size);
}

/* Also what was left half-written. */
static void sweep(const char *dir)
{
    DIR *d = opendir(dir);
    const struct dirent *e;
    struct stat st;
    while (d && (e = readdir(d)))
        if (e->d_name[0] != '.' && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && time(NULL) - st.st_mtime > OLD_S)
            (void)unlinkat(dirfd(d), e->d_name, 0);
    if (d)
        (void)closedir(d);
}

void sheet_write(const char *text, char ret[SHEET_NAME_SIZE])
{
    char dir[XDG_PATH_MAX], path[XDG_PATH_MAX];
    struct err err;
    const size_t len = strlen(text);
    name_of(text, len, ret);
    if (!xdg_path(XDG_CACHE, "sheets", dir, sizeof dir) || !path_of(ret, path, sizeof path)) {
        ret[0] = '\0';
        return;
    }
    xdg_make(dir);
    /* The disk is not waited for: after a power cut the backend says it again. */
    if (whole_file_write(path, text, len, false, &err) != ERR_OK)
        ret[0] = '\0';
    sweep(dir);
}

static char *read_all(int fd, size_t len)
{
    char *text = malloc(len + 1);
    size_t done = 0;
    ssize_t n = 1;
    while (text && done < len && (n = read(fd, text + done, len - done)) > 0)
        done += (size_t)n;
    if (text && done < len) {
        free(text);
        return NULL;
    }
    if (text)
        text[len] = '\0';
    return text;
}

char *sheet_read(const char *name)
{
    char path[XDG_PATH_MAX], real[SHEET_NAME_SIZE];
    struct stat st;
    char *text = NULL;
    if (!is_name(name) || !path_of(name, path, sizeof path))
        return NULL;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
        (size_t)st.st_size <= json_limits_script.bytes)
        text = read_all(fd, (size_t)st.st_size);
    (void)close(fd);
    if (!text)
        return NULL;
    name_of(text, strlen(text), real);
    if (strcmp(real, name) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
