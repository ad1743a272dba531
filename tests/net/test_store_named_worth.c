/* SPDX-License-Identifier: Apache-2.0 */
/* Answers turn out to be of the wrong person, and perhaps count after all: what becomes of contacts
 * and collectivities that they named. People are invented. */
#include "net/store/store_named.h"

#include <stdlib.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "net/store/store_collectivity.h"
#include "net/store/store_contact.h"
#include "net/store/store_export.h"
#include "net/store/store_purge.h"
#include "net/store/store_wish.h"
#include "store_world.h"

#define WRONG "bad_number"
#define RIGHT "closed_with_data"
#define INDEX_NAME "Gudule Vanplanted" /* of everybody in world_record */

static struct script_contact contact(const char *given, const char *phone)
{
    struct script_contact c = {.family = "Brume", .may_name = true};
    snprintf(c.given, sizeof c.given, "%s", given);
    snprintf(c.phones[0], sizeof c.phones[0], "%s", phone);
    c.n_phones = phone[0] ? 1 : 0;
    return c;
}

/* An index case who talks with an agent. */
struct talk {
    struct world *w;
    struct store_actor a;
    struct store_work_offer o;
    int64_t version;
};

static struct talk talk_begin(struct world *w, const char *login, const char *phone)
{
    struct talk t = {.w = w};
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
    t.a = world_on_queue(w, login, REGION_WAL, "fr");
    (void)world_call(w, &t.a);
    t.o = world_work(w, &t.a).offer;
    return t;
}

static const struct store_collectivity school = {
    .kind = "school", .name = "Les Tilleuls", .place = "Testville"};

static enum err_code submit(struct talk *t, const struct script_contact *contacts, size_t n)
{
    struct world *w = t->w;
    struct store_named_sum sum;
    bool kept;
    int64_t id;
    char json[32];
    snprintf(json, sizeof json, "{\"a\":%d}", (int)t->version);
    const struct store_response_put put = {
        .base_version = t->version, .completed = true, .json = json, .json_len = strlen(json)};
    const int64_t fence = world_work(w, &t->a).offer.fence;
    enum err_code code = store_response_put(w->st, &t->a, t->o.offer_id, fence, &put, w->now,
                                            &t->version, &kept, &w->err);
    code = code
               ? code
               : store_collectivity_add(w->st, &t->a, t->o.offer_id, &school, w->now, &id, &w->err);
    return code ? code
                : store_named_take(w->st, &t->a, t->o.offer_id, contacts, n, w->now, &sum, &w->err);
}

#define SUBMIT(t, ...)                                                                             \
    MUST((t)->w, submit(t, (const struct script_contact[]){__VA_ARGS__},                           \
                        sizeof((const struct script_contact[]){__VA_ARGS__}) /                     \
                            sizeof(struct script_contact)))

static void hang_up(struct world *w, const struct store_actor *a, bool rang)
{
    const int64_t call = world_work(w, a).offer.call_id;
    world_report(w, call, 1, CALL_EV_DIAL, CALL_END_NONE);
    if (rang) {
        world_report(w, call, 2, CALL_EV_RING, CALL_END_NONE);
    }
    world_report(w, call, rang ? 3 : 2, CALL_EV_END, rang ? CALL_END_NO_ANSWER : CALL_END_FAILED);
}

static void let_go(struct world *w, const struct store_actor *a)
{
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w, store_offer_end(w->st, a, o.offer_id, o.fence, w->now, &w->err));
}

/* The call ends with this code. */
static void choose(struct talk *t, const char *code)
{
    struct store_outcome o;
    hang_up(t->w, &t->a, true);
    assert_int_equal(world_wrapup(t->w, &t->a, code, 0, &o), ERR_OK);
}

static void correct(struct talk *t, const char *code)
{
    struct store_outcome o;
    const struct store_wrapup chosen = {.code = code, .chosen_utc_s = t->w->now};
    MUST(t->w, store_offer_correct(t->w->st, &t->a, t->o.offer_id, -1, &chosen, t->w->now, &o,
                                   &t->w->err));
}

static void off_queue(struct talk *t)
{
    MUST(t->w, store_set_on_queue(t->w->st, &t->a, false, t->w->now, &t->w->err));
}

