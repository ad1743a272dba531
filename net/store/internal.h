/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of net/store share: the store itself. */

#include "net/store/keys.h"
#include "net/store/sql.h"
#include "net/store/store.h"
#include "net/store/store_audit.h"

#define STORE_SERVICES 16
#define STORE_INSTANCE_SIZE 17

/* The schema from which on there are several audit chains, and keys that change. */
#define SCHEMA_CHAINS 8

struct sql_engine;

struct store {
    const struct sql_engine *engine;
    void *db;                 /* the engine's */
    bool (*go_on)(void *arg); /* NULL = nobody asks (store_watch) */
    void *go_on_arg;
    const struct keys *keys;            /* borrowed */
    bool follows;                       /* the schema says which key writes */
    bool rotating;                      /* values may stand under an older key still */
    char writer[STORE_WRITER_SIZE];     /* of audit entries; "" = not said */
    int64_t chain;                      /* its chain, 0 = not known (any more) */
    char instance[STORE_INSTANCE_SIZE]; /* made by chance: what this process tells is known by it */
    int64_t node; /* this process's number, which no other has now; 1 in SQLite */
    bool retry;   /* see store_should_retry */
    /* Between store_begin and its end nobody else writes: what was looked up in this turn need not
     * be looked up again in it. 0 = no such turn. Undoing a part begins another. */
    uint64_t turn;
    uint64_t turns;                   /* so far */
    const struct hours_ops *calendar; /* NULL = libical */
    struct store_service_slot {
        struct service *service; /* NULL: the slot is free */
        int64_t version;
        uint64_t turn; /* in which this was the newest version */
        struct hours *hours[SERVICE_CLASSES][SERVICE_WAY_COUNT]; /* made when asked for */
    } services[STORE_SERVICES];
};

/* The definition of a slot goes: its hours, too. */
void store_hours_forget(struct store_service_slot *slot);

/* Something may be another than it was in this turn. */
void store_turn_anew(struct store *st);

/* The next id of a table; none is given twice, also when its row has been destroyed since. */
enum err_code store_next_id(struct store *st, const char *name, int64_t *ret,
                            struct err *err) MUSTCHECK;

/* Move a person's row of a decided import now, before its turn comes, so that what is read next is
 * what the import says. *ret_moved: there was one; language, region and numbers may be others. */
enum err_code import_settle(struct store *st, int64_t person_id, bool *ret_moved,
                            struct err *err) MUSTCHECK;
