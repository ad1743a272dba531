/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The one thread that touches the database.
 *
 * Jobs are run in the order in which they came, as many as wait in one transaction, each in a
 * savepoint of its own: a job that fails undoes itself and harms no other. `done` is called only
 * after COMMIT came back, that is, when everything the job wrote is durable; when COMMIT fails
 * every job of the batch ends with its error and nothing was kept. So an answer that says 2xx
 * cannot overtake its data, and one fsync serves all who wait (group commit).
 *
 * Where several nodes write (PostgreSQL), a batch can fail for no fault of its jobs: two wait for
 * each other, or the database was away. Nothing was kept then, and each job that can is done anew
 * in a transaction of its own, a few times; else it ends with ERR_UNAVAILABLE. What jobs changed
 * that agents are told is told to the other nodes with the commit. */

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "net/server/histogram.h"

struct news;
struct store;
struct writer;

struct job {
    struct job *next; /* writer's */
    /* In the writer thread, in a savepoint. On an error the savepoint is undone, unless keep. */
    enum err_code (*run)(struct job *job, struct store *store, int64_t now_utc_s);
    /* In the loop thread, after the commit. May free the job. */
    void (*done)(struct job *job);
    /* In the writer thread: forget what run left in the job, it runs once more. NULL: it cannot. */
    void (*again)(struct job *job);
    const struct news *news; /* that run filled, for the other nodes; NULL = none */
    bool keep;               /* set by run: what it wrote stays although it returned an error */
    bool retry;              /* writer's: worth another try */
    struct err err;          /* of run, or of the commit; code ERR_OK when all went well */
};

/* Start the thread. The store is borrowed and used by that thread only until writer_free. */
struct writer *writer_new(struct store *store, struct err *err);
/* Stop after the jobs that are queued; joins. Completions not yet delivered are dropped: call
 * writer_drain first. */
struct writer *writer_free(struct writer *writer);

/* Readable when completions wait: watch it and call writer_deliver. */
int writer_fd(const struct writer *writer);
/* Call `done` of all completed jobs, in the order of their run. */
void writer_deliver(struct writer *writer);
/* Run and deliver until no job is left, also of those that completions submit. For the end. */
void writer_drain(struct writer *writer);

/* By how many seconds somebody moved the wall clock since the last call; what was a time to go has
 * moved with it. 0 = nobody did. Loop thread only. */
int64_t writer_clock_moved(struct writer *writer);

/* What it did since it began. Any thread. */
struct writer_stats {
    size_t queued;            /* jobs that wait now */
    uint64_t failed;          /* batches that could not be committed */
    struct histogram seconds; /* of each COMMIT, by histogram_seconds */
    struct histogram sizes;   /* jobs in it, by histogram_sizes */
};
void writer_stats(struct writer *writer, struct writer_stats *ret);

/* Queue a job; it is borrowed until done. Loop thread only. */
void writer_submit(struct writer *writer, struct job *job);
