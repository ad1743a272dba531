/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* From an id (positive) to whatever belongs to it: a hash table with open addressing.
 *
 * The table does not own its values. Ids come from our own database, so the hash needs no
 * secret. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct id_map {
    struct id_slot {
        int64_t id; /* 0 = free */
        void *value;
    } * slots;
    size_t cap; /* a power of two, or 0 */
    size_t n;
};

/* The value of an id, or NULL. */
void *id_map_get(const struct id_map *map, int64_t id);
/* Put a value under an id that is not in the table. False: out of memory, nothing changed. */
bool id_map_put(struct id_map *map, int64_t id, void *value);
/* Take an id out; nothing happens when it is not there. */
void id_map_remove(struct id_map *map, int64_t id);
/* The next value after *cursor (0 at first), or NULL at the end. The table must not change. */
void *id_map_next(const struct id_map *map, size_t *cursor);
/* Free the table, not the values. */
void id_map_deinit(struct id_map *map);
