/* SPDX-License-Identifier: Apache-2.0 */
/* The log: a line made in one buffer, handed over in one go.
 *
 * The journal's protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL) and that of /dev/log are datagrams,
 * sent here without waiting: sd_journal_send(3) and syslog(3) wait for a reader that stands still,
 * and a screen must not. */

#include "net/host/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/text.h"
#include "core/time_text.h"
#include "net/host/log_journal.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define SYSLOG_SOCKET "/dev/log"
#define FACILITY_DAEMON (3 << 3) /* RFC 5424, 6.2.1 */
#define CUT " [cut]"

const char *const log_level_names[] = {[LOG_DEBUG] = "debug",
                                       [LOG_INFO] = "info",
                                       [LOG_WARNING] = "warning",
                                       [LOG_ERROR] = "error",
                                       NULL};
_Static_assert(sizeof log_level_names / sizeof log_level_names[0] == LOG_LEVEL_COUNT + 1,
               "one name a level");
const char *const log_target_names[] = {"stderr", "journal", "syslog", NULL};

/* RFC 5424, 6.2.1 */
static const int priorities[LOG_LEVEL_COUNT] = {
    [LOG_DEBUG] = 7, [LOG_INFO] = 6, [LOG_WARNING] = 4, [LOG_ERROR] = 3};

/* --- opening --- */

