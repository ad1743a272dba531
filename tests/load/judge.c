/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/load/judge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cleanup.h"
#include "tests/harness/die.h"
#include "tests/load/books.h"

enum { SHOWN = 10, LAST_S = 5 };

struct rule {
    const char *what;
    uint64_t n, faults;
};

static void broken(struct rule *r, const struct note *note, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void broken(struct rule *r, const struct note *note, const char *fmt, ...)
{
    va_list args;
    if (r->faults++ >= SHOWN)
        return;
    (void)fprintf(stderr, "load: %s: offer %" PRId64 ": ", r->what, note ? note->offer_id : 0);
    va_start(args, fmt);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    (void)fputc('\n', stderr);
}

/* --- what was held, and dialled: from the notes alone --- */

struct span {
    int64_t person_id;
    const char *phone;
    int64_t from_us, until_us;
    const struct note *note;
};

struct spans {
    struct span *rows;
    size_t n;
};

static int by_person(const void *x, const void *y)
{
    const struct span *a = x, *b = y;
    if (a->person_id != b->person_id)
        return a->person_id < b->person_id ? -1 : 1;
    return a->from_us < b->from_us ? -1 : a->from_us > b->from_us;
}

static int by_phone(const void *x, const void *y)
{
    const struct span *a = x, *b = y;
    const int phones = strcmp(a->phone, b->phone);
    return phones ? phones : a->from_us < b->from_us ? -1 : a->from_us > b->from_us;
}

static int by_offer(const void *x, const void *y)
{
    const struct span *a = x, *b = y;
    if (a->person_id != b->person_id)
        return a->person_id < b->person_id ? -1 : 1;
    return a->note->offer_id < b->note->offer_id ? -1 : a->note->offer_id > b->note->offer_id;
}

static size_t notes_count(const struct crowd *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_agents; i++)
        n += c->agents[i].notes.n;
    return n;
}

static struct spans spans_new(const struct crowd *c, bool dialled)
{
    struct spans s = {.rows = calloc(notes_count(c) + 1, sizeof *s.rows)};
    if (!s.rows)
        die("load", "memory");
    for (size_t i = 0; i < c->n_agents; i++) {
        const struct notes *notes = &c->agents[i].notes;
        for (size_t k = 0; k < notes->n; k++) {
            const struct note *note = &notes->rows[k];
            if (dialled ? !note->call_id : !note->held_from_us || !note->person_id)
                continue;
            s.rows[s.n++] = (struct span){
                .person_id = note->person_id,
                .phone = note->phone,
                .from_us = dialled ? note->dial_from_us : note->held_from_us,
                .until_us = dialled ? note->dial_until_us : note->held_until_us,
                .note = note,
            };
        }
    }
    return s;
}

static void one_person_one_agent(const struct crowd *c, struct rule *r)
{
    struct spans s = spans_new(c, false);
    qsort(s.rows, s.n, sizeof *s.rows, by_person);
    r->n = s.n;
    for (size_t i = 1; i < s.n; i++)
        if (s.rows[i].person_id == s.rows[i - 1].person_id &&
            s.rows[i].from_us < s.rows[i - 1].until_us)
            broken(r, s.rows[i].note, "person %" PRId64 " was still held in offer %" PRId64,
                   s.rows[i].person_id, s.rows[i - 1].note->offer_id);
    free(s.rows);
}

static void one_number_one_place(const struct crowd *c, struct rule *r)
{
    struct spans s = spans_new(c, true);
    qsort(s.rows, s.n, sizeof *s.rows, by_phone);
    r->n = s.n;
    for (size_t i = 1; i < s.n; i++)
        if (strcmp(s.rows[i].phone, s.rows[i - 1].phone) == 0 &&
            s.rows[i].from_us < s.rows[i - 1].until_us)
            broken(r, s.rows[i].note, "its number was being dialled in offer %" PRId64,
                   s.rows[i - 1].note->offer_id);
    free(s.rows);
}

static void fences_grow(const struct crowd *c, struct rule *r)
{
    struct spans s = spans_new(c, false);
    qsort(s.rows, s.n, sizeof *s.rows, by_offer);
    r->n = s.n;
    for (size_t i = 1; i < s.n; i++)
        if (s.rows[i].person_id == s.rows[i - 1].person_id &&
            s.rows[i].note->fence <= s.rows[i - 1].note->fence)
            broken(r, s.rows[i].note, "fence %" PRId64 " after %" PRId64, s.rows[i].note->fence,
                   s.rows[i - 1].note->fence);
    free(s.rows);
}

/* --- the notes against the database --- */

