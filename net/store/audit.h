/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of the audit log share: how a chain begins, and how an entry follows another. */

#include <stdbool.h>

#include "net/store/internal.h"
#include "net/store/store_admin.h"
#include "net/store/store_audit.h"

#define AUDIT_HASH_BYTES 32

/* Not keyed: the first entry's hash is over it. Chain 1 begins with zeros, as it did when there was
 * no other. */
void audit_genesis(int64_t chain, const char *writer, int64_t begun_utc_s,
                   uint8_t ret[AUDIT_HASH_BYTES]);

/* A text and how long it is: one that was changed may hold anything. */
struct audit_text {
    const void *p;
    size_t len;
};

/* The hash of an entry after the hash before it. ret may be previous. */
void audit_hash(const uint8_t *key, int64_t chain, int64_t seq, const struct store_audit *e,
                struct audit_text action, struct audit_text subject,
                const uint8_t previous[AUDIT_HASH_BYTES], uint8_t ret[AUDIT_HASH_BYTES]);
