/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Figures of the whole backend, for those who watch it: numbers only, of nobody in particular.
 *
 * They cost the same with ten million people waiting: who waits was counted when they came
 * (waiting_count), agents and holds are bounded by the number of agents, and the two others are
 * counted up to STORE_FIGURES_CAP only. */

#include "core/agent.h"
#include "core/hold.h"
#include "net/store/store.h"
#include "net/store/store_alarm.h"

#define STORE_FIGURES_WAITING 64
#define STORE_FIGURES_CAP 10000

struct store_figures {
    int schema;
    struct {
        enum region region;
        char service_id[SERVICE_ID_SIZE];
        int64_t n;
    } waiting[STORE_FIGURES_WAITING]; /* the languages together */
    size_t n_waiting;
    int64_t agents[REGION_COUNT][AGENT_STATE_COUNT];
    int64_t holds[REGION_COUNT][HOLD_STATE_COUNT]; /* all but HOLD_NONE */
    int64_t unresolved[REGION_COUNT];              /* at most STORE_FIGURES_CAP */
    int64_t callbacks_open;                        /* at most STORE_FIGURES_CAP */
    int64_t callbacks_overdue;
    int64_t sessions;
    struct store_alarm_counts alarms;
    int64_t late_drafts;        /* ever */
    int64_t outbox_waiting;     /* 10000 stands for more */
    int64_t outbox_parked;      /* likewise */
    int64_t outbox_oldest_s;    /* how long the oldest of those has waited */
    int64_t imports_unfinished; /* committed, their people still being moved */
};

/* Read them; no transaction is needed. */
enum err_code store_figures_read(struct store *st, int64_t now_utc_s, struct store_figures *ret,
                                 struct err *err) MUSTCHECK;

/* Write something small: does the database take writes? In a transaction. */
enum err_code store_try_write(struct store *st, struct err *err) MUSTCHECK;
