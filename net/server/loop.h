/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The event loop of pupitred: epoll, level triggered.
 *
 * Sources live in their owners' structs; a source may be removed, and its owner freed, from inside
 * any callback, also while its own event of this turn still waits. */

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

struct loop_source {
    int fd; /* -1 = not in the loop */
    void (*ready)(void *arg, uint32_t events);
    void *arg;
};

struct loop;

struct loop *loop_new(struct err *err);
struct loop *loop_free(struct loop *loop);

/* Watch source->fd for epoll events (EPOLLIN …). The source is borrowed until loop_remove. */
enum err_code loop_add(struct loop *loop, struct loop_source *source, uint32_t events,
                       struct err *err) MUSTCHECK;
/* Stop watching; the descriptor stays open. Sets source->fd to -1. */
void loop_remove(struct loop *loop, struct loop_source *source);

/* Called before each wait; returns how long it may take in ms, -1 = until something happens. */
typedef int (*loop_before_wait)(void *arg);

/* Turn until loop_stop. */
void loop_run(struct loop *loop, loop_before_wait before, void *arg);
void loop_stop(struct loop *loop);
