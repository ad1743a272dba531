/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is wrong with a questionnaire or a response: a list of rules broken, each at a linkId.
 * Messages name rules and ids that stand in the questionnaire; never an answer. */

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "net/api/json.h"

#define FINDINGS_MAX 1000 /* rows kept; more are only counted */

#define FINDING_WHOLE ((size_t)-1)

struct finding {
    bool is_error;    /* else a warning */
    const char *code; /* static: "que-2", "circular", "required", … */
    char *at;         /* linkId; "" = the file as a whole */
    size_t answer;    /* which answer of that item, from 0; FINDING_WHOLE: none, or all of them */
    char *message;
};

/* Start with zeroed memory. */
struct findings {
    struct finding *rows;
    size_t n; /* rows kept */
    size_t cap;
    size_t n_errors;   /* all that were found */
    size_t n_warnings; /* all that were found */
    bool failed;       /* out of memory: the list is not complete */
};

void findings_deinit(struct findings *p);
#define CLEANUP_FINDINGS CLEANUP(findings_deinit)

/* Add a row. at: copied, NULL = the file. */
void findings_add(struct findings *p, bool is_error, const char *code, const char *at,
                  const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Add an error of one answer (its position; FINDING_WHOLE as findings_add does). */
void findings_add_answer(struct findings *p, const char *code, const char *at, size_t answer,
                         const char *message);

/* Fill *err with the first error of the list: "FILE: linkId: message". file NULL leaves it out.
 * Returns ERR_OK when there is none, ERR_NOMEM when the list failed, else ERR_INVALID. */
enum err_code findings_tell(const struct findings *p, const char *file, struct err *err) MUSTCHECK;

/* "FILE: linkId: error: code: message" and a line end, safe for a terminal. */
void finding_print(const struct finding *p, const char *file, struct buf *b);

/* {"file","at","severity","code","msg"}; NULL when out of memory. */
cJSON *finding_json(const struct finding *p, const char *file);
