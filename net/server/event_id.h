/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Ids of events: which process, which event of it, and a keyed hash of the figures that the reader
 * has by then. Whoever comes back with one is not told again what has not changed; an id of another
 * process (a restart, another node) or of no form of ours is as good as none. An id is never given
 * twice and never goes back. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENT_ID_SIZE 64
#define EVENT_EPOCH_SIZE 33

struct event_ids {
    char epoch[EVENT_EPOCH_SIZE]; /* drawn at the start */
    uint8_t key[32];
    uint64_t n;
};

/* sodium_init must have been called. */
void event_ids_init(struct event_ids *ids);

/* The hash of the queues' figures (a QueueList as text); how long somebody waits does not count. */
uint64_t event_figures(const struct event_ids *ids, const char *text, size_t len);
/* The next id, for a reader who has these figures. */
void event_id_next(struct event_ids *ids, uint64_t figures, char ret[EVENT_ID_SIZE]);
/* Does this id say that its reader has these figures? NULL and "": no. */
bool event_id_has(const struct event_ids *ids, const char *id, uint64_t figures);
