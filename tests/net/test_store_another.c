/* SPDX-License-Identifier: Apache-2.0 */
/* Calling another number after a call. */

#include "store_world.h"

#include "net/store/store_another.h"
#include "net/store/store_hours.h"
#include "net/store/store_wish.h"

#define CHILD "+32470000001"
#define MOTHER "+32470000099"

/* The person is called, does not come to the telephone, and the call is closed with this code. */
static struct store_work_offer done(struct world *w, const struct store_actor *a, const char *code)
{
    struct store_outcome outcome;
    world_acw(w, a, CALL_END_BY_PERSON);
    assert_int_equal(world_wrapup(w, a, code, 0, &outcome), ERR_OK);
    return world_work(w, a).offer;
}

static enum err_code call_party(struct world *w, const struct store_actor *a, const char *number,
                                int64_t *ret_offer)
{
    struct party party;
    const struct store_work_offer o = world_work(w, a).offer;
    const struct store_another another = {.party = &party};
    assert_int_equal(party_read("parent", "Marie Plantedmother", number, &party, &w->err), ERR_OK);
    return TRY(w, store_offer_another(w->st, a, o.offer_id, o.fence, &another, w->now, ret_offer,
                                      &w->err));
}

static enum err_code call_contact(struct world *w, const struct store_actor *a, int64_t contact,
                                  int64_t *ret_offer)
{
    const struct store_work_offer o = world_work(w, a).offer;
    const struct store_another another = {.contact_id = contact};
    return TRY(w, store_offer_another(w->st, a, o.offer_id, o.fence, &another, w->now, ret_offer,
                                      &w->err));
}

/* The call of a preview on the number that it says: rings, is answered if `end` says so, ends. */
static void call_now(struct world *w, const struct store_actor *a, enum call_end end)
{
    struct store_permit permit;
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w,
         store_call_permit(w->st, a, o.offer_id, o.fence, o.next_phone, w->now, &permit, &w->err));
    assert_string_equal(permit.number, o.phones[o.next_phone]);
    world_report(w, permit.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, permit.call_id, 2, CALL_EV_RING, CALL_END_NONE);
    if (end == CALL_END_BY_AGENT || end == CALL_END_BY_PERSON)
        world_report(w, permit.call_id, 3, CALL_EV_ANSWER, CALL_END_NONE);
    world_report(w, permit.call_id, end == CALL_END_BY_AGENT || end == CALL_END_BY_PERSON ? 4 : 3,
                 CALL_EV_END, end);
}

static void skip_it(struct world *w, const struct store_actor *a)
{
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w, store_offer_skip(w->st, a, o.offer_id, o.fence, "known_person", w->now, &w->err));
}

/* People, holds, agents and leases agree. */
static void all_is_well(struct world *w)
{
    static const char *const wrong[] = {
        "SELECT count(*) FROM offer WHERE state IN ('preview', 'call', 'acw') AND NOT EXISTS "
        "(SELECT"
        " 1 FROM person p WHERE p.person_id = offer.person_id AND p.state = 'held')",
        "SELECT count(*) FROM person WHERE state = 'held' AND NOT EXISTS (SELECT 1 FROM offer o"
        " WHERE o.person_id = person.person_id AND o.state IN ('offered', 'preview', 'call',"
        " 'acw'))",
        "SELECT count(*) FROM phone_lease WHERE free_at IS NULL AND NOT EXISTS (SELECT 1 FROM offer"
        " o WHERE o.person_id = phone_lease.person_id AND o.state IN ('offered', 'preview',"
        " 'call'))",
        "SELECT count(*) FROM agent a WHERE a.offer_id IS NOT NULL AND a.offer_id NOT IN (SELECT"
        " o.offer_id FROM offer o WHERE o.agent_id = a.agent_id AND o.state <> 'none')",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(world_sql(w, wrong[i]), 0);
}

static struct store_actor child(struct world *w)
{
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, CHILD);
    return a;
}

