/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The text of a checkpoint, for those who hold the log against it. Lines of one fact each:
 *
 *     pupitre-checkpoint 1
 *     database <32 hex digits>
 *     number 12
 *     at 2026-11-26T12:00:00Z
 *     key <id> <public key, 64 hex digits>
 *     previous <BLAKE2b-256 of the text before it, 64 hex digits; zeros for the first>
 *     chain <number> <last entry> <its hash, 64 hex digits> <writer>
 *     …
 *     note <…>, when there is one */

#include "net/store/audit.h"

struct checkpoint_head {
    int64_t chain;
    int64_t seq;
    uint8_t hash[AUDIT_HASH_BYTES];
    char writer[STORE_WRITER_SIZE];
};

struct checkpoint {
    char database[33];
    int64_t number;
    int64_t at_utc_s;
    uint32_t key_id;
    uint8_t previous[AUDIT_HASH_BYTES];
    const char *heads; /* the first line of a chain, in the text; borrowed */
    const char *end;
};

/* False: not a checkpoint. */
bool checkpoint_read(const char *text, size_t len, struct checkpoint *ret);
/* The chains one after the other. False: no more (or the line is none of a chain). */
bool checkpoint_next(struct checkpoint *c, struct checkpoint_head *ret);
