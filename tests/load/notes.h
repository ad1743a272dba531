/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An agent's own notes: what pupitred said it had kept, written down when the 2xx came. At the end
 * they are held against the database (judge.h). Times are monotonic microseconds of the crowd,
 * which no clock step moves. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NOTE_WORD = 32, NOTE_CODE = 48, NOTE_PHONE = 24 };

/* A text that must stand in the late drafts. */
struct note_late {
    char words[NOTE_WORD];
    struct note_late *next;
};

struct note {
    int64_t offer_id;
    int64_t person_id; /* 0 = never seen */
    int64_t fence;     /* the newest that worked */
    int64_t held_from_us,
        held_until_us; /* the person was ours for sure from … until …; 0 = never */
    bool accepted, skipped;

    int64_t call_id; /* 0 = no permit */
    char phone[NOTE_PHONE];
    int64_t dial_from_us, dial_until_us; /* the number was ours to dial */
    int64_t last_seq;
    bool call_ended;
    int64_t looks; /* at the record */

    int64_t version; /* of the answers, 0 = none */
    bool completed;
    char words[NOTE_WORD];       /* accepted */
    char words_tried[NOTE_WORD]; /* sent after it, and perhaps kept: nobody answered */

    char code[NOTE_CODE];       /* accepted; "" = none */
    char code_tried[NOTE_CODE]; /* a newer one that is perhaps kept */
    int64_t callback_s;         /* promised with the code; 0 = none */
    int64_t callback_tried_s;   /* with the newer one */
    bool ended;
    struct note_late *late;
};

struct notes {
    struct note *rows;
    size_t n, cap;
};

/* The note of an offer; made when there is none. Never NULL; borrowed until the next one. */
struct note *notes_of(struct notes *n, int64_t offer_id);
void notes_late(struct note *note, const char *words);
void notes_free(struct notes *n);
