/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the service manager is told (sd_notify(3)): that it serves, how it is, that it stops; and
 * the watchdog, which is fed from the loop, and only while the writer lives, too. Without a manager
 * (NOTIFY_SOCKET) nothing happens. */

#include <stdbool.h>
#include <stdint.h>

struct notify {
    int64_t watchdog_ms; /* fed more often than this; 0 = nobody waits */
    int64_t fed_ms;
    bool was_slow;
};

void notify_init(struct notify *n);
void notify_ready(const char *address);
void notify_reloading(void);
void notify_stopping(void);
/* Once a second; is_slow: the writer does not answer. */
void notify_tick(struct notify *n, int64_t now_ms, bool is_slow);
