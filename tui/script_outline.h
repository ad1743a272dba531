/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the screen knows of a script as a whole: its pages, its sections, how many are answered. It
 * is made once a change of the answers, in one walk, and not with each painting: what a painting
 * costs does not grow with the script. */

#include <stddef.h>

#include "core/script_fault.h"

struct tui;

struct script_page {
    size_t node;    /* the question */
    size_t start;   /* the first text that stands before it, or itself */
    size_t section; /* the innermost, or SCRIPT_NODE_NONE */
};

/* A group that is a page of its own, or one at the top that has none in it. One may stand in
 * another. */
struct script_section {
    size_t node;
    size_t first_page, n_pages;
    size_t answered, missing;
};

/* A line of the list beside the script: a section, or a question of the present one. */
struct script_row {
    size_t section; /* SCRIPT_NODE_NONE: a question */
    size_t page;    /* n_pages: the page after the last question */
};

struct script_outline {
    struct script_page *pages; /* what is shown, in order */
    size_t n_pages, cap_pages;
    struct script_section *sections;
    size_t n_sections, cap_sections;
    size_t end_start; /* the first text after the last question; SCRIPT_NODE_NONE = none */
    struct script_fault *lacking; /* what keeps it from being complete, in order */
    size_t missing, cap_lacking;
    size_t answered;
    size_t waiting; /* answers in branches that are closed */
    /* what it was made of */
    const struct script_answers *answers;
    const struct script *script;
    size_t changes;
    size_t last_found; /* where a page was looked for last */
    /* The list, as of a page; SCRIPT_NODE_NONE: it is to be made. */
    struct script_row *rows;
    size_t n_rows, cap_rows;
    size_t rows_of, row; /* that page, and its line */
};

struct script_outline *script_outline_new(void);
struct script_outline *script_outline_free(struct script_outline *o);

/* That of the present answers, which there must be. Borrowed until they change. */
const struct script_outline *script_outline(const struct tui *t);

/* The number of a question's page; SCRIPT_NODE_NONE: it is not shown. */
size_t script_outline_page(const struct tui *t, size_t node);

/* Fill rows[] for the present page: all sections, and what stands in those that it is in. */
const struct script_outline *script_outline_rows(const struct tui *t);
