/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/tmpdir.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/harness/die.h"

char *tmpdir_new(void)
{
    char *path = strdup("/tmp/pp-XXXXXX");
    if (!path || !mkdtemp(path))
        die("tmpdir", "/tmp/pp-XXXXXX");
    return path;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    (void)remove(path); /* what cannot be removed is seen by who looks for left files */
    return 0;
}

char *tmpdir_free(char *path)
{
    if (!path)
        return NULL;
    (void)nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS);
    free(path);
    return NULL;
}

char *tmpdir_path(const char *dir, const char *name)
{
    struct buf b = {0};
    buf_printf(&b, "%s/%s", dir, name);
    char *path = buf_take(&b);
    if (!path)
        die("tmpdir", name);
    return path;
}

void tmpdir_write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        die("tmpdir", path);
    size_t len = strlen(text);
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0)
            die("tmpdir", path);
        text += n;
        len -= (size_t)n;
    }
    if (close(fd) != 0)
        die("tmpdir", path);
}

char *tmpdir_read(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    struct buf b = {0};
    buf_str(&b, "");
    char block[65536];
    ssize_t n;
    while ((n = read(fd, block, sizeof(block))) > 0)
        buf_add(&b, block, (size_t)n);
    (void)close(fd);
    if (n < 0) {
        buf_free(&b);
        return NULL;
    }
    if (b.len == 0) {
        buf_free(&b);
        return strdup("");
    }
    return buf_take(&b);
}
