/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* pupitrectl doctor: is this machine fit for its work? Each check is a row of a table; it looks by
 * the functions of struct doctor_machine, so that tests can be any machine. Nothing is changed, and
 * no secret is printed. The findings are English in every language: they are looked up and sent
 * around. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/stat.h>

#include "core/buf.h"

#define DOCTOR_TEXT 1024

enum doctor_role {
    DOCTOR_AGENT = 1,
    DOCTOR_BACKEND = 2,
};

enum doctor_status { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_FAILED };
#define DOCTOR_STATUS_COUNT (DOCTOR_FAILED + 1)

/* What the machine says; functions return false (or an error number) where it cannot tell. */
struct doctor_machine {
    /* The first bytes of a file, NUL-terminated. */
    bool (*read)(void *arg, const char *path, char *ret, size_t size);
    bool (*stat)(void *arg, const char *path, struct stat *ret);
    /* May this user read and write it? */
    bool (*may_use)(void *arg, const char *path);
    /* Does a process hold flock(2) on it? Asked without taking it, which could disturb one. */
    bool (*is_locked)(void *arg, const char *path);
    bool (*free_bytes)(void *arg, const char *path, int64_t *ret);
    /* Run a program without a shell; out: its standard output and error, cut. -1: not there. */
    int (*run)(void *arg, const char *const *argv, char *out, size_t size);
    /* 0: the TCP address ("127.0.0.1:8080") is free; else errno. */
    int (*bind)(void *arg, const char *address);
    /* GET URL/healthz: the status, or 0 and why in `fault`; *ret_date: its Date, 0 = none. */
    int (*fetch)(void *arg, const char *url, const char *ca, int64_t *ret_date, char *fault,
                 size_t size);
    const char *(*env)(void *arg, const char *name);
    bool (*has_locale)(void *arg);     /* the one that the environment asks for */
    const char *(*charset)(void *arg); /* "UTF-8" */
    bool (*clock_is_synchronised)(void *arg);
    int64_t (*now)(void *arg);
    int64_t (*descriptors_max)(void *arg);
    int64_t (*user)(void *arg);
    /* The name of a user. */
    bool (*user_name)(void *arg, int64_t uid, char *ret, size_t size);
    /* Open the database in dir, or at url: is it whole, with its key? *ret_services: loaded ones.
     * What is wrong goes to `fault`. */
    bool (*database)(void *arg, const char *dir, const char *url, int64_t *ret_services,
                     char *fault, size_t size);
    /* How many holds of people contradict each other there; -1 = the database is too large to be
     * read to its end beside the work. */
    bool (*holds)(void *arg, const char *dir, const char *url, int64_t *ret_n, char *fault,
                  size_t size);
    void *arg;
};

/* What checks have in common, and the one line that each of them writes. */
struct doctor {
    const struct doctor_machine *machine;
    const char *data;
    const char *store_url;        /* PostgreSQL; NULL: the database is a file in data */
    char settings_backend[16384]; /* what pupitred --check-config said; "" = it did not run */
    char settings_agent[16384];
};

struct doctor_finding {
    enum doctor_status status;
    char what[DOCTOR_TEXT];
    char remedy[DOCTOR_TEXT]; /* "" when it is well */
};

struct doctor_check {
    const char *name;
    unsigned roles;
    void (*look)(struct doctor *d, struct doctor_finding *ret);
};

extern const struct doctor_check *const doctor_tables[]; /* NULL ends them; rows end with no name */

/* For checks: set the finding. */
void doctor_ok(struct doctor_finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_warn(struct doctor_finding *f, const char *remedy, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_fail(struct doctor_finding *f, const char *remedy, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A setting as --check-config prints it: "key = value ; where". "" when it is not set. */
void doctor_setting(const char *settings, const char *key, char *ret, size_t size);

/* The first fault that a program named, "program: fault", without its name; else the last line that
 * it said. Where its settings stand, before or after the fault, depends on what its output goes to.
 */
const char *doctor_fault_line(char *text, const char *program);

/* Look at everything for these roles, and append one line a check, or JSON. The worst status. */
enum doctor_status doctor_run(struct doctor *d, unsigned roles, bool json, struct buf *out,
                              size_t *ret_failed);

/* The real one. */
extern const struct doctor_machine doctor_this_machine;
