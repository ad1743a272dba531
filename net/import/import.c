/* SPDX-License-Identifier: Apache-2.0 */
/* An import from its first byte to its decision. */

#include "net/import/import.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/i18n.h"
#include "net/import/parts.h"
#include "net/store/store_admin.h"

#define HEAD_MAX 256 /* blanks before the first byte that tells the format */

static const struct format {
    const char *name;
    enum err_code (*feed)(struct import *im, struct store *st, const char *bytes, size_t len,
                          size_t *ret_used, struct err *err);
    enum err_code (*finish)(struct import *im, struct store *st, struct err *err);
} formats[] = {
    [IMPORT_CSV] = {"csv",    csv_rows_feed,  csv_rows_finish },
    [IMPORT_NDJSON] = {"ndjson", json_rows_feed, json_rows_finish},
};

bool import_format_by_name(const char *name, enum import_format *ret)
{
    for (size_t i = IMPORT_CSV; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            *ret = (enum import_format)i;
            return true;
        }
    }
    return false;
}

enum err_code import_lock(const char *dir, int *ret_fd, struct err *err)
{
    size_t size = strlen(dir) + sizeof "/import.lock";
    CLEANUP_FREE char *path = malloc(size);
    if (!path) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    snprintf(path, size, "%s/import.lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return err_set(err, ERR_UNAVAILABLE, N_("another import is running"));
    }
    *ret_fd = fd;
    return ERR_OK;
}

enum err_code import_clear(struct store *st, int64_t limit, int64_t now_utc_s, bool *ret_left,
                           struct err *err)
{
    int64_t pending = 0;
    enum err_code code = store_import_pending(st, &pending, err);
    if (!code && pending) {
        bool left;
        code = store_import_promote(st, pending, limit, now_utc_s, &left, err);
        *ret_left = true;
        return code;
    }
    return code ? code : store_import_drop_stale(st, limit, ret_left, err);
}

struct import *import_new(const struct import_options *options)
{
    struct import *im = calloc(1, sizeof *im);
    if (im) {
        im->options = *options;
        im->format = options->format;
    }
    return im;
}

struct import *import_free(struct import *im)
{
    if (im) {
        csv_reader_free(im->csv);
        buf_free(&im->head);
        buf_free(&im->header);
        buf_free(&im->row);
        free(im);
    }
    return NULL;
}

enum err_code import_begin(struct import *im, struct store *st, const char *service,
                           int64_t now_utc_s, struct err *err)
{
    char only[SERVICE_ID_SIZE] = "";
    enum err_code code = service ? ERR_OK : store_service_only(st, only, err);
    return code ? code : store_import_begin(st, service ? service : only, now_utc_s, &im->id, err);
}

/* The first byte that is neither a blank nor of a byte order mark tells the format. */
static enum err_code find_format(struct import *im, const char *bytes, size_t len, size_t *ret_used,
                                 struct err *err)
{
    static const char bom[] = "\xEF\xBB\xBF";
    size_t i = 0;
    while (i < len && im->head.len < HEAD_MAX) {
        const char c = bytes[i];
        const size_t at = im->head.len;
        const bool of_bom =
            at < 3 && c == bom[at] && memcmp(im->head.data ? im->head.data : "", bom, at) == 0;
        if (!of_bom && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            break;
        }
        buf_char(&im->head, c);
        i++;
    }
    *ret_used = i;
    if (im->head.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    if (i == len && im->head.len < HEAD_MAX) {
        return ERR_OK; /* nothing told yet */
    }
    if (i < len && bytes[i] == '[') {
        return err_set(err, ERR_MEDIA_TYPE,
                       N_("This is a JSON list: write one object a line, without the list."));
    }
    im->format = i < len && bytes[i] == '{' ? IMPORT_NDJSON : IMPORT_CSV;
    return ERR_OK;
}

/* What was held back while the format was not known. */
static enum err_code feed_head(struct import *im, struct store *st, struct err *err)
{
    enum err_code code = ERR_OK;
    size_t at = 0;
    while (!code && at < im->head.len) {
        size_t used = 0;
        code = formats[im->format].feed(im, st, im->head.data + at, im->head.len - at, &used, err);
        at += used;
    }
    buf_clear(&im->head);
    return code;
}

enum err_code import_feed(struct import *im, struct store *st, const char *bytes, size_t len,
                          uint64_t max_rows, size_t *ret_used, struct err *err)
{
    const uint64_t before = im->counts.n_rows;
    size_t at = 0;
    enum err_code code = ERR_OK;
    if (im->format == IMPORT_ANY) {
        code = find_format(im, bytes, len, &at, err);
    }
    if (!code && im->format != IMPORT_ANY && im->head.len > 0) {
        code = feed_head(im, st, err);
    }
    while (!code && at < len && im->counts.n_rows - before < max_rows) {
        size_t used = 0;
        code = formats[im->format].feed(im, st, bytes + at, len - at, &used, err);
        at += used;
    }
    if (!code) {
        *ret_used = at;
    }
    return code;
}

enum err_code import_finish(struct import *im, struct store *st, struct err *err)
{
    if (im->format == IMPORT_ANY) {
        im->format = IMPORT_CSV;
    }
    enum err_code code = feed_head(im, st, err);
    return code ? code : formats[im->format].finish(im, st, err);
}

enum err_code import_decide(struct import *im, struct store *st, int64_t agent_id,
                            int64_t now_utc_s, struct err *err)
{
    const struct store_import_figures *f = &im->counts.figures;
    char figures[128];
    if (im->counts.n_bad > 0 && !im->options.skip_bad) {
        return err_set(err, ERR_INVALID, "%" PRIu64 " bad rows; nothing was imported",
                       im->counts.n_bad);
    }
    snprintf(figures, sizeof figures, "new %" PRId64 ", changed %" PRId64 ", same %" PRId64,
             f->n_new, f->n_changed, f->n_same);
    enum err_code code = store_import_commit_run(st, im->id, f, now_utc_s, err);
    return code ? code
                : store_audit_append(st,
                                     &(struct store_audit){.at_utc_s = now_utc_s,
                                                           .agent_id = agent_id,
                                                           .action = "import",
                                                           .subject = figures},
                                     err);
}

int64_t import_id(const struct import *im)
{
    return im->id;
}

struct import_counts import_counts(const struct import *im)
{
    return im->counts;
}
