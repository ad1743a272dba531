/* SPDX-License-Identifier: Apache-2.0 */
/* "EPOCH-N-FIGURES", in hexadecimal. */

#define _GNU_SOURCE /* memmem */

#include "net/server/event_id.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define WAIT "\"longest_wait_s\":"

void event_ids_init(struct event_ids *ids)
{
    uint8_t epoch[(EVENT_EPOCH_SIZE - 1) / 2];
    *ids = (struct event_ids){0};
    randombytes_buf(ids->key, sizeof ids->key);
    randombytes_buf(epoch, sizeof epoch);
    sodium_bin2hex(ids->epoch, sizeof ids->epoch, epoch, sizeof epoch);
}

uint64_t event_figures(const struct event_ids *ids, const char *text, size_t len)
{
    static const size_t wait_len = sizeof WAIT - 1;
    crypto_generichash_state state;
    uint8_t hash[16];
    uint64_t ret;
    (void)crypto_generichash_init(&state, ids->key, sizeof ids->key, sizeof hash);
    for (const char *at = text, *end = text + len; at < end;) {
        const char *wait = memmem(at, (size_t)(end - at), WAIT, wait_len);
        const char *stop = wait ? wait + wait_len : end;
        (void)crypto_generichash_update(&state, (const unsigned char *)at, (size_t)(stop - at));
        while (stop < end && *stop >= '0' && *stop <= '9')
            stop++;
        at = stop;
    }
    (void)crypto_generichash_final(&state, hash, sizeof hash);
    memcpy(&ret, hash, sizeof ret);
    return ret;
}

void event_id_next(struct event_ids *ids, uint64_t figures, char ret[EVENT_ID_SIZE])
{
    snprintf(ret, EVENT_ID_SIZE, "%s-%" PRIx64 "-%" PRIx64, ids->epoch, ++ids->n & 0xffffffffffff,
             figures);
}

bool event_id_has(const struct event_ids *ids, const char *id, uint64_t figures)
{
    const size_t epoch_len = EVENT_EPOCH_SIZE - 1;
    char end[24];
    if (!id || strlen(id) >= EVENT_ID_SIZE || strncmp(id, ids->epoch, epoch_len) != 0 ||
        id[epoch_len] != '-')
        return false;
    const char *last = strrchr(id, '-');
    snprintf(end, sizeof end, "-%" PRIx64, figures);
    return last > id + epoch_len && strcmp(last, end) == 0;
}
