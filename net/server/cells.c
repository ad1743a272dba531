/* SPDX-License-Identifier: Apache-2.0 */
/* Cells in sets of four. */

#include "net/server/cells.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct cells {
    uint8_t key[crypto_generichash_KEYBYTES];
    size_t n_sets;
    struct cell at[];
};

struct cells *cells_new(size_t n)
{
    struct cells *c = calloc(1, sizeof *c + n * sizeof c->at[0]);
    if (c) {
        c->n_sets = n / CELLS_WAYS;
        randombytes_buf(c->key, sizeof c->key);
    }
    return c;
}

struct cells *cells_free(struct cells *c)
{
    free(c);
    return NULL;
}

static struct cell *set_of(struct cells *c, char kind, const char *a, const char *b,
                           uint8_t ret_hash[16])
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, c->key, sizeof c->key, 16);
    (void)crypto_generichash_update(&state, (const unsigned char *)&kind, 1);
    (void)crypto_generichash_update(&state, (const unsigned char *)a, strlen(a) + 1);
    (void)crypto_generichash_update(&state, (const unsigned char *)b, strlen(b) + 1);
    (void)crypto_generichash_final(&state, ret_hash, 16);
    uint32_t number;
    memcpy(&number, ret_hash, sizeof number);
    return &c->at[number % c->n_sets * CELLS_WAYS];
}

static struct cell *find_in(struct cell *set, const uint8_t hash[16])
{
    for (int i = 0; i < CELLS_WAYS; i++)
        if (set[i].is_taken && memcmp(set[i].hash, hash, 16) == 0)
            return &set[i];
    return NULL;
}

struct cell *cells_find(struct cells *c, char kind, const char *a, const char *b)
{
    uint8_t hash[16];
    struct cell *set = set_of(c, kind, a, b, hash);
    return find_in(set, hash);
}

/* Does x go before y? */
static bool is_lesser(const struct cell *x, const struct cell *y)
{
    if (x->is_taken != y->is_taken)
        return !x->is_taken;
    if (x->is_worth != y->is_worth)
        return !x->is_worth;
    return x->used_ms < y->used_ms;
}

struct cell *cells_take(struct cells *c, char kind, const char *a, const char *b, int64_t now_ms)
{
    uint8_t hash[16];
    struct cell *set = set_of(c, kind, a, b, hash);
    struct cell *cell = find_in(set, hash);
    if (!cell) {
        cell = &set[0];
        for (int i = 1; i < CELLS_WAYS; i++)
            if (is_lesser(&set[i], cell))
                cell = &set[i];
        *cell = (struct cell){.is_taken = true, .at_ms = now_ms};
        memcpy(cell->hash, hash, sizeof cell->hash);
    }
    cell->used_ms = now_ms;
    return cell;
}