static void the_mother_of_a_child_is_called_and_stands_in_the_record(void **state)
{
    struct world *w = *state;
    struct store_actor a = child(w);
    const struct store_work_offer first = done(w, &a, "closed_without_data");
    int64_t offer = 0;
    assert_string_equal(world_person_state(w, 1), "closed");
    assert_int_equal(call_party(w, &a, "0470 00 00 99", &offer), ERR_OK);
    struct store_work_offer o = world_work(w, &a).offer;
    assert_int_equal(o.offer_id, offer);
    assert_int_not_equal(o.offer_id, first.offer_id);
    assert_true(o.fence > first.fence);
    assert_int_equal(o.state, HOLD_PREVIEW);
    assert_int_equal(o.deadline_utc_s, w->now + 30);
    assert_int_equal(o.person_id, 1);
    assert_string_equal(o.queue, "WAL_French");
    assert_true(o.has_party);
    assert_int_equal(o.party.relation, PARTY_PARENT);
    assert_string_equal(o.party.name, "Marie Plantedmother");
    assert_int_equal(o.n_phones, 2);
    assert_int_equal(o.next_phone, 1);
    assert_string_equal(o.phones[1], MOTHER);
    assert_int_equal(o.attempts, 1);
    assert_string_equal(world_person_state(w, 1), "held");
    all_is_well(w);

    call_now(w, &a, CALL_END_BY_AGENT);
    struct record r;
    MUST(w, store_record_read(w->st, &a, offer, o.fence, w->now, &r, &w->err));
    assert_int_equal(r.n_parties, 0); /* this one is in the work */
    record_wipe(&r);
    all_is_well(w);

    /* The second code decides; the first stays in the history. */
    struct store_outcome outcome;
    assert_int_equal(world_wrapup(w, &a, "no_answer", 0, &outcome), ERR_OK);
    assert_int_equal(outcome.person_state, PERSON_RESTING);
    assert_string_equal(world_person_state(w, 1), "resting");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM wrapup"), 2);
    assert_int_equal(world_sql(w, "SELECT attempts FROM person"), 2);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'another_number'"), 1);
    assert_int_equal(
        world_sql(w, "SELECT after_offer_id FROM offer ORDER BY offer_id DESC LIMIT 1"),
        first.offer_id);
    /* Whoever has the person next sees who answered, and not who was never called. */
    assert_int_equal(call_party(w, &a, "+32470000098", &offer), ERR_OK);
    skip_it(w, &a);
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    world_sql(w, "UPDATE person SET state = 'waiting', due_at = NULL RETURNING 1");
    world_call(w, &b);
    const struct store_work_offer next = world_work(w, &b).offer;
    assert_false(next.has_party);
    MUST(w, store_record_read(w->st, &b, next.offer_id, next.fence, w->now, &r, &w->err));
    assert_int_equal(r.n_parties, 1);
    assert_int_equal(r.parties[0].relation, PARTY_PARENT);
    assert_string_equal(r.parties[0].name, "Marie Plantedmother");
    assert_string_equal(r.parties[0].number, MOTHER);
    assert_true(r.parties[0].answered);
    record_wipe(&r);
    /* Nothing of it stands in clear. */
    world_sqlite_only(w);
    assert_int_equal(world_sql(w,
                               "SELECT count(*) FROM offer WHERE instr(party_name_enc, 'Planted')"
                               " OR instr(party_phone_enc, '470000099')"),
                     0);
}

static void who_is_not_called_after_all_is_as_the_first_code_said(void **state)
{
    struct world *w = *state;
    struct store_actor a = child(w);
    int64_t offer = 0;
    done(w, &a, "closed_without_data");
    assert_int_equal(call_party(w, &a, MOTHER, &offer), ERR_OK);
    skip_it(w, &a);
    assert_string_equal(world_person_state(w, 1), "closed");
    all_is_well(w);

    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000002");
    done(w, &a, "no_answer");
    int64_t due = world_sql(w, "SELECT due_at FROM person WHERE person_id = 2");
    assert_true(due > w->now + 600);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(call_party(w, &a, MOTHER, &offer), ERR_OK);
        assert_int_equal(world_sql(w, "SELECT count(due_at) FROM person WHERE person_id = 2"), 0);
        if (i == 0) { /* the agent is gone */
            bool changed = false;
            MUST(w, store_agent_gone(w->st, a.agent_id, w->now, &changed, &w->err));
            assert_true(changed);
        } else if (i == 1) { /* a supervisor takes the person */
            struct store_actor s = world_agent(w, "sue", REGION_WAL, "fr", true);
            struct store_outcome outcome;
            MUST(w, store_offer_release(w->st, &s, offer, "x", w->now, &outcome, &w->err));
            assert_int_equal(outcome.person_state, PERSON_RESTING);
        } else { /* a new login */
            struct store_session session;
            MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + 36000, &session, &w->err));
        }
        assert_int_equal(world_sql(w, "SELECT due_at FROM person WHERE person_id = 2"), due);
        assert_string_equal(world_person_state(w, 2), "resting");
        all_is_well(w);
        if (i == 2)
            break;
        /* Once more from the start: the agent calls, and the same code is chosen. */
        world_sql(w, "UPDATE person SET state = 'waiting', due_at = NULL WHERE person_id = 2"
                     " RETURNING 1");
        if (i == 0)
            MUST(w, store_set_on_queue(w->st, &a, true, w->now, &w->err));
        done(w, &a, "no_answer");
        due = world_sql(w, "SELECT due_at FROM person WHERE person_id = 2");
    }
}