static int64_t entries(struct world *w, const char *action, int64_t person_id)
{
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM audit WHERE action = '%s' AND person_id = %lld",
             action, (long long)person_id);
    return world_sql(w, sql);
}

/* A column of a person, as the operator takes it out: "" = none. */
struct wanted {
    const char *id;
    size_t id_at, at;
    char value[256];
};

static enum err_code look(void *arg, const char *const *values, size_t n, struct err *err)
{
    struct wanted *x = arg;
    (void)n;
    (void)err;
    if (strcmp(values[x->id_at], x->id) == 0) {
        snprintf(x->value, sizeof x->value, "%s", values[x->at] ? values[x->at] : "");
    }
    return ERR_OK;
}

static const char *told(struct world *w, int64_t person_id, const char *column)
{
    static struct wanted x;
    struct store_export_column columns[STORE_EXPORT_COLUMNS_MAX];
    char id[24];
    const size_t n = store_export_columns(STORE_EXPORT_PEOPLE, columns);
    x = (struct wanted){.id = id, .id_at = n, .at = n, .value = "nobody"};
    snprintf(id, sizeof id, "%lld", (long long)person_id);
    for (size_t i = 0; i < n; i++) {
        x.id_at = strcmp(columns[i].name, "person_id") == 0 ? i : x.id_at;
        x.at = strcmp(columns[i].name, column) == 0 ? i : x.at;
    }
    assert_true(x.id_at < n && x.at < n);
    assert_int_equal(store_export(w->st, STORE_EXPORT_PEOPLE, NULL, look, &x, &w->err), ERR_OK);
    x.id = NULL;
    return x.value;
}

static void assert_told(struct world *w, int64_t person_id, const char *column, const char *value)
{
    assert_string_equal(told(w, person_id, column), value);
}

static void assert_index(struct world *w, int64_t person_id, const char *ticket)
{
    assert_told(w, person_id, "index_ticket", ticket);
    assert_told(w, person_id, "name_index_patient", ticket[0] ? INDEX_NAME : "");
}

static int64_t index_of(struct world *w, int64_t person_id)
{
    int64_t ret = -1;
    assert_int_equal(store_index_of(w->st, REGION_WAL, person_id, &ret, &w->err), ERR_OK);
    return ret;
}

static int64_t waiting(struct world *w)
{
    return world_sql(w, "SELECT coalesce(sum(n), 0) FROM waiting_count");
}

static void who_was_never_called_is_not_called_and_waits_again(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"), contact("Zoé", "+32470000003"));
    assert_int_equal(waiting(w), 2);
    const int64_t order = world_sql(w, "SELECT order_at FROM person WHERE person_id = 2");
    w->now += 60;
    choose(&t, WRONG);
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_string_equal(world_person_state(w, 3), "closed");
    assert_int_equal(waiting(w), 0);
    assert_index(w, 2, "");
    assert_int_equal(index_of(w, 2), 0);
    assert_int_equal(entries(w, "contact_withdrawn", 2), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE offer_id = 1 AND agent_id = 1"
                                  " AND action = 'contact_withdrawn' AND subject = 'closed'"),
                     2);
    CLEANUP_BUF struct buf text = {0};
    assert_int_equal(store_person_export(w->st, 2, &text, &w->err), ERR_OK);
    assert_non_null(strstr(buf_text(&text), "\"withdrawn_at\": \"2025-"));
    assert_non_null(strstr(buf_text(&text), "\"contact_withdrawn\""));
    correct(&t, WRONG); /* the same word once more */
    assert_int_equal(entries(w, "contact_withdrawn", 2), 1);

    w->now += 60;
    correct(&t, RIGHT);
    assert_string_equal(world_person_state(w, 2), "waiting");
    assert_string_equal(world_person_state(w, 3), "waiting");
    assert_int_equal(waiting(w), 2);
    assert_index(w, 2, "TICKET-0001");
    assert_int_equal(index_of(w, 2), 1);
    assert_int_equal(entries(w, "contact_restored", 2), 1);
    assert_int_equal(world_sql(w, "SELECT order_at FROM person WHERE person_id = 2"), order);
    assert_told(w, 2, "withdrawn_at", "");
    correct(&t, WRONG);
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_told(w, 2, "withdrawn_at", "2025-11-24T16:02:00Z");
}

