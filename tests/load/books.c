/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/load/books.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cleanup.h"
#include "core/csv.h"
#include "core/response_status.h"
#include "core/text.h"
#include "core/time_text.h"
#include "net/api/json.h"
#include "tests/harness/die.h"

/* --- one export --- */

struct table {
    char names[CSV_COLUMNS_MAX][40];
    size_t n;
    const struct csv_row *row;
};

static const char *cell(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->names[i], name) == 0)
            return t->row->fields[i].text;
    (void)fprintf(stderr, "load: an export has no column %s\n", name);
    exit(1);
}

static int64_t number(const struct table *t, const char *name)
{
    int64_t n = 0;
    const char *text = cell(t, name);
    (void)text_to_int(text, strlen(text), INT64_MIN, INT64_MAX, &n);
    return n;
}

static int64_t instant(const struct table *t, const char *name)
{
    int64_t s = 0;
    const char *text = cell(t, name);
    (void)time_text_parse(text, strlen(text), &s);
    return s;
}

static void word(const struct table *t, const char *name, char *ret, size_t size)
{
    (void)snprintf(ret, size, "%s", cell(t, name));
}

static void take_row(struct table *t, const struct csv_row *row,
                     void (*fn)(struct books *b, const struct table *t), struct books *b)
{
    t->row = row;
    if (t->n) {
        fn(b, t);
        return;
    }
    t->n = row->n;
    for (size_t i = 0; i < row->n; i++)
        (void)snprintf(t->names[i], sizeof t->names[i], "%s", row->fields[i].text);
}

static void each_row(const char *text, void (*fn)(struct books *b, const struct table *t),
                     struct books *b)
{
    struct err err;
    struct table table = {.n = 0};
    struct csv_reader *r = csv_reader_new();
    const struct csv_row *row = NULL;
    const size_t len = strlen(text);
    if (!r)
        die("load", "memory");
    for (size_t used = 0; used < len;) {
        size_t n;
        if (csv_feed(r, text + used, len - used, &n, &row, &err) != ERR_OK)
            die("load", err.sentence);
        used += n;
        if (row)
            take_row(&table, row, fn, b);
    }
    csv_reader_free(r);
}

static void each(const struct shift *s, const char *what,
                 void (*fn)(struct books *b, const struct table *t), struct books *b)
{
    CLEANUP_FREE char *text = shift_export(s, what);
    each_row(text, fn, b);
}

/* --- rows --- */

static void *grown(void *rows, size_t *n, size_t size, int64_t id)
{
    const size_t want = (size_t)id + 1;
    if (want <= *n)
        return rows;
    const size_t cap = want * 2;
    rows = realloc(rows, cap * size);
    if (!rows)
        die("load", "memory");
    memset((char *)rows + *n * size, 0, (cap - *n) * size);
    *n = cap;
    return rows;
}

static struct book_offer *offer_at(struct books *b, int64_t id)
{
    b->offers = grown(b->offers, &b->n_offers, sizeof *b->offers, id);
    return &b->offers[id];
}

static struct book_person *person_at(struct books *b, int64_t id)
{
    b->people = grown(b->people, &b->n_people_ids, sizeof *b->people, id);
    return &b->people[id];
}

static void take_person(struct books *b, const struct table *t)
{
    const int64_t id = number(t, "person_id");
    struct book_person *p = person_at(b, id);
    p->person_id = id;
    word(t, "state", p->state, sizeof p->state);
    p->due_s = instant(t, "due_at");
    b->n_people++;
}

/* One row an event. */
static void take_call(struct books *b, const struct table *t)
{
    const int64_t id = number(t, "offer_id");
    struct book_offer *o = offer_at(b, id);
    o->offer_id = id;
    o->person_id = number(t, "person_id");
    o->offered_s = instant(t, "offered_at");
    o->accepted = cell(t, "accepted_at")[0] != '\0';
    o->permitted_s = instant(t, "permitted_at");
    o->call_ended_s = instant(t, "ended_at");
    o->call_id = number(t, "call_id");
    word(t, "offer_state", o->state, sizeof o->state);
    word(t, "offer_ended_by", o->ended_by, sizeof o->ended_by);
    word(t, "skip_reason", o->skip_reason, sizeof o->skip_reason);
    word(t, "phone", o->phone, sizeof o->phone);
    const int64_t seq = number(t, "seq");
    o->last_seq = seq > o->last_seq ? seq : o->last_seq;
    o->call_end = o->call_end || strcmp(cell(t, "event"), "end") == 0;
    if (strcmp(o->state, "none") != 0 && strcmp(o->state, "done") != 0)
        person_at(b, o->person_id)->is_held = true;
}

