/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The log of pupitred: one line an event, UTC time and level first.
 *
 * Callers write names of operations, codes, ids and counts, never names of people, numbers, tokens
 * or what a body held. Any thread may write: a line is one write(2) to a descriptor opened for
 * appending. */

#include "core/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };
#define LOG_LEVEL_COUNT (LOG_ERROR + 1)

struct log {
    int fd;
    enum log_level least; /* lines below it are not written */
};

/* Open FILE (made with mode 0600, appended to) or "stderr". ERR_IO. */
enum err_code log_open(struct log *log, const char *where, struct err *err) MUSTCHECK;
void log_close(struct log *log);

/* Write "TIME LEVEL EVENT text". Control characters in the text become '?'. */
void log_line(const struct log *log, enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
