/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the store gives -> JSON, in the shapes of openapi.yaml. Trees are owned by the caller and
 * NULL when out of memory. */

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "core/buf.h"
#include "core/err.h"
#include "net/store/store_call.h"
#include "net/store/store_list.h"
#include "net/store/store_offer.h"

cJSON *wire_time(int64_t utc_s);
/* null for 0 */
cJSON *wire_time_or_null(int64_t utc_s);
/* null for "" */
cJSON *wire_text_or_null(const char *text);
/* Add an item under a name; false (and the item freed) when either is NULL or memory is short. */
bool wire_add(cJSON *obj, const char *name, cJSON *item_take);
bool wire_add_id(cJSON *obj, const char *name, int64_t id);
bool wire_add_int(cJSON *obj, const char *name, int64_t value);

cJSON *wire_work(const struct store_work *work, int64_t now_utc_s);
cJSON *wire_record(const struct record *record);
cJSON *wire_target(const struct target *target);
cJSON *wire_outcome(const struct store_outcome *outcome);

/* Read an agent's work and print it to out. */
enum err_code wire_work_text(struct store *store, int64_t agent_id, int64_t now_utc_s,
                             struct buf *out, struct err *err) MUSTCHECK;

/* The queues as they were last told. */
struct queue_figures {
    struct store_queue rows[SERVICE_QUEUES];
    size_t n;
    int64_t read_utc_s;
    bool told; /* there was a first time */
};

cJSON *wire_queues(const struct store_queue *rows, size_t n);

/* Read the queues of the actor's region and service. When a figure differs from `last` for a reader
 * who lets the longest wait grow by itself, *ret_changed, out and last are set anew. */
enum err_code wire_queues_changed(struct store *store, const struct store_actor *actor,
                                  int64_t now_utc_s, struct queue_figures *last, bool *ret_changed,
                                  struct buf *out, struct err *err) MUSTCHECK;
