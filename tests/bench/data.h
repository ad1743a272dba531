/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A backend's data directory for a benchmark, made through net/store: the tracing service, agents
 * who are signed in already (a password would cost 150 ms each), people by the million.
 *
 * It lies in the directory that BENCH_DIR names, else in the build directory, so that it is on a
 * disk and not on a tmpfs. Everything ends the program with a message when it fails. */

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "net/store/store.h"
#include "tests/harness/proc.h"

#define DATA_LANGUAGE "fr"
#define DATA_REGION "WAL"

struct data {
    char *dir;
    const char *url; /* borrowed; of a database in PostgreSQL, NULL: SQLite in dir */
    struct keys *keys;
    struct store *store; /* NULL while a backend has it, or while people are filled in */
    int64_t now_utc_s;
    int64_t n_people; /* made so far */
    struct proc *backend;
    int port; /* of the backend */
};

struct data_agent {
    int64_t agent_id;
    char token[STORE_TOKEN_SIZE];
};

struct data *data_new(void);
/* The same in PostgreSQL, in a database that is empty. Of what follows data_people, data_settle,
 * data_sqlite and the backend are for SQLite. */
struct data *data_new_url(const char *url);
/* Stops the backend, removes every file. */
struct data *data_free(struct data *d);

/* The file system that it is on ("ext4"), and the bytes that are free there. */
const char *data_file_system(const struct data *d);
double data_free_bytes(const struct data *d);

/* Add agents of one region and language, signed in and available. */
void data_agents(struct data *d, struct data_agent *ret, size_t n, bool on_queue);

/* Add people, straight into the tables: clones of one imported person, each with numbers and ticket
 * of its own, tickets of all ages in no order. Who rests is due in a year and has an older ticket
 * than all who wait. Their sealed fields do not open (they are sealed for the first one). */
void data_people(struct data *d, int64_t waiting, int64_t resting);

/* Everything written is on the disk; with `cold`, nothing of the database is in the page cache. */
void data_settle(struct data *d, bool cold);
/* Have the machine hold the whole database in memory, as far as there is room. */
void data_warm(const struct data *d);

void data_open(struct data *d);
void data_close(struct data *d);
/* A connection of the benchmark's own, as the store's is set. sqlite3_close. */
sqlite3 *data_sqlite(struct data *d);

/* Start pupitred on it, and wait until it listens. */
void data_backend_start(struct data *d);
void data_backend_stop(struct data *d);

/* End the program when the code is not ERR_OK. */
void data_must(enum err_code code, const struct err *err);
