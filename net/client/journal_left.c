/* SPDX-License-Identifier: Apache-2.0 */
#include "net/client/journal_left.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/client/journal_format.h"

#define PATH_SIZE 1024
#define LEFTOVER_MAX ((off_t)256 * 1024 * 1024)

enum err_code journal_folder_make(const char *dir, struct err *err)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s", dir);
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        (void)mkdir(path, 0700); /* the last one tells */
        *p = '/';
    }
    struct stat st;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_set(err, ERR_IO, N_("The folder for the journal cannot be made."));
    if (lstat(path, &st) != 0)
        return err_set(err, ERR_IO, N_("The folder for the journal cannot be read."));
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid())
        return err_set(err, ERR_FORBIDDEN,
                       N_("The folder for the journal belongs to somebody else."));
    if ((st.st_mode & 077) && chmod(path, 0700) != 0)
        return err_set(err, ERR_FORBIDDEN, N_("The folder for the journal is open to others."));
    return ERR_OK;
}

static int is_segment(const struct dirent *d)
{
    size_t len = strlen(d->d_name);
    return strncmp(d->d_name, "journal-", 8) == 0 && len > 11 &&
           strcmp(d->d_name + len - 3, ".pj") == 0;
}

/* The file's bytes, NULL when it is somebody's who lives, or cannot be read. */
static unsigned char *read_file(const char *path, size_t *ret_len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;
    unsigned char *bytes = NULL;
    size_t have = 0;
    if (fd < 0)
        return NULL;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
        st.st_size < LEFTOVER_MAX)
        bytes = malloc((size_t)st.st_size + 1);
    while (bytes && have < (size_t)st.st_size) {
        ssize_t n = read(fd, bytes + have, (size_t)st.st_size - have);
        if (n <= 0)
            break;
        have += (size_t)n;
    }
    close(fd);
    if (bytes && have < (size_t)st.st_size) { /* a disk in trouble: another time */
        free(bytes);
        bytes = NULL;
    }
    *ret_len = have;
    return bytes;
}

/* Room for one more item after n; NULL when out of memory, and items are as they were. */
static void *grow(void *items, size_t n, size_t size)
{
    if (n && (n & (n - 1)) != 0)
        return items; /* there is room until the next power of two */
    return realloc(items, (n ? 2 * n : 1) * size);
}

static void keep_entry(const char *text, size_t len, void *arg)
{
    struct journal_opened *o = arg;
    char *copy = malloc(len + 1);
    struct journal_entry *more = copy ? grow(o->entries, o->n_entries, sizeof *more) : NULL;
    if (!more) {
        free(copy);
        o->code = err_set(&o->err, ERR_NOMEM, NULL);
        return;
    }
    o->entries = more;
    memcpy(copy, text, len);
    copy[len] = '\0';
    o->entries[o->n_entries++] = (struct journal_entry){copy, len};
}

static void read_one(const char *dir, const char *name, const unsigned char *key,
                     struct journal_opened *o)
{
    char path[PATH_SIZE];
    size_t len = 0;
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return;
    unsigned char *bytes = read_file(path, &len);
    if (!bytes)
        return;
    enum journal_verdict verdict = journal_format_read(bytes, len, key, keep_entry, o);
    free(bytes);
    if (verdict == JOURNAL_NOMEM)
        o->code = err_set(&o->err, ERR_NOMEM, NULL);
    if (o->code != ERR_OK)
        return;
    if (verdict == JOURNAL_FOREIGN) {
        o->n_foreign++;
        return;
    }
    o->n_damaged += verdict == JOURNAL_DAMAGED;
    char *copy = strdup(path);
    char **more = copy ? grow(o->paths, o->n_files, sizeof *more) : NULL;
    if (!more) {
        free(copy);
        o->code = err_set(&o->err, ERR_NOMEM, NULL);
        return;
    }
    o->paths = more;
    o->paths[o->n_files++] = copy;
}

void journal_left_read(const char *dir, const unsigned char key[JOURNAL_KEY_BYTES],
                       struct journal_opened *ret)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_segment, alphasort);
    if (n < 0)
        ret->code = err_set(&ret->err, ERR_IO, N_("The folder for the journal cannot be read."));
    for (int i = 0; i < n; i++) {
        if (ret->code == ERR_OK)
            read_one(dir, names[i]->d_name, key, ret);
        free(names[i]);
    }
    free(names);
}

void journal_left_free(struct journal_opened *o)
{
    if (!o)
        return;
    for (size_t i = 0; i < o->n_entries; i++) {
        sodium_memzero(o->entries[i].text, o->entries[i].len);
        free(o->entries[i].text);
    }
    for (size_t i = 0; o->paths && i < o->n_files; i++)
        free(o->paths[i]);
    free(o->entries);
    free(o->paths);
    free(o);
}