/* Names nobody more, whichever came first. */
static void answers_after_the_code_of_a_wrong_person_make_nobody_to_call(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    choose(&t, WRONG);
    SUBMIT(&t, contact("Élise", "+32470000002"));
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_index(w, 2, "");
    assert_int_equal(waiting(w), 0);
    correct(&t, RIGHT);
    assert_string_equal(world_person_state(w, 2), "waiting");
    assert_index(w, 2, "TICKET-0001");
}

static void who_was_called_stays_and_is_told_nobody(void **state)
{
    struct world *w = *state;
    struct store_outcome o;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"));
    struct store_actor bob = world_on_queue(w, "bob", REGION_WAL, "fr");
    (void)world_call(w, &bob);
    hang_up(w, &bob, true);
    assert_int_equal(world_wrapup(w, &bob, "no_answer", 0, &o), ERR_OK);
    let_go(w, &bob);
    assert_string_equal(world_person_state(w, 2), "resting");
    choose(&t, WRONG);
    assert_string_equal(world_person_state(w, 2), "resting");
    assert_index(w, 2, "");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE person_id = 2"
                                  " AND action = 'contact_withdrawn' AND subject = 'kept'"),
                     1);
    correct(&t, RIGHT);
    assert_string_equal(world_person_state(w, 2), "resting");
    assert_index(w, 2, "TICKET-0001");
}

static void who_is_named_by_others_too_stays_theirs(void **state)
{
    struct world *w = *state;
    struct talk one = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&one, contact("Élise", "+32470000002"));
    struct talk two = talk_begin(w, "bob", "+32470000009");
    struct script_contact unnamed = contact("Élise", "+32470000002");
    unnamed.may_name = false;
    SUBMIT(&two, unnamed);
    assert_index(w, 2, "TICKET-0001");
    choose(&one, WRONG);
    assert_string_equal(world_person_state(w, 2), "waiting");
    assert_told(w, 2, "index_ticket", "TICKET-0002");
    assert_told(w, 2, "name_index_patient", "");
    assert_int_equal(index_of(w, 2), 3);
    choose(&two, WRONG); /* those, too */
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_index(w, 2, "");
    correct(&one, RIGHT);
    assert_string_equal(world_person_state(w, 2), "waiting");
    assert_index(w, 2, "TICKET-0001");
    correct(&two, RIGHT);
    assert_index(w, 2, "TICKET-0001");
}

static void who_is_named_anew_waits(void **state)
{
    struct world *w = *state;
    struct talk one = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&one, contact("Élise", "+32470000002"));
    choose(&one, WRONG);
    assert_string_equal(world_person_state(w, 2), "closed");
    struct talk two = talk_begin(w, "bob", "+32470000009");
    SUBMIT(&two, contact("Élise", "+32470000002"));
    assert_string_equal(world_person_state(w, 2), "waiting");
    assert_index(w, 2, "TICKET-0002");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE kind = 'contact'"), 1);
}

static void last_told(struct script_contact *c, const char *day)
{
    snprintf(c->last_contact, sizeof c->last_contact, "%s", day);
}

/* How long somebody has to stay at home is counted from it. */
static void the_day_of_last_contact_is_that_of_answers_that_count(void **state)
{
    struct world *w = *state;
    struct script_contact c = contact("Élise", "+32470000002");
    struct talk one = talk_begin(w, "ann", "+32470000001");
    last_told(&c, "2025-11-18");
    SUBMIT(&one, c);
    last_told(&c, "2025-11-19"); /* on second thoughts */
    SUBMIT(&one, c);
    struct talk two = talk_begin(w, "bob", "+32470000009");
    last_told(&c, "2025-11-22");
    SUBMIT(&two, c);
    assert_told(w, 2, "last_contact_date", "2025-11-22");
    choose(&two, WRONG);
    assert_told(w, 2, "last_contact_date", "2025-11-19");
    last_told(&c, "2025-11-23"); /* of the wrong person, all the same */
    SUBMIT(&two, c);
    assert_told(w, 2, "last_contact_date", "2025-11-19");
    choose(&one, WRONG);
    assert_told(w, 2, "last_contact_date", "");
    correct(&two, RIGHT);
    assert_told(w, 2, "last_contact_date", "2025-11-23");
    correct(&one, RIGHT);
    assert_told(w, 2, "last_contact_date", "2025-11-23");
    CLEANUP_BUF struct buf text = {0};
    assert_int_equal(store_person_export(w->st, 2, &text, &w->err), ERR_OK);
    assert_non_null(strstr(buf_text(&text), "\"last_contact\": \"2025-11-19\""));
}