static void accepted_steps(const struct books *b, const struct note *note, struct rule *r)
{
    const struct book_offer *o = books_offer(b, note->offer_id);
    r->n += (uint64_t)note->accepted + note->skipped + (note->call_id != 0) + note->ended;
    if (!o) {
        if (note->accepted || note->skipped || note->call_id || note->ended)
            broken(r, note, "the offer is gone");
        return;
    }
    if (note->accepted && !o->accepted)
        broken(r, note, "was accepted");
    if (note->skipped && (strcmp(o->ended_by, "skip") != 0 || !o->skip_reason[0]))
        broken(r, note, "was skipped, and ended by '%s'", o->ended_by);
    if (note->call_id && (o->call_id != note->call_id || strcmp(o->phone, note->phone) != 0))
        broken(r, note, "call %" PRId64 " was permitted", note->call_id);
    if (note->ended && strcmp(o->ended_by, "end_preview") != 0)
        broken(r, note, "preview was ended, and ended by '%s'", o->ended_by);
    if (note->person_id && o->person_id != note->person_id)
        broken(r, note, "is of another person");
}

static void accepted_events(const struct books *b, const struct note *note, struct rule *r)
{
    const struct book_offer *o = books_offer(b, note->offer_id);
    if (!note->last_seq)
        return;
    r->n += (uint64_t)note->last_seq;
    if (!o || o->last_seq < note->last_seq)
        broken(r, note, "events up to %" PRId64 " were kept", note->last_seq);
    else if (note->call_ended && !o->call_end)
        broken(r, note, "the call's end was kept");
}

static void accepted_answers(const struct books *b, const struct note *note, struct rule *r)
{
    const struct book_offer *o = books_offer(b, note->offer_id);
    if (!note->version)
        return;
    r->n++;
    if (!o || o->version < note->version)
        broken(r, note, "version %" PRId64 " was kept, there is %" PRId64, note->version,
               o ? o->version : 0);
    else if (o->version == note->version && strcmp(o->words, o->withheld ? "" : note->words) != 0)
        broken(r, note, "other words than '%s'", note->words);
    else if (note->completed && !o->completed)
        broken(r, note, "was handed in");
}

static void accepted_codes(const struct books *b, const struct note *note, struct rule *r)
{
    const struct book_offer *o = books_offer(b, note->offer_id);
    if (!note->code[0])
        return;
    r->n++;
    if (!o || (strcmp(o->code, note->code) != 0 && strcmp(o->code, note->code_tried) != 0))
        broken(r, note, "code %s was kept, there is '%s'", note->code, o ? o->code : "");
}

static void late_words(const struct books *b, const struct note *note, struct rule *r)
{
    for (const struct note_late *l = note->late; l; l = l->next) {
        r->n++;
        if (!strstr(b->late_drafts, l->words))
            broken(r, note, "late words '%s' were kept", l->words);
    }
}

/* It was served, is still to come, was cancelled for a reason, or was missed and is somebody's
 * alarm. ended_s: since when no pupitred looks at the time any more. */
static bool callback_is_fine(const struct book_callback *c, int64_t ended_s)
{
    if (strcmp(c->state, "served") == 0)
        return true;
    if (strcmp(c->state, "cancelled") == 0)
        return c->why[0] != '\0';
    if (strcmp(c->state, "missed") == 0)
        return c->alarm;
    return c->miss_s + LAST_S > ended_s;
}

static void accepted_callbacks(const struct crowd *c, const struct books *b,
                               const struct note *note, struct rule *r)
{
    if (strcmp(note->code, "rescheduled") != 0 || note->code_tried[0])
        return;
    r->n++;
    const struct book_callback *first = books_callbacks(b, note->offer_id);
    if (!first)
        broken(r, note, "the callback of %" PRId64 " was kept", note->callback_s);
    for (const struct book_callback *one = first;
         one && one < b->callbacks + b->n_callbacks && one->offer_id == note->offer_id; one++)
        if (!callback_is_fine(one, c->ended_s))
            broken(r, note, "the callback of %" PRId64 " is %s, and no alarm", note->callback_s,
                   one->state);
}

static void each_note(const struct crowd *c, const struct books *b,
                      void (*fn)(const struct books *, const struct note *, struct rule *),
                      struct rule *r)
{
    for (size_t i = 0; i < c->n_agents; i++)
        for (size_t k = 0; k < c->agents[i].notes.n; k++)
            fn(b, &c->agents[i].notes.rows[k], r);
}

/* --- the database by itself --- */

