/* SPDX-License-Identifier: Apache-2.0 */
/* Bad rows: told, and kept. */

#include "net/ctl/import_report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define FAULTS_TOLD 1000 /* one by one; more are only counted */

enum err_code import_report_keep(struct import_report *r, const char *path, struct err *err)
{
    static const char suffix[] = ".bad";
    const char *base = path ? path : strcmp(r->path, "-") == 0 ? "import" : r->path;
    const size_t size = strlen(base) + sizeof suffix;
    r->bad_path = malloc(size);
    if (!r->bad_path) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    snprintf(r->bad_path, size, "%s%s", base, path ? "" : suffix);
    r->bad_fd =
        open(r->bad_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
    if (r->bad_fd >= 0) {
        return ERR_OK;
    }
    if (errno == EEXIST) {
        return err_set(err, ERR_CONFLICT,
                       gettext("%s is there already: move it away, or name another with "
                               "--bad-rows"),
                       r->bad_path);
    }
    return err_set(err, ERR_IO, "%s: %s", r->bad_path, strerror(errno));
}

enum err_code import_report_sync(struct import_report *r, struct err *err)
{
    if (r->bad_fd >= 0 && r->n_kept > 0 && fsync(r->bad_fd) != 0) {
        return err_set(err, ERR_IO, "%s: %s", r->bad_path, strerror(errno));
    }
    return ERR_OK;
}

void import_report_close(struct import_report *r, bool done)
{
    progress_clear(&r->progress);
    if (r->bad_fd >= 0) {
        close(r->bad_fd);
        if (!done || r->n_kept == 0) {
            unlink(r->bad_path);
        }
    }
    free(r->bad_path);
    r->bad_path = NULL;
    r->bad_fd = -1;
}

void import_report_fault(void *arg, const struct import_fault *fault)
{
    struct import_report *r = arg;
    r->n_told++;
    if (r->n_told > FAULTS_TOLD + 1) {
        return;
    }
    progress_clear(&r->progress);
    if (r->n_told > FAULTS_TOLD) {
        fprintf(stderr, gettext("%s: more faults are only counted\n"), r->path);
        return;
    }
    fprintf(stderr, gettext("%s: line %" PRIu64), r->path, fault->line);
    fprintf(stderr, fault->field[0] ? ", %s: %s\n" : "%s: %s\n", fault->field,
            gettext(fault->rule));
}

static enum err_code write_line(struct import_report *r, const char *text, size_t len,
                                struct err *err)
{
    static char line_end[] = "\n";
    struct iovec parts[] = {
        {(void *)(uintptr_t)text, len},
        {line_end,                1  }
    };
    size_t at = 0;
    while (at < len + 1) {
        const bool first = at < len;
        struct iovec rest[2] = {
            {(char *)parts[0].iov_base + at, first ? len - at : 0},
            parts[1]
        };
        const ssize_t n = writev(r->bad_fd, first ? rest : &rest[1], first ? 2 : 1);
        if (n < 0 && errno != EINTR) {
            return err_set(err, ERR_IO, "%s: %s", r->bad_path, strerror(errno));
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return ERR_OK;
}

enum err_code import_report_reject(void *arg, const char *header, size_t header_len,
                                   const char *row, size_t len, struct err *err)
{
    struct import_report *r = arg;
    if (r->bad_fd < 0) {
        return ERR_OK;
    }
    enum err_code code = header ? write_line(r, header, header_len, err) : ERR_OK;
    code = code ? code : write_line(r, row, len, err);
    r->n_kept += code == ERR_OK;
    return code;
}
