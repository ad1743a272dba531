/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Several pupitred on one PostgreSQL database: what one tells the others, and who is with whom.
 * With SQLite there is one, and nothing of this does anything. */

#include "net/store/store.h"

/* May others write to this database at the same time? */
bool store_is_shared(const struct store *st);

/* Tell the other nodes; they hear of it when this transaction is committed, and only then. Ids and
 * words of ours only: at most STORE_TELL_MAX bytes, no personal data. */
#define STORE_TELL_MAX 7000
enum err_code store_tell(struct store *st, const char *text, struct err *err) MUSTCHECK;

/* Note that these agents are with this node now; in a transaction. */
enum err_code store_presence_put(struct store *st, const int64_t *agent_ids, size_t n,
                                 struct err *err) MUSTCHECK;
/* Who was seen by another node, and how many seconds ago; by the database's clock. */
typedef void store_presence_fn(void *arg, int64_t agent_id, int64_t age_s);
enum err_code store_presence_others(struct store *st, store_presence_fn *fn, void *arg,
                                    struct err *err) MUSTCHECK;
/* Was the agent with another node some seconds ago, or signed in just now? */
enum err_code store_presence_recent(struct store *st, int64_t agent_id, int64_t now_utc_s,
                                    bool *ret_recent, struct err *err) MUSTCHECK;
/* Forget who was seen long ago. */
enum err_code store_presence_purge(struct store *st, struct err *err) MUSTCHECK;

/* What the other nodes tell: a thread with a session of its own, which begins again when that is
 * lost. */
struct store_listener;

/* st: whose own words are not heard. ERR_NOMEM, ERR_IO. */
enum err_code store_listener_new(struct store *st, const char *url, struct store_listener **ret,
                                 struct err *err) MUSTCHECK;
struct store_listener *store_listener_free(struct store_listener *l);
/* Readable when there is something to take. */
int store_listener_fd(const struct store_listener *l);
/* What came since the last call, in order. text NULL: what was told meanwhile may be lost. */
typedef void store_heard_fn(void *arg, const char *text);
void store_listener_take(struct store_listener *l, store_heard_fn *fn, void *arg);
