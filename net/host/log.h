/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The log of a program: one line an event, "EVENT key=value key=value".
 *
 * Where it goes is a setting: "stderr", "journal" (systemd-journald), "syslog" (whoever serves
 * /dev/log), or the path of a file. The journal and files know the time; stderr does too, unless it
 * is the journal's own (JOURNAL_STREAM), where a line begins with its priority instead.
 *
 * Callers write names of operations, codes, ids and counts, never names of people, numbers, tokens
 * or what a body held. Whatever comes, control characters are not written, and a line ends after
 * LOG_LINE_MAX bytes.
 *
 * Nothing waits for a log and nothing ends for want of it: a line that cannot be written now (a
 * full disk, a journal that is away) is counted, and the next one that can be is preceded by "log
 * lost=N". Any thread may write: a line is one system call. */

#include <stdatomic.h>
#include <stdbool.h>

#include "core/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };
#define LOG_LEVEL_COUNT (LOG_ERROR + 1)

/* For a row of settings: the levels in the order of the enum, and the words that are no path. Both
 * end in NULL. */
extern const char *const log_level_names[LOG_LEVEL_COUNT + 1];
extern const char *const log_target_names[];

#define LOG_LINE_MAX 1024
#define LOG_PATH_MAX 256

struct log {
    enum { LOG_NOWHERE, LOG_STDERR, LOG_JOURNAL, LOG_SYSLOG, LOG_FILE } target;
    int fd;                  /* -1 = none */
    enum log_level least;    /* lines below it are not written */
    const char *program;     /* borrowed */
    char path[LOG_PATH_MAX]; /* of the file or the socket */
    bool is_journals;        /* stderr leads to the journal */
    atomic_uint lost;        /* lines since the last that was written */
    atomic_bool torn;        /* the file ends in a part of a line */
};

/* Open it. A file is made with mode 0600 and appended to; it is refused when it is a link, no
 * regular file or terminal, or somebody else's. where NULL: nothing is logged. Errors: ERR_IO, with
 * the target in the sentence; the log writes nothing then. */
enum err_code log_open(struct log *log, const char *program, const char *where,
                       struct err *err) MUSTCHECK;
/* The same with other sockets than /run/systemd/journal/socket and /dev/log. */
enum err_code log_open_at(struct log *log, const char *program, const char *where,
                          const char *journal, const char *syslog, struct err *err) MUSTCHECK;
/* A file that was moved away (logrotate) is made anew at its path; on an error the old one goes on
 * being written to, and says so. Other targets need none. */
void log_reopen(struct log *log);
void log_close(struct log *log);

/* Write one line. event is a word of ours. */
void log_line(struct log *log, enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