/* A rest that is over by then is over. */
static void who_would_have_been_woken_meanwhile_waits(void **state)
{
    struct world *w = *state;
    struct store_actor a = child(w);
    int64_t offer = 0;
    size_t n = 0;
    done(w, &a, "no_answer");
    const int64_t due = world_sql(w, "SELECT due_at FROM person");
    assert_int_equal(call_party(w, &a, MOTHER, &offer), ERR_OK);
    MUST(w, store_wake_people(w->st, due + 1, 10, &n, &w->err));
    assert_int_equal(n, 0);
    bool changed = false;
    MUST(w, store_agent_gone(w->st, a.agent_id, due + 1, &changed, &w->err));
    assert_string_equal(world_person_state(w, 1), "waiting");
}

static enum err_code never_open(void *arg, const char *zone, const char *calendar,
                                int64_t from_utc_s, int64_t to_utc_s, struct hours_span *ret,
                                size_t cap, size_t *ret_n, struct err *err)
{
    (void)arg;
    (void)zone;
    (void)calendar;
    (void)from_utc_s;
    (void)to_utc_s;
    (void)ret;
    (void)cap;
    (void)err;
    *ret_n = 0;
    return ERR_OK;
}

static void numbers_that_may_not_be_called_are_refused_and_nothing_changes(void **state)
{
    struct world *w = *state;
    struct store_actor a = child(w);
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    int64_t offer = 0;
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002");
    done(w, &a, "closed_without_data");
    world_offer(w, &b); /* has whoever has …02 */

    assert_int_equal(call_party(w, &a, "+32470000002", &offer), ERR_STATE);
    assert_string_equal(w->err.field, "/party/number");
    assert_int_equal(call_party(w, &a, "+3290012345", &offer), ERR_PHONE);
    assert_string_equal(w->err.field, "/party/number");
    assert_int_equal(call_party(w, &a, "+12125550123", &offer), ERR_PHONE);
    struct party p;
    static const char *const bad[] = {"",           "470000099",      "abc",     "+32",
                                      "0470 00 00", "+32470000001;x", "sip:x@y", "118#31"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(party_read("parent", "", bad[i], &p, &w->err), ERR_PHONE);
        assert_string_equal(w->err.field, "number");
    }
    assert_int_equal(world_work(w, &a).offer.state, HOLD_DONE);
    assert_string_equal(world_person_state(w, 1), "closed");
    all_is_well(w);

    /* Closed: nobody is called, on whatever number. */
    const struct hours_ops never = {.expand = never_open};
    store_use_calendar(w->st, &never);
    assert_int_equal(call_party(w, &a, MOTHER, &offer), ERR_STATE);
    assert_string_equal(w->err.sentence, another_refusal_text(ANOTHER_HOURS));
    store_use_calendar(w->st, NULL);
    /* And with a good one all goes on. */
    assert_int_equal(call_party(w, &a, MOTHER, &offer), ERR_OK);
    /* Nobody else gets it now. */
    skip_it(w, &b);
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, MOTHER);
    int64_t nobody = 0;
    assert_int_equal(TRY(w, store_offer_next(w->st, b.agent_id, w->now, &nobody, &w->err)),
                     ERR_NOT_FOUND);
}

