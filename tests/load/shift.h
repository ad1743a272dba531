/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The backend that the crowd works with: a database with a service of short times, agents and
 * people; one pupitred or several; and what may be done to them: death, a full disk, a clock that
 * jumps. Whatever cannot be prepared ends the program with a message.
 *
 * Agents have a password, and a session that was begun before the storm: 2,000 logins would cost
 * some minutes of Argon2id and say nothing about the work. Logins of agents whose PC died in the
 * midst of it are real ones. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/person.h"
#include "net/store/store.h"
#include "tests/harness/proc.h"

#define SHIFT_PASSWORD "correct-horse-battery-staple"

enum { NODES_MAX = 2 };

struct shift_agent {
    int64_t agent_id;
    char login[STORE_LOGIN_SIZE];
    char token[STORE_TOKEN_SIZE];
    enum region region;
    bool is_supervisor;
};

struct shift_node {
    char *dir; /* of its own, with the key */
    struct proc *proc;
    int port; /* 0 while it is not there */
};

struct shift_trouble {       /* files that the preloaded libraries of tests/contract look at */
    volatile int32_t *disk;  /* errno of a write, a sync, a read, an fsync(2) */
    volatile int64_t *clock; /* seconds that the wall clock is off */
};

struct shift {
    char *dir;
    const char *url; /* of a database in PostgreSQL, empty at first; NULL: SQLite in dir */
    struct keys *keys;
    struct shift_node nodes[NODES_MAX];
    size_t n_nodes;
    struct shift_trouble trouble;
    size_t n_people;
};

/* Makes the database, imports the people with pupitrectl and adds the agents; the last ones are the
 * supervisors, one a region. */
struct shift *shift_new(const char *url, size_t n_people, struct shift_agent *agents,
                        size_t n_agents, size_t n_nodes);
struct shift *shift_free(struct shift *s);

/* Start a node and wait until it listens. */
void shift_start(struct shift *s, size_t node);
/* SIGKILL. */
void shift_kill(struct shift *s, size_t node);
/* SIGTERM; the exit status. */
int shift_stop(struct shift *s, size_t node);
/* Begin to start it, and see whether it listens yet: for a loop that must not wait. */
void shift_begin(struct shift *s, size_t node);
bool shift_is_up(struct shift *s, size_t node);

/* What `pupitrectl export WHAT` says, as CSV (malloc). */
char *shift_export(const struct shift *s, const char *what);
/* `pupitrectl alarm list --json` (malloc). */
char *shift_alarms(const struct shift *s);
/* What a question to the database itself says, as CSV with a header (malloc): for what no command
 * of the operator tells. */
char *shift_ask(const struct shift *s, const char *sql);
/* `pupitrectl audit verify`: its status; *ret_said (malloc): what it says. */
int shift_audit(const struct shift *s, char **ret_said);

/* The wall clock of the backend. */
int64_t shift_now_s(const struct shift *s);