static void whom_an_import_knows(struct world *w, const char *day)
{
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002");
    assert_int_equal(record_set_field(&r, RECORD_LAST_CONTACT_DATE, day, strlen(day), &w->err),
                     ERR_OK);
    assert_int_equal(record_set_field(&r, RECORD_TICKET, "TICKET-0099", 11, &w->err), ERR_OK);
    world_import(w, &r, 1);
    record_wipe(&r);
}

static void the_day_of_an_import_comes_back(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    struct script_contact c = contact("Gudule", "+32470000002");
    memcpy(c.family, "Vanplanted", sizeof "Vanplanted");
    whom_an_import_knows(w, "2025-11-18");
    last_told(&c, "2025-11-20");
    SUBMIT(&t, c);
    assert_told(w, 2, "last_contact_date", "2025-11-20");
    choose(&t, WRONG);
    assert_told(w, 2, "last_contact_date", "2025-11-18");
    correct(&t, RIGHT);
    assert_told(w, 2, "last_contact_date", "2025-11-20");
    whom_an_import_knows(w, "2025-11-21"); /* another word, newer than both */
    correct(&t, WRONG);
    assert_told(w, 2, "last_contact_date", "2025-11-21");
}

static void whom_an_import_brought_stays(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002");
    assert_int_equal(record_set_field(&r, RECORD_INDEX_TICKET, "TICKET-0001", 11, &w->err), ERR_OK);
    world_import(w, &r, 1);
    struct script_contact c = contact("", "+32470000002");
    memcpy(c.given, r.given_name, sizeof c.given);
    memcpy(c.family, r.family_name, sizeof c.family);
    record_wipe(&r);
    SUBMIT(&t, c);
    assert_index(w, 2, "TICKET-0001");
    choose(&t, WRONG);
    assert_string_equal(world_person_state(w, 2), "waiting");
    assert_told(w, 2, "index_ticket", "TICKET-0001"); /* as the file says */
    assert_told(w, 2, "name_index_patient", "");      /* the leave was the wrong person's */
    correct(&t, RIGHT);
    assert_index(w, 2, "TICKET-0001");
}

/* The file of somebody who knows of the contact otherwise. */
static void whom_an_import_knows_since_stays(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"));
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002");
    const char *ticket = told(w, 2, "sciensano_request_ticket");
    assert_int_equal(record_set_field(&r, RECORD_TICKET, ticket, strlen(ticket), &w->err), ERR_OK);
    world_import(w, &r, 1);
    record_wipe(&r);
    choose(&t, WRONG);
    assert_string_equal(world_person_state(w, 2), "waiting");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 2);
}

/* Never pulled from under the agent: the link goes, the person when she lets go. */
static void whom_an_agent_has_is_hers_until_she_lets_go(void **state)
{
    struct world *w = *state;
    int64_t offer = 0;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"));
    struct store_actor bob = world_on_queue(w, "bob", REGION_WAL, "fr");
    offer = world_offer(w, &bob);
    choose(&t, WRONG);
    assert_string_equal(world_person_state(w, 2), "held");
    assert_index(w, 2, "");
    assert_int_equal(world_work(w, &bob).offer.offer_id, offer);
    const int64_t fence = world_work(w, &bob).offer.fence;
    MUST(w, store_offer_skip(w->st, &bob, offer, fence, "not_ready", w->now, &w->err));
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE person_id = 2"
                                  " AND action = 'contact_withdrawn' AND subject = 'closed'"),
                     1);
    correct(&t, RIGHT);
    assert_string_equal(world_person_state(w, 2), "waiting");
}

