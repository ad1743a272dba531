/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A store with the tracing service, and short ways to people and agents. Every step runs in a
 * transaction of its own, undone when it fails.
 *
 * SQLite in a private directory; or, when PUPITRE_TEST_POSTGRESQL is the URL of a server
 * (tests/harness/postgresql.py), a schema of its own there. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/store/keys.h"
#include "net/store/store.h"
#include "net/store/store_admin.h"
#include "net/store/store_agent.h"
#include "net/store/store_call.h"
#include "net/store/store_import.h"
#include "net/store/store_list.h"
#include "net/store/store_offer.h"

#define T0 1764000000 /* the first instant of a test */

struct world {
    char dir[64];
    char url[256];          /* "" = SQLite in dir */
    char name[64];          /* of the schema there */
    struct pg_conn *beside; /* world_sql's own session there; NULL = not yet */
    struct keys *keys;
    struct store *st;
    struct err err;
    int64_t now;
    struct store_day day;
    int tickets; /* made so far */
};

/* cmocka fixtures; *state is a struct world. */
int world_setup(void **state);
int world_teardown(void **state);

/* Begin, do, and commit when the code is ERR_OK, else roll back; gives the code. */
#define TRY(w, expression) (world_begin(w), world_finish(w, (expression)))
void world_begin(struct world *w);
enum err_code world_finish(struct world *w, enum err_code code);

#define MUST(w, expression) world_must(w, TRY(w, expression), __FILE__, __LINE__)
void world_must(struct world *w, enum err_code code, const char *file, int line);

/* An agent of the tracing service, signed in. */
struct store_actor world_agent(struct world *w, const char *login, enum region region,
                               const char *languages, bool is_supervisor);
struct store_actor world_on_queue(struct world *w, const char *login, enum region region,
                                  const char *languages);

/* A person to call: later ones have younger tickets. world_person imports one and gives the number
 * of its ticket. */
struct record world_record(struct world *w, enum region region, const char *language,
                           enum person_kind kind, const char *phone);
void world_import(struct world *w, const struct record *records, size_t n);
int world_person(struct world *w, enum region region, const char *language, enum person_kind kind,
                 const char *phone);

struct store_work world_work(struct world *w, const struct store_actor *actor);
int64_t world_offer(struct world *w, const struct store_actor *actor);
/* Reserve, accept, permit. */
struct store_permit world_call(struct world *w, const struct store_actor *actor);
void world_report(struct world *w, int64_t call_id, int64_t seq, enum call_event event,
                  enum call_end end);
/* Report the end of the call; the offer's fence. */
int64_t world_acw(struct world *w, const struct store_actor *actor, enum call_end end);
enum err_code world_wrapup(struct world *w, const struct store_actor *actor, const char *code,
                           int64_t callback_utc_s, struct store_outcome *ret);
/* The state of the person of an offer, in the database. */
const char *world_person_state(struct world *w, int64_t person_id);

/* SQL of the test itself, beside the store: one number. */
int64_t world_sql(struct world *w, const char *sql);
/* The same, and what went wrong instead of failing the test: 0 = nothing. */
int world_sql_result(struct world *w, const char *sql);
bool world_is_sqlite(const struct world *w);
/* Skip this test where it is about a file, or SQLite's own words. */
void world_sqlite_only(const struct world *w);
/* Another process's store on the same database. */
struct store *world_open_again(struct world *w);
struct store *world_open_with(struct world *w, const struct keys *keys);
/* Is this where the tests run on PostgreSQL? Before world_setup. */
bool world_wants_postgresql(void);

/* Give a service's text, as it is stored, a higher version: in place, at the cost of one blank. */
void world_newer_service(char *json);
