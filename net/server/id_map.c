/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing; removal moves the followers back (Knuth 6.4, algorithm R),
 * so there are no tombstones. */

#include "net/server/id_map.h"

#include <stdlib.h>

#define CAP_MIN 64

static size_t hash_of(int64_t id)
{
    const uint64_t h = (uint64_t)id * 0x9e3779b97f4a7c15u; /* Knuth 6.4, multiplicative */
    return (size_t)(h ^ (h >> 32));
}

static size_t find(const struct id_map *map, int64_t id)
{
    size_t i = hash_of(id) & (map->cap - 1);
    while (map->slots[i].id && map->slots[i].id != id)
        i = (i + 1) & (map->cap - 1);
    return i;
}

static bool grow(struct id_map *map)
{
    const size_t cap = map->cap ? map->cap * 2 : CAP_MIN;
    struct id_slot *slots = calloc(cap, sizeof *slots);
    if (!slots)
        return false;
    struct id_map bigger = {.slots = slots, .cap = cap, .n = map->n};
    for (size_t i = 0; i < map->cap; i++)
        if (map->slots[i].id)
            slots[find(&bigger, map->slots[i].id)] = map->slots[i];
    free(map->slots);
    *map = bigger;
    return true;
}

void *id_map_get(const struct id_map *map, int64_t id)
{
    return map->cap ? map->slots[find(map, id)].value : NULL;
}

bool id_map_put(struct id_map *map, int64_t id, void *value)
{
    if ((map->n + 1) * 4 > map->cap * 3 && !grow(map))
        return false;
    map->slots[find(map, id)] = (struct id_slot){id, value};
    map->n++;
    return true;
}

void id_map_remove(struct id_map *map, int64_t id)
{
    if (!map->cap)
        return;
    const size_t mask = map->cap - 1;
    size_t hole = find(map, id);
    if (!map->slots[hole].id)
        return;
    map->n--;
    for (size_t i = (hole + 1) & mask; map->slots[i].id; i = (i + 1) & mask) {
        const size_t home = hash_of(map->slots[i].id) & mask;
        /* Stays when its home lies cyclically in (hole, i]. */
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        map->slots[hole] = map->slots[i];
        hole = i;
    }
    map->slots[hole] = (struct id_slot){0};
}

void *id_map_next(const struct id_map *map, size_t *cursor)
{
    while (*cursor < map->cap) {
        const struct id_slot *slot = &map->slots[(*cursor)++];
        if (slot->id)
            return slot->value;
    }
    return NULL;
}

void id_map_deinit(struct id_map *map)
{
    free(map->slots);
    *map = (struct id_map){0};
}
