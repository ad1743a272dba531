/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the database holds in the end, as an operator takes it out: `pupitrectl export`, read into
 * one row an offer and one row a person; and the
 * callbacks, which the database is asked for. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/load/notes.h"
#include "tests/load/shift.h"

struct book_offer {
    int64_t offer_id; /* 0 = no such offer */
    int64_t person_id, offered_s, permitted_s, call_ended_s, call_id;
    char state[12], ended_by[16], skip_reason[NOTE_CODE], phone[NOTE_PHONE];
    bool accepted, call_end;
    int64_t last_seq, version;
    bool completed; /* handed in, or of the wrong person, which says no more whether */
    char words[NOTE_WORD];
    bool withheld;        /* answers of the wrong person: kept, and told to nobody */
    char code[NOTE_CODE]; /* of the newest revision */
    int64_t revisions;
};

struct book_person {
    int64_t person_id;
    char state[12];
    int64_t due_s; /* 0 = none */
    bool is_held;  /* by a row of an offer that is not over */
};

struct book_callback {
    int64_t callback_id; /* 0 = none yet */
    int64_t offer_id;    /* in which it was agreed */
    int64_t miss_s;      /* missed then, if nobody rang */
    char state[12], why[16];
    bool alarm; /* one is open about it */
};

struct books {
    struct book_callback *callbacks; /* by offer */
    size_t n_callbacks;
    struct book_offer *offers;  /* indexed by offer_id */
    size_t n_offers;            /* the highest id + 1 */
    struct book_person *people; /* indexed by person_id */
    size_t n_people_ids;
    size_t n_people;
    char *late_drafts; /* the export's text */
    uint64_t looks;    /* at records, in the audit log */
};

struct books *books_read(const struct shift *s);
void books_free(struct books *b);

/* NULL = none. */
const struct book_offer *books_offer(const struct books *b, int64_t offer_id);
/* The first of an offer's, and the others after it: see n_callbacks. NULL = none. */
const struct book_callback *books_callbacks(const struct books *b, int64_t offer_id);
const struct book_person *books_person(const struct books *b, int64_t person_id);