/* Held while the answers were of the wrong person, and her call rang or did not. */
static void a_call_that_is_up_decides(void **state)
{
    struct world *w = *state;
    struct store_outcome o;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"), contact("Zoé", "+32470000003"));
    struct store_actor bob = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_actor cis = world_on_queue(w, "cis", REGION_WAL, "fr");
    (void)world_call(w, &bob);
    (void)world_call(w, &cis);
    choose(&t, WRONG);
    hang_up(w, &bob, true);
    hang_up(w, &cis, false);
    assert_int_equal(world_wrapup(w, &bob, "no_answer", 0, &o), ERR_OK);
    assert_int_equal(world_wrapup(w, &cis, "busy", 0, &o), ERR_OK);
    assert_string_equal(world_person_state(w, 3), "resting"); /* still before her */
    let_go(w, &bob);
    let_go(w, &cis);
    assert_string_equal(world_person_state(w, 2), "resting");
    assert_string_equal(world_person_state(w, 3), "closed");
}

static void a_supervisor_may_set_free_whom_wrong_answers_named(void **state)
{
    struct world *w = *state;
    struct store_outcome o;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"));
    struct store_actor bob = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_actor boss = world_agent(w, "eve", REGION_WAL, "fr", true);
    (void)world_offer(w, &bob);
    choose(&t, WRONG);
    MUST(w, store_person_release(w->st, &boss, 2, PERSON_WAITING, "stuck", w->now, &o, &w->err));
    assert_int_equal(o.person_state, PERSON_CLOSED);
    assert_string_equal(world_person_state(w, 2), "closed");
}

static void a_wish_outlives_it(void **state)
{
    struct world *w = *state;
    int64_t held_by;
    struct talk t = talk_begin(w, "ann", "+32470000002");
    SUBMIT(&t, contact("Élise", "+32470000002"));
    MUST(w, store_wish_record(w->st, &t.a, t.o.offer_id, t.o.fence, STORE_WISH_NUMBER, w->now,
                              &held_by, &w->err));
    choose(&t, WRONG);
    assert_string_equal(world_person_state(w, 2), "closed");
    correct(&t, RIGHT);
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_told(w, 2, "withdrawn_at", "");
}

/* Who is destroyed on request takes what he named out of others' hands. */
static void what_a_destroyed_person_named_stays(void **state)
{
    struct world *w = *state;
    int64_t number = 0;
    struct talk one = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&one, contact("Élise", "+32470000002"));
    struct talk two = talk_begin(w, "bob", "+32470000009");
    SUBMIT(&two, contact("Élise", "+32470000002"));
    choose(&one, RIGHT);
    let_go(w, &one.a);
    off_queue(&one);
    MUST(w, store_person_erase(w->st, 1, "asked for it", w->now, &number, &w->err));
    choose(&two, WRONG);
    assert_string_equal(world_person_state(w, 2), "waiting");
}

/* --- lists for others --- */

struct listed {
    size_t n;
    char id[24];
    bool withdrawn;
};

struct reading {
    struct listed l;
    size_t id_at, withdrawn_at;
};

static enum err_code see(void *arg, const char *const *values, size_t n, struct err *err)
{
    struct reading *r = arg;
    (void)n;
    (void)err;
    r->l.n++;
    snprintf(r->l.id, sizeof r->l.id, "%s", values[r->id_at]);
    r->l.withdrawn = r->withdrawn_at != SIZE_MAX && values[r->withdrawn_at];
    return ERR_OK;
}

static struct listed list(struct world *w, enum store_export what, bool again)
{
    struct store_export_column columns[STORE_EXPORT_COLUMNS_MAX];
    struct reading r = {.withdrawn_at = SIZE_MAX};
    const size_t n = store_export_columns(what, columns);
    for (size_t i = 0; i < n; i++) {
        r.id_at = strcmp(columns[i].name, store_export_entry(what)) == 0 ? i : r.id_at;
        r.withdrawn_at = strcmp(columns[i].name, "withdrawn_at") == 0 ? i : r.withdrawn_at;
    }
    assert_int_equal(store_export_list(w->st, what, NULL, again, see, &r, &w->err), ERR_OK);
    return r.l;
}

