/* SPDX-License-Identifier: Apache-2.0 */
/* The throttle: a direct-mapped table of four ways, so that looking up and forgetting cost the same
 * whatever somebody sends. */

#include "net/server/throttle.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 4
#define SETS (THROTTLE_NAMES / WAYS)
#define NAME_BYTES 16

struct name {
    uint8_t hash[NAME_BYTES];
    unsigned failures; /* 0 = free */
    int64_t last_s;
};

struct throttle {
    uint8_t key[crypto_generichash_KEYBYTES];
    struct name names[SETS][WAYS];
};

struct throttle *throttle_new(void)
{
    struct throttle *t = calloc(1, sizeof *t);
    if (t)
        randombytes_buf(t->key, sizeof t->key);
    return t;
}

struct throttle *throttle_free(struct throttle *t)
{
    free(t);
    return NULL;
}

static struct name *set_of(struct throttle *t, const char *login, uint8_t ret_hash[NAME_BYTES])
{
    crypto_generichash(ret_hash, NAME_BYTES, (const unsigned char *)login, strlen(login), t->key,
                       sizeof t->key);
    const size_t set = ((size_t)ret_hash[0] | (size_t)ret_hash[1] << 8) % SETS;
    return t->names[set];
}

static struct name *find(struct name *set, const uint8_t hash[NAME_BYTES])
{
    for (int i = 0; i < WAYS; i++)
        if (set[i].failures && memcmp(set[i].hash, hash, NAME_BYTES) == 0)
            return &set[i];
    return NULL;
}

/* A free place of the set, else the one whose last try is longest ago. */
static struct name *oldest(struct name *set)
{
    struct name *old = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (!set[i].failures)
            return &set[i];
        if (set[i].last_s < old->last_s)
            old = &set[i];
    }
    return old;
}

static int wait_after(unsigned failures)
{
    if (failures < THROTTLE_FREE)
        return 0;
    int wait_s = 1;
    for (unsigned i = THROTTLE_FREE; i < failures && wait_s < THROTTLE_WAIT_MAX_S; i++)
        wait_s *= 2;
    return wait_s < THROTTLE_WAIT_MAX_S ? wait_s : THROTTLE_WAIT_MAX_S;
}

int throttle_try(struct throttle *t, const char *login, int64_t now_s)
{
    uint8_t hash[NAME_BYTES];
    struct name *set = set_of(t, login, hash);
    struct name *name = find(set, hash);
    if (name && now_s - name->last_s > THROTTLE_FORGET_S)
        name->failures = 0;
    if (!name || !name->failures) {
        name = name ? name : oldest(set);
        memcpy(name->hash, hash, NAME_BYTES);
        name->failures = 0;
    }
    const int64_t left_s = name->last_s + wait_after(name->failures) - now_s;
    if (name->failures && left_s > 0)
        return (int)left_s;
    name->failures++;
    name->last_s = now_s;
    return 0;
}

void throttle_success(struct throttle *t, const char *login)
{
    uint8_t hash[NAME_BYTES];
    struct name *name = find(set_of(t, login, hash), hash);
    if (name)
        name->failures = 0;
}
