/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Import of people, by an operator: all or nothing, without stopping the agents.
 *
 *     begin; stage each row, in short transactions; when all are good: commit_run, the one step
 *     that makes it happen; then promote in small batches until nothing is left.
 *
 * A process that dies before commit_run leaves nothing that counts (drop_stale clears it); one that
 * dies after it leaves a run that anybody goes on with (pending, go_on).
 *
 * Seen from outside the step is one, however long the promotion takes: from commit_run on an export
 * holds every person as the file says, a waiting line counts all who came, and the next person to
 * be offered is the one who would be next if all had been moved; whoever is offered, or read by the
 * agent who has it, is moved first. Two things follow the promotion only: that a waiting person who
 * was stored before moves to another region or language, and that a name which changed is seen in
 * an agent's lists.
 *
 * One import at a time: the caller holds a lock that other importers respect. Regions do not limit
 * an operator. */

#include "net/store/store.h"

enum store_import_row {
    STORE_IMPORT_NEW,
    STORE_IMPORT_CHANGED,
    STORE_IMPORT_SAME, /* the person is stored like this already */
};

struct store_import_figures {
    int64_t n_new;
    int64_t n_changed;
    int64_t n_same;
};

/* While much is written that is not promised yet: what this store commits may be lost with the
 * power (not with the process) until a commit after `false`, which makes all of it durable. Outside
 * of a transaction only. */
enum err_code store_import_hurry(struct store *st, bool on, struct err *err) MUSTCHECK;

/* A number that changes when another process has committed; -1 = it cannot be read. Who writes
 * alone may take longer steps. */
int64_t store_import_others(struct store *st);

/* ERR_NOT_FOUND (field "service"): not loaded. */
enum err_code store_import_begin(struct store *st, const char *service_id, int64_t now_utc_s,
                                 int64_t *ret_import_id, struct err *err) MUSTCHECK;

/* Stage a record that passed record_check. Errors: ERR_CONFLICT (field sciensano_request_ticket):
 * the ticket stands in another row of this file; ERR_INVALID (field "region"): the service does not
 * serve it; (field "queue"): it has none of this name, or one of another region or language. The
 * row is not staged then; others may follow. A queue of the language is stored as none. */
enum err_code store_import_stage(struct store *st, int64_t import_id, int64_t line,
                                 const struct record *record, enum store_import_row *ret,
                                 struct err *err) MUSTCHECK;

/* Decide it: durable with the commit of this transaction. ERR_STATE: the run was decided before, or
 * is gone. */
enum err_code store_import_commit_run(struct store *st, int64_t import_id,
                                      const struct store_import_figures *figures, int64_t now_utc_s,
                                      struct err *err) MUSTCHECK;

/* Move at most limit rows to the people; *ret_left: there are more. The last batch closes the run.
 */
enum err_code store_import_promote(struct store *st, int64_t import_id, int64_t limit,
                                   int64_t now_utc_s, bool *ret_left, struct err *err) MUSTCHECK;

/* A run that was committed and not finished; *ret_import_id 0 = none. */
enum err_code store_import_pending(struct store *st, int64_t *ret_import_id,
                                   struct err *err) MUSTCHECK;
/* Promote at most limit rows of a pending run, if there is one: what pupitred does now and then, so
 * that an import that was cut is finished. A process that promotes the same run is not disturbed.
 */
enum err_code store_import_go_on(struct store *st, int64_t limit, int64_t now_utc_s,
                                 struct err *err) MUSTCHECK;
/* Forget runs that never were committed, at most limit rows a call; *ret_left: there are more. */
enum err_code store_import_drop_stale(struct store *st, int64_t limit, bool *ret_left,
                                      struct err *err) MUSTCHECK;
