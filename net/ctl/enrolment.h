/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An enrolment list: agents as rows of CSV, read and checked whole before anything is written. */

#include "net/ctl/ctl.h"
#include "net/store/store_agent.h"

#define ENROLMENT_BYTES ((size_t)16 * 1024 * 1024)
#define ENROLMENT_ROWS 10000
#define ENROLMENT_FAULTS 1000 /* kept; more are only counted */

struct enrolment {
    struct enrolment_row {
        struct store_agent agent;
        uint64_t line;
    } * rows;
    size_t n;
    struct enrolment_fault {
        uint64_t line;
        char column[32]; /* "" = the row as a whole */
        char rule[160];  /* translated */
    } * faults;
    size_t n_faults; /* kept */
    uint64_t n_bad;  /* faults in all */
};

void enrolment_deinit(struct enrolment *e);

/* What a cell that is empty or not there stands for. */
struct enrolment_defaults {
    struct queue_names services; /* n 0 = the only one that is loaded */
    char employer[STORE_AGENT_EMPLOYER_SIZE];
};

/* Read the text of a list. Faults of rows are gathered; an error is one of the list as a whole:
 * ERR_INVALID (no CSV, a column that is unknown, missing, there twice), ERR_TOO_LARGE, ERR_NOMEM,
 * and those of the store. */
enum err_code enrolment_read(struct enrolment *e, struct store *st, const char *text, size_t len,
                             const struct enrolment_defaults *defaults, struct err *err) MUSTCHECK;
