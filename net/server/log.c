/* SPDX-License-Identifier: Apache-2.0 */
/* The log: lines made in one buffer, written in one go. */

#include "net/server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/time_text.h"

#define LINE_MAX_BYTES 1024

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARNING] = "warning",
    [LOG_ERROR] = "error",
};
_Static_assert(sizeof level_names / sizeof level_names[0] == LOG_LEVEL_COUNT, "one name a level");

enum err_code log_open(struct log *log, const char *where, struct err *err)
{
    log->least = LOG_INFO;
    if (strcmp(where, "stderr") == 0) {
        log->fd = STDERR_FILENO;
        return ERR_OK;
    }
    const int fd = open(where, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, "%s: %s", where, strerror(errno));
    log->fd = fd;
    return ERR_OK;
}

void log_close(struct log *log)
{
    if (log->fd > STDERR_FILENO)
        close(log->fd);
    log->fd = -1;
}

void log_line(const struct log *log, enum log_level level, const char *event, const char *fmt, ...)
{
    if (level < log->least || log->fd < 0)
        return;
    char line[LINE_MAX_BYTES];
    char now[TIME_TEXT_SIZE];
    time_text_print((int64_t)time(NULL), now);
    const int head = snprintf(line, sizeof line - 1, "%s %s %s ", now, level_names[level], event);
    size_t len = head < 0 ? 0 : (size_t)head;
    if (len > sizeof line - 2)
        len = sizeof line - 2;

    va_list ap;
    va_start(ap, fmt);
    const int text = vsnprintf(line + len, sizeof line - 1 - len, fmt, ap);
    va_end(ap);
    if (text > 0)
        len += (size_t)text;
    if (len > sizeof line - 2)
        len = sizeof line - 2;

    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    line[len++] = '\n';
    /* A log that cannot be written has nobody to be told: the service goes on. */
    if (write(log->fd, line, len) < 0)
        return;
}
