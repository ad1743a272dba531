/* SPDX-License-Identifier: Apache-2.0 */
/* What a demonstration leaves behind: files that are there as a whole, or as they were. */

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <libintl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/host/whole_file.h"
#include "tui/main_demo.h"

static enum err_code io_error(struct err *err)
{
    return err_set(err, ERR_IO, "%s", strerror(errno));
}

/* What is written in the end: behind a link, what it points to. */
static enum err_code resolve(const char *path, char ret[PATH_MAX], struct err *err)
{
    struct stat st;
    if (stat(path, &st) == 0) {
        if (!S_ISREG(st.st_mode))
            return err_set(err, ERR_IO, "%s", gettext("This is no ordinary file."));
        return realpath(path, ret) ? ERR_OK : io_error(err);
    }
    if (errno != ENOENT || lstat(path, &st) == 0)
        return io_error(err);
    if (snprintf(ret, PATH_MAX, "%s", path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return io_error(err);
    }
    return ERR_OK;
}

enum err_code demo_place_check(const char *path, struct err *err)
{
    char real[PATH_MAX];
    const enum err_code code = resolve(path, real, err);
    if (code != ERR_OK)
        return code;
    return access(dirname(real), W_OK | X_OK) == 0 ? ERR_OK : io_error(err);
}

enum err_code demo_bytes_write(const char *path, const struct buf *text, struct err *err)
{
    char real[PATH_MAX];
    const enum err_code code = resolve(path, real, err);
    return code == ERR_OK ? whole_file_write(real, buf_text(text), text->len, true, err) : code;
}

enum err_code demo_coverage_read(struct demo *d, const char *path, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    if (!demo_screen(d)->offer.script)
        return ERR_OK;
    const enum err_code code = demo_bytes_read(path, SCRIPT_COVERAGE_BYTES_MAX, &text, err);
    if (code != ERR_OK)
        return code == ERR_NOT_FOUND ? ERR_OK : code;
    return script_coverage_read(demo_coverage(d), buf_text(&text), text.len, err);
}

/* The folder is locked, so that no file is left; unlocked with the descriptor. Where it cannot be,
 * two who end at once may count one walk too few. */
static int lock_beside(const char *path)
{
    char real[PATH_MAX];
    if (resolve(path, real, NULL) != ERR_OK)
        return -1;
    const int fd = open(dirname(real), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        (void)flock(fd, LOCK_EX);
    return fd;
}

static enum err_code keep_coverage(struct demo *d, const char *path, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    const struct ws_offer *o = &demo_screen(d)->offer;
    struct script_coverage *c = demo_coverage(d);
    enum err_code code = demo_coverage_read(d, path, err);
    if (code != ERR_OK)
        return code;
    const struct script_words words = {.lang = o->script->language};
    script_coverage_print(c, o->answers, &words, &text);
    if (text.failed)
        return err_set(err, ERR_NOMEM, NULL);
    code = demo_bytes_write(path, &text, err);
    if (code == ERR_OK)
        script_coverage_settle(c);
    return code;
}

/* Read, added to and written while nobody else does: several trainers may keep one report. */
enum err_code demo_coverage_keep(struct demo *d, const char *path, struct err *err)
{
    if (!demo_screen(d)->offer.script || !demo_coverage(d)->fresh_walks)
        return ERR_OK;
    const int lock = lock_beside(path);
    const enum err_code code = keep_coverage(d, path, err);
    if (lock >= 0)
        (void)close(lock);
    return code;
}

enum err_code demo_transcripts_write(struct demo_transcripts *t, struct demo *d, bool ends,
                                     struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    if (!t->path)
        return err_set(err, ERR_STATE, N_("Start with --transcript FILE to write the walk."));
    const bool markdown = strcmp(strrchr(t->path, '.'), ".md") == 0;
    buf_add(&text, buf_text(&t->ended), t->ended.len);
    if (text.len)
        buf_str(&text, markdown ? "\n---\n\n" : "\n\n");
    demo_transcript(d, markdown ? SCRIPT_TRANSCRIPT_MARKDOWN : SCRIPT_TRANSCRIPT_TEXT, t->n + 1,
                    &text);
    if (text.failed)
        return err_set(err, ERR_NOMEM, NULL);
    const enum err_code code = demo_bytes_write(t->path, &text, err);
    if (!ends)
        return code;
    buf_free(&t->ended);
    t->ended = text;
    text = (struct buf){0};
    t->n++;
    return code;
}
