/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A line of the log as an entry of systemd's journal (systemd.io/JOURNAL_NATIVE_PROTOCOL). */

#include <stddef.h>

#include "net/host/log.h"

#define LOG_JOURNAL_MAX (3 * LOG_LINE_MAX)

/* Print the fields MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, SYSLOG_PID, PUPITRE_EVENT, and PUPITRE_KEY
 * for each key=value of the text ("EVENT key=value …", one line). Returns the bytes. */
size_t log_journal_format(char ret[LOG_JOURNAL_MAX], const char *program, int priority,
                          const char *text);