static void a_wish_not_to_be_called_stands_above_it(void **state)
{
    struct world *w = *state;
    struct store_actor a = child(w);
    int64_t offer = 0;
    int64_t held = 0;
    done(w, &a, "closed_without_data");
    /* The mother does not want to be called: that number is dead from now on. */
    assert_int_equal(call_party(w, &a, MOTHER, &offer), ERR_OK);
    call_now(w, &a, CALL_END_BY_AGENT);
    const struct store_work_offer o = world_work(w, &a).offer;
    MUST(w,
         store_wish_record(w->st, &a, offer, o.fence, STORE_WISH_NUMBER, w->now, &held, &w->err));
    struct store_outcome outcome;
    assert_int_equal(world_wrapup(w, &a, "closed_without_data", 0, &outcome), ERR_OK);
    assert_int_equal(call_party(w, &a, MOTHER, &offer), ERR_PHONE);
    assert_string_equal(w->err.field, "/party/number");
    /* The person wants no call at all: nobody is called for them. */
    assert_int_equal(call_party(w, &a, "+32470000098", &offer), ERR_OK);
    call_now(w, &a, CALL_END_BY_AGENT);
    MUST(w, store_wish_record(w->st, &a, offer, world_work(w, &a).offer.fence, STORE_WISH_ANY,
                              w->now, &held, &w->err));
    assert_int_equal(world_wrapup(w, &a, "closed_without_data", 0, &outcome), ERR_OK);
    assert_int_equal(call_party(w, &a, "+32470000097", &offer), ERR_STATE);
    assert_string_equal(w->err.sentence, another_refusal_text(ANOTHER_UNWANTED));
}

static void a_short_code_is_nobodys_number(void **state)
{
    struct world *w = *state;
    struct store_actor a = child(w);
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    int64_t offer = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000002");
    done(w, &a, "closed_without_data");
    done(w, &b, "closed_without_data");
    assert_int_equal(call_party(w, &a, "112", &offer), ERR_OK);
    assert_int_equal(call_party(w, &b, "112", &offer), ERR_OK);
    struct store_permit permit;
    struct store_work_offer o = world_work(w, &a).offer;
    MUST(w,
         store_call_permit(w->st, &a, o.offer_id, o.fence, o.next_phone, w->now, &permit, &w->err));
    assert_string_equal(permit.number, "112");
    call_now(w, &b, CALL_END_BY_AGENT);
}

/* An index case (1) with contacts 2, 3, 4; 5 is another's contact, 6 of another region. */
static struct store_actor family(struct world *w)
{
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct record rows[] = {
        world_record(w, REGION_WAL, "fr", PERSON_INDEX, CHILD),
        world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002"),
        world_record(w, REGION_WAL, "de", PERSON_CONTACT, "+32470000003"),
        world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000004"),
        world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000005"),
        world_record(w, REGION_BXL, "fr", PERSON_CONTACT, "+32470000006"),
    };
    for (size_t i = 1; i < 6; i++)
        if (i != 4)
            assert_int_equal(
                record_set_field(&rows[i], RECORD_INDEX_TICKET, "TICKET-0001", 11, &w->err),
                ERR_OK);
    world_import(w, rows, 6);
    return a;
}

static size_t contacts(struct world *w, const struct store_actor *a,
                       struct store_another_contact *rows, size_t cap, bool *ret_more)
{
    size_t n = 0;
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w, store_another_contacts(w->st, a, o.offer_id, o.fence, w->now, rows, cap, &n, ret_more,
                                   &w->err));
    return n;
}

static void a_contact_is_called_on_the_contacts_own_record(void **state)
{
    struct world *w = *state;
    struct store_actor a = family(w);
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_another_contact rows[8];
    bool more = true;
    int64_t offer = 0;
    done(w, &a, "closed_without_data");
    world_offer(w, &b); /* has the oldest contact */
    assert_int_equal(contacts(w, &a, rows, 8, &more), 3);
    assert_false(more);
    assert_int_equal(rows[0].person_id, 2);
    assert_int_equal(rows[0].refusal, ANOTHER_HELD);
    assert_int_equal(rows[1].person_id, 3);
    assert_int_equal(rows[1].refusal, ANOTHER_MAY);
    assert_string_equal(rows[1].language, "de");
    assert_string_equal(rows[1].phone, "+32470000003");
    assert_string_equal(rows[1].family_name, "Vanplanted");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'contact_listed'"), 3);
    assert_int_equal(contacts(w, &a, rows, 2, &more), 2);
    assert_true(more);

    assert_int_equal(call_contact(w, &a, 2, &offer), ERR_STATE);
    assert_string_equal(w->err.sentence, another_refusal_text(ANOTHER_HELD));
    static const int64_t nobodys[] = {1, 5, 6, 7, 99};
    for (size_t i = 0; i < sizeof nobodys / sizeof nobodys[0]; i++) {
        assert_int_equal(call_contact(w, &a, nobodys[i], &offer), ERR_NOT_FOUND);
        assert_string_equal(w->err.field, "/contact_id");
    }
    assert_int_equal(call_contact(w, &a, 3, &offer), ERR_OK);
    const struct store_work_offer o = world_work(w, &a).offer;
    assert_int_equal(o.person_id, 3);
    assert_int_equal(o.kind, PERSON_CONTACT);
    assert_string_equal(o.language, "de");
    assert_string_equal(o.script_id, "tracing-contact");
    assert_false(o.has_party);
    assert_string_equal(world_person_state(w, 1), "closed");
    assert_string_equal(world_person_state(w, 3), "held");
    all_is_well(w);
    /* From there to the next one, who is a contact of the same index case. */
    call_now(w, &a, CALL_END_NO_ANSWER);
    struct store_outcome outcome;
    assert_int_equal(world_wrapup(w, &a, "no_answer", 0, &outcome), ERR_OK);
    assert_int_equal(contacts(w, &a, rows, 8, &more), 2);
    assert_int_equal(rows[0].person_id, 2);
    assert_int_equal(rows[1].person_id, 4);
    assert_int_equal(call_contact(w, &a, 4, &offer), ERR_OK);
    all_is_well(w);
}