/* Hand the one entry out, as it stands. */
static void hand_out(struct world *w, enum store_export what)
{
    int64_t handout, id;
    const struct listed l = list(w, what, false);
    assert_int_equal(l.n, 1);
    assert_true(store_id_parse(l.id, &id));
    MUST(w, store_list_export_begin(w->st, what, NULL, "root", w->now, &handout, &w->err));
    MUST(w, store_list_mark(w->st, what, id, l.withdrawn, handout, &w->err));
}

static void follow_list(struct world *w, enum store_export what)
{
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", ""));
    assert_int_equal(list(w, what, false).n, 1);
    choose(&t, WRONG);
    assert_int_equal(list(w, what, false).n, 0); /* nobody was told */
    assert_int_equal(list(w, what, true).n, 0);
    correct(&t, RIGHT);
    assert_int_equal(list(w, what, false).n, 1);
    hand_out(w, what);
    assert_int_equal(list(w, what, false).n, 0);
    correct(&t, WRONG); /* whoever has it is told to disregard it, once */
    assert_int_equal(list(w, what, false).n, 1);
    assert_true(list(w, what, false).withdrawn);
    hand_out(w, what);
    assert_int_equal(list(w, what, false).n, 0);
    assert_true(list(w, what, true).withdrawn);
    correct(&t, RIGHT); /* and that it counts */
    assert_false(list(w, what, false).withdrawn);
    hand_out(w, what);
    assert_int_equal(list(w, what, false).n, 0);
    assert_int_equal(list(w, what, true).n, 1);
}

static void the_inspection_is_told_what_counts(void **state)
{
    follow_list(*state, STORE_EXPORT_COLLECTIVITIES);
}

static void who_has_no_number_stands_in_the_list_while_it_counts(void **state)
{
    follow_list(*state, STORE_EXPORT_NO_NUMBER);
}

/* What was handed out while the code was being corrected is not forgotten. */
static void a_list_that_was_read_before_says_what_it_said(void **state)
{
    struct world *w = *state;
    int64_t handout, id;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", ""));
    const struct listed l = list(w, STORE_EXPORT_COLLECTIVITIES, false);
    assert_true(store_id_parse(l.id, &id));
    MUST(w, store_list_export_begin(w->st, STORE_EXPORT_COLLECTIVITIES, NULL, "root", w->now,
                                    &handout, &w->err));
    choose(&t, WRONG); /* between the reading and the mark */
    MUST(w, store_list_mark(w->st, STORE_EXPORT_COLLECTIVITIES, id, l.withdrawn, handout, &w->err));
    assert_true(list(w, STORE_EXPORT_COLLECTIVITIES, false).withdrawn);
}

static void told_after_the_code_it_stands_in_no_list(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    choose(&t, WRONG);
    SUBMIT(&t, contact("Élise", ""));
    assert_int_equal(list(w, STORE_EXPORT_COLLECTIVITIES, false).n, 0);
    assert_int_equal(list(w, STORE_EXPORT_NO_NUMBER, false).n, 0);
    correct(&t, RIGHT);
    assert_int_equal(list(w, STORE_EXPORT_COLLECTIVITIES, false).n, 1);
    assert_int_equal(list(w, STORE_EXPORT_NO_NUMBER, false).n, 1);
}

int main(void)
{
#define W(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        W(who_was_never_called_is_not_called_and_waits_again),
        W(answers_after_the_code_of_a_wrong_person_make_nobody_to_call),
        W(who_was_called_stays_and_is_told_nobody),
        W(who_is_named_by_others_too_stays_theirs),
        W(who_is_named_anew_waits),
        W(the_day_of_last_contact_is_that_of_answers_that_count),
        W(the_day_of_an_import_comes_back),
        W(whom_an_import_brought_stays),
        W(whom_an_import_knows_since_stays),
        W(whom_an_agent_has_is_hers_until_she_lets_go),
        W(a_call_that_is_up_decides),
        W(a_supervisor_may_set_free_whom_wrong_answers_named),
        W(a_wish_outlives_it),
        W(what_a_destroyed_person_named_stays),
        W(the_inspection_is_told_what_counts),
        W(who_has_no_number_stands_in_the_list_while_it_counts),
        W(a_list_that_was_read_before_says_what_it_said),
        W(told_after_the_code_it_stands_in_no_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
