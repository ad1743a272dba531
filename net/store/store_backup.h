/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A copy of the database for bad days, and what has to happen when one is put back.
 *
 * A backup is one SQLite file in rollback mode: no -wal beside it is part of it. It holds
 * everything that the database held at one instant, sealed as there; the master key is not in it.
 *
 * When an older state comes back, tokens that were ended since would be good again, and ids that
 * were given since would be given to somebody else, while desks and journals still hold them. So
 * store_restored ends every session, and lets every id that is known outside go on
 * STORE_RESTORE_STEP higher: more than can have been given since. */

#include "net/store/store.h"

/* 33,000 hours of 2,000 agents; 9 million restores fit into the integers of JSON. */
#define STORE_RESTORE_STEP 1000000000

/* Called between the steps of a copy, in pages. False: give up (ERR_STATE). */
typedef bool store_progress(void *arg, int64_t done, int64_t all);

/* Copy the database as it is at this instant into an empty file at path (made by the caller, mode
 * 0600), while others read and write; what they write meanwhile is not in it, and stays in the -wal
 * until the copy is done. Pauses between the steps. The file is not synced. Call it outside of a
 * transaction. Errors: ERR_STORE (the disk is full, say), ERR_STATE. */
enum err_code store_backup(struct store *st, const char *path, store_progress *progress, void *arg,
                           struct err *err) MUSTCHECK;

/* Ask now and then, while the store is at work, whether to go on; else what it does fails with
 * ERR_UNAVAILABLE. */
typedef bool store_go_on(void *arg);
void store_watch(struct store *st, store_go_on *go_on, void *arg);

struct store_facts {
    int schema;
    int64_t audit_entries;
    int64_t last_utc_s; /* of the last audit entry; 0 = none */
};

/* Is it whole, of a schema that this program knows, with this key and its audit log as it was
 * written? Reads everything, changes nothing. Errors: ERR_INVALID (damaged, or no database of
 * Pupitre), ERR_STATE (a newer schema), ERR_FORBIDDEN (another key). */
enum err_code store_verify(struct store *st, struct store_facts *ret, struct err *err) MUSTCHECK;

/* Does every sealed field open? On the newest schema. Errors: ERR_INVALID, with the table and the
 * number of the first that does not. */
enum err_code store_sealed_verify(struct store *st, struct err *err) MUSTCHECK;

/* Schema and key alone, quickly. */
enum err_code store_check(struct store *st, struct err *err) MUSTCHECK;

/* Make the database one file: the -wal is written back and goes. Errors: ERR_UNAVAILABLE (somebody
 * else has it open), ERR_STORE. */
enum err_code store_settle(struct store *st, struct err *err) MUSTCHECK;

/* PostgreSQL: the schema that the URL leads to, which is the whole database to us. */
#define STORE_SCHEMA_SIZE 64
enum err_code store_schema_name(const char *url, char ret[STORE_SCHEMA_SIZE],
                                struct err *err) MUSTCHECK;
/* Make room for a backup: what is there gets the name `aside`. *ret_had: something was. Errors:
 * ERR_CONFLICT (something is, and it may not be replaced), ERR_UNAVAILABLE (it is in use). */
enum err_code store_schema_aside(const char *url, bool replace, const char *aside, bool *ret_had,
                                 struct err *err) MUSTCHECK;
/* Undo that: what is there now goes. */
enum err_code store_schema_back(const char *url, const char *aside, bool had,
                                struct err *err) MUSTCHECK;

/* In a transaction, on the newest schema: see above. *ret_sessions: how many were ended. */
enum err_code store_restored(struct store *st, int64_t now_utc_s, int64_t *ret_sessions,
                             struct err *err) MUSTCHECK;
