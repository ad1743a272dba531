/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Which questions and texts of a script walks through it have come to. A walk goes from the first
 * question to wherever it is left; what it opened, and never went to, is told apart from what no
 * walk has opened.
 *
 * Rows outlive the script that they were made of: an item that was taken out and put back has the
 * walks that it had. Groups, help and what is hidden are not counted: nobody comes to them. */

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/script_tree.h"
#include "core/script_words.h"

struct script_coverage_row {
    char *link_id; /* clean, one line */
    size_t item;   /* of the present script; SCRIPT_NONE: it has none of that linkId */
    bool counts;   /* else the rest is 0 */
    /* Walks that came to it, and walks in which it was shown. */
    struct script_coverage_count {
        unsigned reached, opened;
    } kept, fresh;              /* of what was read, and since then */
    bool reached_now, open_now; /* in the walk that goes on */
};

struct script_coverage {
    const struct script *script; /* borrowed; NULL = none yet */
    struct script_coverage_row *rows;
    size_t n;
    unsigned kept_walks, fresh_walks; /* ended */
    unsigned steps;       /* of the walk that goes on: questions it went to, one by one */
    size_t node, changes; /* as last seen */
};

void script_coverage_deinit(struct script_coverage *c);

/* From now on it is about this script: rows 0 to n_items - 1 are its items, then comes what other
 * ones had. False: out of memory, nothing is changed then. */
bool script_coverage_follow(struct script_coverage *c, const struct script *script) MUSTCHECK;

/* The walk is at this question of the script, with the texts that stand before and below it;
 * SCRIPT_NODE_NONE: behind the last one. Again after each change of the answers. */
void script_coverage_reach(struct script_coverage *c, const struct script_answers *a, size_t node);

/* Did the walk that goes on go beyond its first question? */
bool script_coverage_is_walk(const struct script_coverage *c);

/* The walk is left. One that never went beyond its first question is none. */
void script_coverage_end_walk(struct script_coverage *c);

/* All walks, the one that goes on included. */
struct script_coverage_total {
    unsigned walks;
    size_t items, reached, opened; /* opened: shown in a walk, reached or not */
};
struct script_coverage_total script_coverage_total(const struct script_coverage *c);
struct script_coverage_count script_coverage_of(const struct script_coverage_row *row);

/* Append on what an item depends: "only if Symptoms = yes"; nothing where it is always shown. */
void script_coverage_condition(const struct script_answers *a, size_t item,
                               const struct script_words *w, struct buf *out);

/* --- the report: text for people, which a later run reads and adds its walks to --- */

#define SCRIPT_COVERAGE_ROWS_MAX 100000
#define SCRIPT_COVERAGE_BYTES_MAX ((size_t)16 << 20)

/* Append the report of all ended walks; a must belong to the same script. */
void script_coverage_print(const struct script_coverage *c, const struct script_answers *a,
                           const struct script_words *w, struct buf *out);

/* The kept walks are those of this report. Errors: ERR_INVALID ("line 7: …"; or it is of another
 * script), ERR_TOO_LARGE, ERR_NOMEM; nothing is changed then. */
enum err_code script_coverage_read(struct script_coverage *c, const char *text, size_t len,
                                   struct err *err) MUSTCHECK;

/* The report was written: the fresh walks are kept ones now. */
void script_coverage_settle(struct script_coverage *c);
