/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The audit log as a whole: its chains, its checkpoints, and the proof that it is as it was
 * written.
 *
 * Each process that writes entries has a chain of its own, so that several can write at once. An
 * entry's hash is keyed and over the hash before it: whoever changes, adds or takes away an entry
 * without the key breaks the chain there. Taking away the newest entries, or a whole chain, breaks
 * nothing; that is what checkpoints are for: where all chains ended at one instant, signed
 * (Ed25519). They are stored, and copies should be kept elsewhere: a database that somebody put
 * back to an earlier state fails against a copy. */

#include "core/buf.h"
#include "net/store/store.h"

/* Who writes: "pupitred@host". Copied; once, after opening. Without it: "local". */
#define STORE_WRITER_SIZE 129
void store_audit_writer(struct store *st, const char *program, const char *host);

struct store_audit_report {
    int64_t entries;     /* that are right */
    int64_t chains;      /* that have entries */
    int64_t checkpoints; /* that are right; one from outside counts */
    /* The first thing that is broken; 0 = nothing. A checkpoint that is itself broken has no chain.
     */
    int64_t broken_chain;
    int64_t broken_seq;
    int64_t broken_checkpoint;
    bool unsigned_long; /* there is no checkpoint, though pupitred should have made one since */
};
/* pupitred signs where the log stands when so much was written since, or so long ago. */
#define STORE_CHECKPOINT_ENTRIES 10000
#define STORE_CHECKPOINT_AGE_S 900

/* Walk all chains and hold them against all checkpoints, and against one that was kept elsewhere
 * (text as store_checkpoint_print gave it; NULL = none). ERR_STATE: something is broken; *ret and
 * the sentence name it. ERR_INVALID: the text is no checkpoint; ERR_FORBIDDEN: it is not of this
 * database, or not signed by one of its keys. */
enum err_code store_audit_verify_all(struct store *st, const char *outside, size_t outside_len,
                                     struct store_audit_report *ret, struct err *err) MUSTCHECK;

/* Make a checkpoint, inside a transaction. note: one line more of its text, NULL = none.
 * *ret_number: its number. */
enum err_code store_checkpoint_make(struct store *st, int64_t now_utc_s, const char *note,
                                    int64_t *ret_number, struct err *err) MUSTCHECK;
/* Make one when the last one is older than age_s and entries came since, or when there are more
 * than entries since; *ret_number 0: not yet. */
enum err_code store_checkpoint_due(struct store *st, int64_t now_utc_s, int64_t age_s,
                                   int64_t entries, int64_t *ret_number, struct err *err) MUSTCHECK;
/* Its text with the signature in the last line. ERR_NOT_FOUND. */
enum err_code store_checkpoint_print(struct store *st, int64_t number, struct buf *out,
                                     struct err *err) MUSTCHECK;

/* The public key that checkpoints and certificates are signed with now: 32 bytes. */
#define STORE_PUBLIC_KEY_BYTES 32
void store_public_key(const struct keys *k, unsigned char ret[STORE_PUBLIC_KEY_BYTES]);
