/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands share: opening the store, auditing, reading files. */

#include "net/ctl/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "net/store/keys.h"
#include "net/store/store_admin.h"
#include "net/store/store_audit.h"
#include "net/store/store_backup.h"

void ctl_sign_entries(struct ctl *ctl)
{
    char host[101] = "";
    (void)gethostname(host, sizeof host - 1); /* a name cut short is one, too */
    store_audit_writer(ctl->st, "pupitrectl", host);
}

enum err_code ctl_open_store(struct ctl *ctl, enum store_mode mode, struct err *err)
{
    return ctl->store_url ? store_open_url(ctl->store_url, ctl->keys, mode, &ctl->st, err)
                          : store_open(ctl->data_dir, ctl->keys, mode, &ctl->st, err);
}

static enum err_code open_store(struct ctl *ctl, struct err *err)
{
    CLEANUP_FREE char *path = NULL;
    enum err_code code = keys_path_in(ctl->data_dir, &path, err);
    if (!code) {
        code = keys_load(path, &ctl->keys, err);
    }
    if (code == ERR_NOT_FOUND) {
        return err_set(err, code, gettext("%s is no data directory: \"pupitrectl init\" makes one"),
                       ctl->data_dir);
    }
    if (!code) {
        code = ctl_open_store(ctl, STORE_OPEN, err);
    }
    if (!code) {
        ctl_sign_entries(ctl);
    }
    return code;
}

enum err_code ctl_open(struct ctl *ctl, struct err *err)
{
    enum err_code code = open_store(ctl, err);
    return code ? code : store_migrate(ctl->st, ctl->now_utc_s, err);
}

enum err_code ctl_open_as_is(struct ctl *ctl, struct err *err)
{
    enum err_code code = open_store(ctl, err);
    return code ? code : store_check(ctl->st, err);
}

enum err_code ctl_audited(struct ctl *ctl, const char *action, const char *subject,
                          enum err_code (*fn)(struct ctl *ctl, void *arg, struct err *err),
                          void *arg, struct err *err)
{
    enum err_code code = store_begin(ctl->st, err);
    if (code) {
        return code;
    }
    code = fn ? fn(ctl, arg, err) : ERR_OK;
    if (!code) {
        code = store_audit_append(
            ctl->st,
            &(struct store_audit){.at_utc_s = ctl->now_utc_s, .action = action, .subject = subject},
            err);
    }
    if (!code) {
        code = store_commit(ctl->st, err);
    }
    if (code) {
        store_rollback(ctl->st);
    }
    return code;
}

enum err_code ctl_commit_batch(struct ctl *ctl, struct err *err)
{
    const struct timespec moment = {.tv_nsec = 2000000};
    enum err_code code = store_commit(ctl->st, err);
    if (!code) {
        (void)nanosleep(&moment, NULL); /* pupitred looks for the lock every millisecond */
    }
    return code;
}

static enum err_code read_all(int fd, const char *path, size_t max, struct buf *out,
                              struct err *err)
{
    char part[16384];
    for (;;) {
        ssize_t n = read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
        }
        if (n == 0) {
            return out->failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
        }
        if ((size_t)n > max - out->len) {
            return err_set(err, ERR_TOO_LARGE, gettext("%s: larger than %zu bytes"), path, max);
        }
        buf_add(out, part, (size_t)n);
    }
}

enum err_code ctl_read_file(const char *path, size_t max, struct buf *out, struct err *err)
{
    bool standard_input = strcmp(path, "-") == 0;
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
                       strerror(errno));
    }
    enum err_code code = read_all(fd, path, max, out, err);
    if (!standard_input) {
        close(fd);
    }
    return code;
}

void ctl_json_string(struct buf *b, const char *text)
{
    buf_char(b, '"');
    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '"' || c == '\\') {
            buf_char(b, '\\');
            buf_char(b, *at);
        } else if (c < 0x20 || c == 0x7f) {
            buf_printf(b, "\\u%04x", c);
        } else {
            buf_char(b, *at);
        }
    }
    buf_char(b, '"');
}