static void of_two_agents_who_want_one_contact_one_gets_it(void **state)
{
    struct world *w = *state;
    struct store_actor a = family(w);
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    int64_t offer = 0;
    done(w, &a, "closed_without_data");
    done(w, &b, "closed_without_data"); /* contact 2 */
    assert_int_equal(call_contact(w, &b, 4, &offer), ERR_OK);
    assert_int_equal(call_contact(w, &a, 4, &offer), ERR_STATE);
    assert_string_equal(w->err.sentence, another_refusal_text(ANOTHER_HELD));
    assert_int_equal(world_work(w, &a).offer.state, HOLD_DONE);
    skip_it(w, &b);
    struct store_another_contact rows[8];
    bool more;
    assert_int_equal(contacts(w, &a, rows, 8, &more), 3);
    assert_int_equal(rows[0].refusal, ANOTHER_CLOSED);
    assert_int_equal(rows[2].state, PERSON_RESTING); /* skipped: a pause */
    assert_int_equal(rows[2].refusal, ANOTHER_MAY);
    assert_int_equal(call_contact(w, &a, 2, &offer), ERR_STATE);
    assert_int_equal(call_contact(w, &a, 4, &offer), ERR_OK);
    all_is_well(w);
}

static void only_a_call_whose_code_is_chosen_is_followed_by_another(void **state)
{
    struct world *w = *state;
    struct store_actor a = child(w);
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    int64_t offer = 0;
    world_offer(w, &a);
    assert_int_equal(call_party(w, &a, MOTHER, &offer), ERR_STATE);
    skip_it(w, &a);
    world_sql(w, "UPDATE person SET state = 'waiting', due_at = NULL RETURNING 1");
    world_acw(w, &a, CALL_END_BY_PERSON);
    assert_int_equal(call_party(w, &a, MOTHER, &offer), ERR_STATE);
    struct store_outcome outcome;
    assert_int_equal(world_wrapup(w, &a, "closed_without_data", 0, &outcome), ERR_OK);
    struct party party;
    const struct store_another another = {.party = &party};
    const struct store_work_offer o = world_work(w, &a).offer;
    assert_int_equal(party_read("helper", "", MOTHER, &party, &w->err), ERR_OK);
    assert_int_equal(TRY(w, store_offer_another(w->st, &b, o.offer_id, o.fence, &another, w->now,
                                                &offer, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(TRY(w, store_offer_another(w->st, &a, o.offer_id, o.fence + 1, &another,
                                                w->now, &offer, &w->err)),
                     ERR_STALE);
    MUST(w, store_offer_another(w->st, &a, o.offer_id, o.fence, &another, w->now, &offer, &w->err));
    assert_int_equal(TRY(w, store_offer_another(w->st, &a, o.offer_id, o.fence, &another, w->now,
                                                &offer, &w->err)),
                     ERR_STALE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_mother_of_a_child_is_called_and_stands_in_the_record),
        TEST(who_is_not_called_after_all_is_as_the_first_code_said),
        TEST(who_would_have_been_woken_meanwhile_waits),
        TEST(numbers_that_may_not_be_called_are_refused_and_nothing_changes),
        TEST(a_wish_not_to_be_called_stands_above_it),
        TEST(a_short_code_is_nobodys_number),
        TEST(a_contact_is_called_on_the_contacts_own_record),
        TEST(of_two_agents_who_want_one_contact_one_gets_it),
        TEST(only_a_call_whose_code_is_chosen_is_followed_by_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
