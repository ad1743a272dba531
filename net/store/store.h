/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What pupitred and pupitrectl keep: one database, of SQLite or PostgreSQL, people in it encrypted.
 *
 * One thread at a time. Operations (store_agent.h, store_offer.h, store_call.h, store_list.h,
 * store_admin.h) never begin or commit: the caller puts them between store_begin and store_commit,
 * many jobs in one transaction, a savepoint around each, so that one failed job undoes itself only.
 * A job that returned an error must be rolled back to its savepoint. Reading needs no transaction.
 *
 * Ids are positive integers here and decimal strings outside. Instants are UTC seconds. Every
 * statement that reads people names the region of the one who asks. Errors of all operations, where
 * not said otherwise: ERR_STORE (the database failed, is locked or full), ERR_NOMEM; outputs are
 * written on success only. Sentences hold no personal data. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent_role.h"
#include "core/err.h"
#include "core/person.h"
#include "core/queue.h"
#include "core/service.h"

struct keys;
struct store;

#define STORE_TOKEN_SIZE 44 /* 32 bytes as base64url without padding, NUL */
#define STORE_LOGIN_SIZE 65
#define STORE_AGENT_NAME_SIZE 256
#define STORE_AGENT_LANGUAGES 8
#define STORE_FULL_NAME_SIZE (2 * RECORD_BYTES(RECORD_NAME_CHARS))
#define STORE_AGENT_EMPLOYER_SIZE 256

/* Who asks: from store_session_find. */
struct store_actor {
    int64_t session_id;
    int64_t agent_id;
    enum region region;
    enum agent_role role;
    struct queue_names services; /* the first is shown while the agent holds nobody */
};

/* A calling day (core/hours.h): interactions of today, callbacks of today. */
struct store_day {
    int64_t start_utc_s;
    int64_t next_utc_s; /* when the next calling day opens; 0 = unknown */
};

enum store_mode {
    STORE_OPEN,   /* the database must be there */
    STORE_CREATE, /* make it (0600) when it is not */
    STORE_READ,   /* it must be there, and nothing is changed */
};

/* Open DIR/pupitre.db. keys is borrowed until store_close. Does not migrate.
 * Errors: ERR_NOT_FOUND (no database; STORE_OPEN only), ERR_IO, ERR_STORE. */
enum err_code store_open(const char *dir, const struct keys *keys, enum store_mode mode,
                         struct store **ret, struct err *err) MUSTCHECK;
/* The same for a file of any name. */
enum err_code store_open_file(const char *path, const struct keys *keys, enum store_mode mode,
                              struct store **ret, struct err *err) MUSTCHECK;
/* The same in PostgreSQL: postgresql://[USER@]HOST[:PORT]/DATABASE or what else libpq takes.
 * Several processes may write to it at the same time. STORE_CREATE: the database is there and may
 * be empty. Errors: ERR_UNAVAILABLE (it does not answer), ERR_FORBIDDEN (it does not let us in),
 * ERR_NOT_FOUND (it is empty; not with STORE_CREATE), ERR_STORE. */
enum err_code store_open_url(const char *url, const struct keys *keys, enum store_mode mode,
                             struct store **ret, struct err *err) MUSTCHECK;
/* Is this the URL of a PostgreSQL database? NULL is not. */
bool store_is_url(const char *where);
/* The rule that a URL on a command line or in a file breaks (marked for gettext); NULL = none. */
const char *store_url_fault(const char *url);
struct store *store_close(struct store *st);

/* Bring the schema forward, each migration in its own transaction. Call it outside of one, before
 * anything else. Errors: ERR_STATE when the schema is newer than this program; ERR_FORBIDDEN when
 * the key is not that of this database. */
enum err_code store_migrate(struct store *st, int64_t now_utc_s, struct err *err) MUSTCHECK;
/* The version of the schema in the file (0 = empty), and the newest one that this program knows. */
int store_schema_version(struct store *st);
int store_schema_newest(void);

/* Transactions. begin takes the write lock at once (waits for another process up to the busy
 * timeout, then ERR_UNAVAILABLE); after commit returned ERR_OK the data are on the disk. */
enum err_code store_begin(struct store *st, struct err *err) MUSTCHECK;
enum err_code store_commit(struct store *st, struct err *err) MUSTCHECK;
void store_rollback(struct store *st);
/* After an error: nothing was kept, and the same may go well when it is tried again: two waited for
 * each other, or the database was away. Holds until the next store_begin or store_savepoint. Never
 * in SQLite. */
bool store_should_retry(const struct store *st);
/* Inside a transaction. ERR_STORE: there is none, or SQLite has given it up (a disk that fails). */
enum err_code store_savepoint(struct store *st, struct err *err) MUSTCHECK;
enum err_code store_release_savepoint(struct store *st, struct err *err) MUSTCHECK;
/* Undo what was done since the savepoint, and drop it. */
void store_rollback_to(struct store *st);

/* The wall clock was moved by so many seconds since the last transaction. Deadlines of offers,
 * sessions, leases of numbers, and since when something goes on are times to go: they move with it.
 * What was agreed as an instant (callbacks, when somebody may be called again) and what happened
 * (audit, finished calls) stays. Inside a transaction. */
enum err_code store_clock_moved(struct store *st, int64_t by_s, struct err *err) MUSTCHECK;

/* The newest loaded definition of a service. Borrowed: until the next call with the same store.
 * (Loading a new version with pupitrectl takes effect without a restart.)
 * Errors: ERR_NOT_FOUND, ERR_INVALID when what is stored cannot be read. */
enum err_code store_service(struct store *st, const char *service_id, const struct service **ret,
                            struct err *err) MUSTCHECK;

/* Ids as they go over the wire: "17". False leaves *ret. */
#define STORE_ID_SIZE 21
void store_id_print(int64_t id, char ret[STORE_ID_SIZE]);
bool store_id_parse(const char *text, int64_t *ret);
