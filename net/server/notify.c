/* SPDX-License-Identifier: Apache-2.0 */
/* The service manager's socket, as sd_notify(3) describes it. libsystemd's own function waits when
 * nobody reads there, and a manager that is frozen would freeze us: here a message is dropped then.
 * None of them is a reason to stop serving. */

#include "net/server/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/text.h"

#define SERVES "STATUS=serving"
#define SLOW "STATUS=the database does not answer"

/* A path, or '@' and a name of the abstract kind. */
static socklen_t manager_address(struct sockaddr_un *ret)
{
    const char *name = getenv("NOTIFY_SOCKET");
    const size_t len = name ? strlen(name) : 0;
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (len < 2 || len >= sizeof ret->sun_path || (name[0] != '/' && name[0] != '@'))
        return 0;
    memcpy(ret->sun_path, name, len);
    if (name[0] == '@')
        ret->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

static void say(const char *text)
{
    struct sockaddr_un to;
    const socklen_t to_len = manager_address(&to);
    const int fd = to_len ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
    if (fd < 0)
        return;
    (void)sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&to, to_len);
    close(fd);
}

/* WATCHDOG_USEC, unless it is meant for another process. */
static int64_t watchdog_ms(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    int64_t n = 0;
    if (pid && (!text_to_int(pid, strlen(pid), 1, INT32_MAX, &n) || n != getpid()))
        return 0;
    return usec && text_to_int(usec, strlen(usec), 1000, INT64_MAX, &n) ? n / 1000 : 0;
}

void notify_init(struct notify *n)
{
    *n = (struct notify){.watchdog_ms = watchdog_ms()};
}

void notify_ready(const char *address)
{
    char text[128];
    snprintf(text, sizeof text, "READY=1\n" SERVES " on %s", address);
    say(text);
}

void notify_reloading(void)
{
    char text[64];
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000);
    say(text);
}

void notify_stopping(void)
{
    say("STOPPING=1\nSTATUS=finishing what was accepted");
}

void notify_tick(struct notify *n, int64_t now_ms, bool is_slow)
{
    if (is_slow != n->was_slow)
        say(is_slow ? SLOW : SERVES);
    n->was_slow = is_slow;
    if (!n->watchdog_ms || is_slow || (n->fed_ms && now_ms - n->fed_ms < n->watchdog_ms / 4))
        return;
    n->fed_ms = now_ms;
    say("WATCHDOG=1");
}