/* $JOURNAL_STREAM holds device and inode of the stream that systemd connected (systemd.exec(5)). */
static bool stderr_is_journals(void)
{
    const char *said = getenv("JOURNAL_STREAM");
    struct stat st;
    char is[64];
    if (!said || fstat(STDERR_FILENO, &st) != 0)
        return false;
    snprintf(is, sizeof is, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return strcmp(said, is) == 0;
}

/* A descriptor, or -1 with errno. */
static int open_file(const char *path)
{
    struct stat st;
    const int fd = open(
        path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0)
        return -1;
    int broken = 0;
    if (fstat(fd, &st) != 0)
        broken = errno;
    else if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
        broken = EINVAL;
    else if (st.st_uid != geteuid() && st.st_uid != 0)
        broken = EPERM;
    if (!broken)
        return fd;
    close(fd);
    errno = broken;
    return -1;
}

/* Not connected: a journal that is started anew is found again. */
static int open_socket(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return -1;
    if (!S_ISSOCK(st.st_mode)) {
        errno = ENOTSOCK;
        return -1;
    }
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static bool copy_path(struct log *log, const char *path)
{
    if (strlen(path) >= sizeof log->path) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(log->path, path, strlen(path) + 1);
    return true;
}

enum err_code log_open_at(struct log *log, const char *program, const char *where,
                          const char *journal, const char *syslog, struct err *err)
{
    *log = (struct log){.fd = -1, .least = LOG_INFO, .program = program};
    if (!where)
        return ERR_OK;
    if (strcmp(where, "stderr") == 0) {
        log->target = LOG_STDERR;
        log->fd = STDERR_FILENO;
        log->is_journals = stderr_is_journals();
        return ERR_OK;
    }
    if (strcmp(where, "journal") == 0) {
        log->target = LOG_JOURNAL;
        log->fd = copy_path(log, journal) ? open_socket(journal) : -1;
    } else if (strcmp(where, "syslog") == 0) {
        log->target = LOG_SYSLOG;
        log->fd = copy_path(log, syslog) ? open_socket(syslog) : -1;
    } else {
        log->target = LOG_FILE;
        log->fd = copy_path(log, where) ? open_file(where) : -1;
    }
    if (log->fd >= 0)
        return ERR_OK;
    log->target = LOG_NOWHERE;
    return err_set(err, ERR_IO, "log: %.180s: %s", where, strerror(errno));
}

enum err_code log_open(struct log *log, const char *program, const char *where, struct err *err)
{
    return log_open_at(log, program, where, JOURNAL_SOCKET, SYSLOG_SOCKET, err);
}

void log_reopen(struct log *log)
{
    if (log->target != LOG_FILE)
        return;
    const int fresh = open_file(log->path);
    const int wrong = errno;
    /* In one step, so that a thread that writes has the old file or the new one. */
    if (fresh < 0 || dup3(fresh, log->fd, O_CLOEXEC) < 0)
        log_line(log, LOG_ERROR, "log", "reopen=failed why=\"%s\"", strerror(wrong));
    else
        atomic_store(&log->torn, false);
    if (fresh >= 0)
        close(fresh);
}

void log_close(struct log *log)
{
    if (log->fd > STDERR_FILENO)
        close(log->fd);
    log->fd = -1;
    log->target = LOG_NOWHERE;
}

/* --- writing: each returns whether the line is where it should be --- */

static bool send_to(const struct log *log, const char *bytes, size_t len)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (strlen(log->path) >= sizeof to.sun_path)
        return false;
    memcpy(to.sun_path, log->path, strlen(log->path) + 1);
    return sendto(log->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&to,
                  sizeof to) == (ssize_t)len;
}

static bool to_journal(const struct log *log, enum log_level level, const char *text)
{
    char bytes[LOG_JOURNAL_MAX];
    return send_to(log, bytes, log_journal_format(bytes, log->program, priorities[level], text));
}

static bool to_syslog(const struct log *log, enum log_level level, const char *text)
{
    char bytes[LOG_LINE_MAX + 64];
    const int n = snprintf(bytes, sizeof bytes, "<%d>%s[%ld]: %s",
                           FACILITY_DAEMON | priorities[level], log->program, (long)getpid(), text);
    return send_to(log, bytes, (size_t)n);
}

/* A part of a line may be in the file when the disk is full: the next line begins on its own. */
static bool to_file(struct log *log, enum log_level level, const char *text)
{
    char bytes[LOG_LINE_MAX + 64];
    char now[TIME_TEXT_SIZE];
    int n;
    time_text_print((int64_t)time(NULL), now);
    const char *begin = atomic_exchange(&log->torn, false) ? "\n" : "";
    if (log->is_journals)
        n = snprintf(bytes, sizeof bytes, "%s<%d>%s\n", begin, priorities[level], text);
    else
        n = snprintf(bytes, sizeof bytes, "%s%s %s %s\n", begin, now, log_level_names[level], text);
    const ssize_t written = write(log->fd, bytes, (size_t)n);
    if (written == n)
        return true;
    if (written > 0 || begin[0])
        atomic_store(&log->torn, true);
    return false;
}

static bool hand_over(struct log *log, enum log_level level, const char *text)
{
    switch (log->target) {
    case LOG_NOWHERE:
        return true;
    case LOG_JOURNAL:
        return to_journal(log, level, text);
    case LOG_SYSLOG:
        return to_syslog(log, level, text);
    case LOG_STDERR:
    case LOG_FILE:
        return to_file(log, level, text);
    }
    return true;
}

static void tell_lost(struct log *log)
{
    const unsigned lost = atomic_exchange(&log->lost, 0);
    char text[64];
    snprintf(text, sizeof text, "log lost=%u", lost);
    if (lost > 0 && !hand_over(log, LOG_WARNING, text))
        atomic_fetch_add(&log->lost, lost);
}

void log_line(struct log *log, enum log_level level, const char *event, const char *fmt, ...)
{
    if (level < log->least || log->target == LOG_NOWHERE)
        return;
    const int kept = errno;
    char raw[2 * LOG_LINE_MAX];
    char text[LOG_LINE_MAX];
    const int head = snprintf(raw, sizeof raw, "%.60s ", event);
    va_list ap;
    va_start(ap, fmt);
    const int body = vsnprintf(raw + head, sizeof raw - (size_t)head, fmt, ap);
    va_end(ap);
    size_t len = (size_t)head + (body > 0 ? (size_t)body : 0);
    const bool too_long = len >= sizeof text - sizeof CUT;
    (void)text_clean_to(text, sizeof text - sizeof CUT, raw,
                        len < sizeof raw ? len : sizeof raw - 1);
    len = strlen(text);
    while (len > 0 && text[len - 1] == ' ')
        text[--len] = '\0';
    if (too_long)
        memcpy(text + len, CUT, sizeof CUT);
    if (atomic_load(&log->lost) > 0)
        tell_lost(log);
    if (!hand_over(log, level, text))
        atomic_fetch_add(&log->lost, 1);
    errno = kept;
}