static void take_answers(struct books *b, const struct table *t)
{
    struct book_offer *o = offer_at(b, number(t, "offer_id"));
    const char *words = strstr(cell(t, "response"), "words-");
    o->version = number(t, "version");
    enum response_status status;
    const bool known = response_status_parse(cell(t, "status"), &status);
    o->completed = known && status != RESPONSE_IN_PROGRESS && status != RESPONSE_STOPPED;
    o->withheld = known && status == RESPONSE_ENTERED_IN_ERROR;
    if (words)
        (void)snprintf(o->words, sizeof o->words, "%.*s", (int)sizeof "words-000000000000-" - 1,
                       words);
}

static void take_code(struct books *b, const struct table *t)
{
    struct book_offer *o = offer_at(b, number(t, "offer_id"));
    o->revisions++;
    word(t, "code", o->code, sizeof o->code); /* in the order of revisions */
}

static void take_audit(struct books *b, const struct table *t)
{
    b->looks += strcmp(cell(t, "action"), "record_read") == 0;
}

static void take_callback(struct books *b, const struct table *t)
{
    struct book_callback c = {.callback_id = number(t, "callback_id"),
                              .offer_id = number(t, "offer_id"),
                              .miss_s = number(t, "miss_at")};
    word(t, "state", c.state, sizeof c.state);
    word(t, "why", c.why, sizeof c.why);
    b->callbacks = realloc(b->callbacks, (b->n_callbacks + 1) * sizeof c);
    if (!b->callbacks)
        die("load", "memory");
    b->callbacks[b->n_callbacks++] = c;
}

static void take_callbacks(struct books *b, const struct shift *s)
{
    CLEANUP_FREE char *text =
        shift_ask(s, "SELECT callback_id, offer_id, state, why, miss_at FROM callback"
                     " ORDER BY offer_id, callback_id");
    each_row(text, take_callback, b);
}

static void take_alarms(struct books *b, const struct shift *s)
{
    struct err err;
    CLEANUP_JSON cJSON *j = NULL;
    CLEANUP_FREE char *text = shift_alarms(s);
    if (json_parse(text, strlen(text), &json_limits_script, &j, &err) != ERR_OK)
        die("load", err.sentence);
    for (const cJSON *alarm = j->child; alarm; alarm = alarm->next) {
        const char *id = json_str(alarm, "callback_id", "");
        for (size_t i = 0; i < b->n_callbacks; i++)
            if (strtoll(id, NULL, 10) == b->callbacks[i].callback_id &&
                strcmp(json_str(alarm, "kind", ""), "callback_missed") == 0)
                b->callbacks[i].alarm = true;
    }
}

struct books *books_read(const struct shift *s)
{
    struct books *b = calloc(1, sizeof *b);
    if (!b)
        die("load", "memory");
    each(s, "people", take_person, b);
    each(s, "calls", take_call, b);
    each(s, "answers", take_answers, b);
    each(s, "wrapups", take_code, b);
    each(s, "audit", take_audit, b);
    take_callbacks(b, s);
    take_alarms(b, s);
    b->late_drafts = shift_export(s, "late-drafts");
    return b;
}

void books_free(struct books *b)
{
    free(b->offers);
    free(b->people);
    free(b->callbacks);
    free(b->late_drafts);
    free(b);
}

const struct book_offer *books_offer(const struct books *b, int64_t offer_id)
{
    return offer_id > 0 && (size_t)offer_id < b->n_offers && b->offers[offer_id].offer_id
               ? &b->offers[offer_id]
               : NULL;
}

const struct book_callback *books_callbacks(const struct books *b, int64_t offer_id)
{
    size_t low = 0, high = b->n_callbacks;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (b->callbacks[middle].offer_id < offer_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->n_callbacks && b->callbacks[low].offer_id == offer_id ? &b->callbacks[low]
                                                                          : NULL;
}

const struct book_person *books_person(const struct books *b, int64_t person_id)
{
    return person_id > 0 && (size_t)person_id < b->n_people_ids && b->people[person_id].person_id
               ? &b->people[person_id]
               : NULL;
}
