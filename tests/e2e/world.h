/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A whole small world for one test: a database with a few invented people, the simulated public,
 * pupitred, and workstations on terminals. The service is tests/fixtures/services/test.json: the
 * tracing service with waits of seconds; contacts are asked the four questions of
 * tests/fixtures/interviews/short.json.
 *
 * With PUPITRE_KEEP=1 the directory stays, for a look at the logs. */

#include <stdbool.h>

#include "tests/harness/proc.h"
#include "tests/harness/relay.h"
#include "tests/harness/term.h"

#define WORLD_LOGIN "demo"
#define WORLD_PASSWORD "an invented password"
/* Longer than any wait of the test service; a test that waits this long has failed. */
#define WORLD_DEADLINE_MS 30000

struct world {
    char *dir;
    char *data; /* the backend's */
    char *logs;
    const char *service;
    bool headset;
    int sip_port;
    int http_port;
    int link_port;      /* where the workstations find the backend */
    struct relay *link; /* NULL: directly */
    struct proc *citizens;
    struct proc *backend;
    bool debug;
    char *pki;        /* NULL: plain HTTP */
    const char *cert; /* that the backend shows, a name of tests/pki/make-pki */
};

/* Make one with as many people as there are digits, all of the agent's region and language: the
 * last digit of each one's number says how they behave (tests/citizens/README.md). They are called
 * in this order. */
struct world *world_new(const char *digits);

/* The same with more said. */
struct world_opts {
    const char *digits;
    const char *second_digits; /* NULL = nobody has a second number */
    const char *people;        /* CSV of the people instead of those of digits; gone after import */
    bool debug;                /* every program logs all it can into the world's logs */
    bool link;                 /* workstations reach the backend over a line that can be cut */
    const char *kind;          /* of those of digits: "index"; NULL = "contact" */
    bool tracing;              /* the tracing service itself; only its calls ring 6 s at most, */
    bool rings_long;           /* … or 45 s, as they do */
    bool messages;             /* SIP as the citizens see it, in log/citizens_messages */
    bool hostile;              /* tests/citizens/hostile is called and nobody else */
    bool headset; /* sound is the ALSA device "headset" of world_headset instead of a tone */
};
struct world *world_new_as(const struct world_opts *opts);
/* The same over HTTPS; the backend waits for world_backend_start. */
struct world *world_new_secure(const char *digits, const char *cert);

/* Plug the headset in or out; a world begins without it. */
void world_headset(struct world *w, bool plugged);

/* Stop everything that lives and remove every file. NULL allowed; returns NULL. */
struct world *world_free(struct world *w);

/* The backend dies at once, and comes back at the same address. */
void world_backend_kill(struct world *w);
void world_backend_start(struct world *w);

/* A workstation that logs in by itself, and waits for work off queue. language: "en", "fr". */
struct term *world_screen(struct world *w, const char *language, int rows, int cols);

/* A workstation with a desk of its own on the same machine: of another agent, or again of the same.
 */
struct term *world_screen_of(struct world *w, const char *instance, const char *login);
/* One more agent, of the same region, service and password. */
void world_agent_add(struct world *w, const char *login);

/* A workstation that is given no name and no password: one that finds its desk again. */
struct term *world_screen_again(struct world *w);

/* What pupitrectl says (malloc), its exit status must be 0. args: NULL-terminated, without --data.
 */
char *world_ctl(struct world *w, const char *const args[]);

/* pupitrectl export WHAT --format csv (malloc). */
char *world_export(struct world *w, const char *what);