static void nobody_is_lost(const struct crowd *c, const struct books *b, struct rule *r)
{
    r->n = b->n_people;
    if (b->n_people != c->shift->n_people)
        broken(r, NULL, "%zu people came, %zu are there", c->shift->n_people, b->n_people);
    for (size_t i = 0; i < b->n_people_ids; i++) {
        const struct book_person *p = &b->people[i];
        if (!p->person_id)
            continue;
        if (strcmp(p->state, "held") == 0 && !p->is_held)
            broken(r, NULL, "person %" PRId64 " is held, and nobody holds them", p->person_id);
        if (strcmp(p->state, "resting") == 0 && !p->due_s)
            broken(r, NULL, "person %" PRId64 " rests for ever", p->person_id);
        if (p->is_held && (strcmp(p->state, "waiting") == 0 || strcmp(p->state, "resting") == 0))
            broken(r, NULL, "person %" PRId64 " is held and %s", p->person_id, p->state);
    }
}

static void nothing_stays_held(const struct books *b, struct rule *r)
{
    for (size_t id = 1; id < b->n_offers; id++) {
        const struct book_offer *o = &b->offers[id];
        if (!o->offer_id)
            continue;
        r->n++;
        if (strcmp(o->state, "none") != 0)
            broken(r, &(struct note){.offer_id = o->offer_id}, "is still '%s'", o->state);
    }
}

static int by_book_phone(const void *x, const void *y)
{
    const struct book_offer *a = x, *b = y;
    const int phones = strcmp(a->phone, b->phone);
    return phones ? phones : a->permitted_s < b->permitted_s ? -1 : a->permitted_s > b->permitted_s;
}

/* The instants that the backend wrote, to the second. */
static void numbers_in_books(const struct books *b, struct rule *r)
{
    struct book_offer *rows = calloc(b->n_offers + 1, sizeof *rows);
    size_t n = 0;
    if (!rows)
        die("load", "memory");
    for (size_t id = 1; id < b->n_offers; id++)
        if (b->offers[id].call_id)
            rows[n++] = b->offers[id];
    qsort(rows, n, sizeof *rows, by_book_phone);
    r->n = n;
    for (size_t i = 1; i < n; i++)
        if (strcmp(rows[i].phone, rows[i - 1].phone) == 0 &&
            rows[i].permitted_s < rows[i - 1].call_ended_s)
            broken(r, &(struct note){.offer_id = rows[i].offer_id},
                   "its number was in call in offer %" PRId64, rows[i - 1].offer_id);
    free(rows);
}

static void looks_are_audited(const struct crowd *c, const struct books *b, struct rule *r)
{
    for (size_t i = 0; i < c->n_agents; i++)
        for (size_t k = 0; k < c->agents[i].notes.n; k++)
            r->n += (uint64_t)c->agents[i].notes.rows[k].looks;
    CLEANUP_FREE char *said = NULL;
    if (b->looks < r->n)
        broken(r, NULL, "only %" PRIu64 " stand in the audit log", b->looks);
    if (shift_audit(c->shift, &said) != 0)
        broken(r, NULL, "the audit log does not verify: %s", said);
}

void judge(const struct crowd *c, bool steady, judge_tell *tell, void *arg)
{
    struct books *b = books_read(c->shift);
    struct rule rules[] = {
        {"no person is held by two",                      0, 0},
        {"no number is dialled from two places",          0, 0},
        {"fences grow",                                   0, 0},
        {"no accepted step of an offer is missing",       0, 0},
        {"no accepted event of a call is missing",        0, 0},
        {"no accepted answer is missing",                 0, 0},
        {"no accepted wrap-up is missing",                0, 0},
        {"no late draft is missing",                      0, 0},
        {"no person is lost",                             0, 0},
        {"every callback came, comes or says why not",    0, 0},
        {"no hold stays behind",                          0, 0},
        {"every look is in the audit log",                0, 0},
        {"the books show no number in two calls at once", 0, 0},
    };
    one_person_one_agent(c, &rules[0]);
    one_number_one_place(c, &rules[1]);
    fences_grow(c, &rules[2]);
    each_note(c, b, accepted_steps, &rules[3]);
    each_note(c, b, accepted_events, &rules[4]);
    each_note(c, b, accepted_answers, &rules[5]);
    each_note(c, b, accepted_codes, &rules[6]);
    each_note(c, b, late_words, &rules[7]);
    nobody_is_lost(c, b, &rules[8]);
    nothing_stays_held(b, &rules[10]);
    for (size_t i = 0; i < c->n_agents; i++)
        for (size_t k = 0; k < c->agents[i].notes.n; k++)
            accepted_callbacks(c, b, &c->agents[i].notes.rows[k], &rules[9]);
    looks_are_audited(c, b, &rules[11]);
    if (steady)
        numbers_in_books(b, &rules[12]);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        tell(arg, rules[i].what, rules[i].n, rules[i].faults);
    books_free(b);
}
