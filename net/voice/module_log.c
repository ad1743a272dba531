/* SPDX-License-Identifier: Apache-2.0 */
/* What baresip, libre and the sound libraries say, on its way to the desk's log: without the
 * numbers and names that SIP addresses hold (everything from "sip:" to the next space, long runs of
 * digits), and in plain ASCII, because somebody will look at it on a terminal.
 *
 * baresip's log has a handler for that. But libre writes to standard error itself, with whatever a
 * stranger sent: "unhandeled request from ...". So both outputs of the process lead here first. */

#include "net/voice/module.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <re_main.h>

#define PART_MAX 1024

/* ret: as long as the text, and not ended by a NUL. */
static size_t clean(const char *text, size_t len, char *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        const char *p = text + i;
        const size_t digits = strspn(p, "+0123456789");
        if (strncmp(p, "sip:", 4) == 0 || strncmp(p, "sips:", 5) == 0 || digits >= 5) {
            ret[n++] = '*';
            i += digits >= 5 ? digits : strcspn(p, " \r\n");
        } else {
            ret[n++] = *p == '\n' || (*p >= ' ' && *p < 0x7f) ? *p : '?';
            i++;
        }
    }
    return n;
}

static void on_said(int flags, void *arg)
{
    (void)flags;
    const struct module *m = arg;
    char text[PART_MAX + 1], line[PART_MAX];
    const ssize_t n = read(m->said[0], text, PART_MAX);
    if (n <= 0)
        return;
    text[n] = '\0';
    (void)!write(m->said[1], line, clean(text, (size_t)n, line));
}

/* Warnings only. */
static void on_log(uint32_t level, const char *msg)
{
    const size_t len = strlen(msg);
    if (level >= BARESIP_LOG_WARN)
        (void)fprintf(stderr, "baresip: %s%s", msg, len && msg[len - 1] == '\n' ? "" : "\n");
}

void module_log_open(struct module *m)
{
    int ends[2];
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    m->log.h = on_log;
    log_register_handler(&m->log);
    if (null >= 0) {
        (void)dup2(null, STDOUT_FILENO); /* a line a second while somebody is on hold, say */
        (void)close(null);
    }
    /* Full, it loses words: nobody waits for a log. */
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    m->said[0] = ends[0];
    m->said[1] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (m->said[1] >= 0 && fd_listen(m->said[0], FD_READ, on_said, m) == 0)
        (void)dup2(ends[1], STDERR_FILENO);
    (void)close(ends[1]);
}

void module_log_close(struct module *m)
{
    if (m->log.h)
        log_unregister_handler(&m->log);
    if (m->said[0] < 0)
        return;
    fd_close(m->said[0]);
    if (m->said[1] >= 0) {
        (void)dup2(m->said[1], STDERR_FILENO);
        (void)close(m->said[1]);
    }
    (void)close(m->said[0]);
    m->said[0] = m->said[1] = -1;
}
