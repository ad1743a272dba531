/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody stays stuck: a supervisor frees a person in any state. And what goes over the wall on
 * purpose: late answers to the supervisor, the record of a call to whom it was granted. */

#include "net/store/store_alarm.h"
#include "net/store/store_hold_check.h"
#include "store_world.h"

static int64_t person_of(struct world *w, const struct store_actor *a)
{
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT person_id FROM offer WHERE offer_id = %d",
             (int)world_work(w, a).offer.offer_id);
    return world_sql(w, sql);
}

/* Bring the agent's hold into a state; the person. */
static int64_t hold_in(struct world *w, const struct store_actor *a, enum hold_state state)
{
    int64_t agent = 0;
    struct store_outcome o;
    if (state == HOLD_OFFERED) {
        world_offer(w, a);
    } else if (state == HOLD_PREVIEW) {
        const int64_t offer = world_offer(w, a);
        MUST(w, store_offer_accept(w->st, a, offer, world_work(w, a).offer.fence, w->now, &w->err));
    } else if (state == HOLD_CALL) {
        world_call(w, a);
    } else {
        world_acw(w, a, CALL_END_BY_PERSON);
    }
    if (state == HOLD_OVERDUE) {
        w->now += 61;
        MUST(w,
             store_deadline_apply(w->st, world_work(w, a).offer.offer_id, w->now, &agent, &w->err));
    } else if (state == HOLD_DONE) {
        assert_int_equal(world_wrapup(w, a, "no_answer", 0, &o), ERR_OK);
    }
    assert_int_equal(world_work(w, a).offer.state, state);
    return person_of(w, a);
}

static void a_person_is_freed_from_every_state_of_a_hold(void **state)
{
    struct world *w = *state;
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    for (int s = HOLD_OFFERED; s <= HOLD_DONE; s++) {
        for (int i = 0; i < 2; i++) {
            char login[16];
            char phone[PHONE_SIZE];
            struct store_outcome o;
            snprintf(login, sizeof login, "a%d%d", s, i);
            snprintf(phone, sizeof phone, "+324700000%d%d", s, i);
            struct store_actor a = world_on_queue(w, login, REGION_WAL, "fr");
            world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
            const int64_t person = hold_in(w, &a, (enum hold_state)s);
            const int64_t fence = world_work(w, &a).offer.fence;
            const int64_t offer = world_work(w, &a).offer.offer_id;
            MUST(w, store_person_release(w->st, &boss, person, i ? PERSON_CLOSED : PERSON_WAITING,
                                         "stuck", w->now, &o, &w->err));
            assert_int_equal(o.person_state, i ? PERSON_CLOSED : PERSON_WAITING);
            assert_string_equal(world_person_state(w, person), i ? "closed" : "waiting");
            assert_int_equal(o.agent_id, s == HOLD_DONE ? 0 : a.agent_id);
            if (s != HOLD_DONE) { /* that agent is only looking, and the person went on */
                assert_int_equal(world_work(w, &a).offer.offer_id, 0);
                assert_int_equal(
                    TRY(w, store_offer_accept(w->st, &a, offer, fence, w->now, &w->err)),
                    ERR_STALE);
            }
            /* Nobody else gets in the way of the next. */
            assert_int_equal(
                world_sql_result(w, "UPDATE person SET state = 'closed', due_at = NULL"), 0);
        }
    }
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'release'"),
                     2 * HOLD_DONE);
}

static void whom_nobody_holds_is_freed_too(void **state)
{
    struct world *w = *state;
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    const struct store_actor far = world_agent(w, "far", REGION_BXL, "fr", true);
    const struct store_actor a = world_agent(w, "ann", REGION_WAL, "fr", false);
    static const char *const stuck[] = {
        "UPDATE person SET state = 'unresolved', due_at = NULL",
        "UPDATE person SET state = 'resting', due_at = 99999999999",
        "UPDATE person SET state = 'held', due_at = NULL",
    };
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    assert_int_equal(
        TRY(w, store_person_release(w->st, &boss, 1, PERSON_WAITING, "x", w->now, &o, &w->err)),
        ERR_STATE); /* waits already */
    for (size_t i = 0; i < sizeof stuck / sizeof stuck[0]; i++) {
        assert_int_equal(world_sql_result(w, stuck[i]), 0);
        assert_int_equal(
            TRY(w, store_person_release(w->st, &a, 1, PERSON_WAITING, "x", w->now, &o, &w->err)),
            ERR_FORBIDDEN);
        assert_int_equal(
            TRY(w, store_person_release(w->st, &far, 1, PERSON_WAITING, "x", w->now, &o, &w->err)),
            ERR_NOT_FOUND);
        assert_int_equal(
            TRY(w, store_person_release(w->st, &boss, 1, PERSON_HELD, "x", w->now, &o, &w->err)),
            ERR_INVALID);
        MUST(w, store_person_release(w->st, &boss, 1, PERSON_WAITING, "x", w->now, &o, &w->err));
        assert_string_equal(world_person_state(w, 1), "waiting");
        assert_int_equal(o.agent_id, 0);
    }
    assert_int_equal(world_sql_result(w, "UPDATE person SET state = 'closed'"), 0);
    assert_int_equal(
        TRY(w, store_person_release(w->st, &boss, 1, PERSON_WAITING, "x", w->now, &o, &w->err)),
        ERR_STATE); /* closed is closed */
}

/* A blob at another place opens as little as one with a flipped bit. */
static void whoever_cannot_be_read_is_parked_and_told(void **state)
{
    struct world *w = *state;
    static const char *const damage[] = {
        "UPDATE person SET contact_enc = context_enc WHERE person_id = 1",
        "UPDATE person SET ident_enc = contact_enc WHERE person_id = 2",
    };
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_alarm_row rows[8];
    struct store_outcome o;
    int64_t offer = 0;
    size_t n;
    bool parked = true;
    for (int i = 0; i < 3; i++) {
        char phone[PHONE_SIZE];
        snprintf(phone, sizeof phone, "+3247000000%d", i);
        world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(world_sql_result(w, damage[i]), 0);
        offer = world_offer(w, &a);
        const int64_t fence = world_work(w, &a).offer.fence;
        assert_int_equal(person_of(w, &a), i + 1);
        MUST(w, store_offer_park_unreadable(w->st, &a, offer, fence, w->now, &parked, &w->err));
        assert_true(parked);
        assert_string_equal(world_person_state(w, i + 1), "unresolved");
        assert_int_equal(TRY(w, store_offer_accept(w->st, &a, offer, fence, w->now, &w->err)),
                         ERR_STALE);
        assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease"), 0);
    }
    offer = world_offer(w, &a); /* the next agent, and this one, get somebody else */
    assert_int_equal(person_of(w, &a), 3);
    MUST(w, store_offer_park_unreadable(w->st, &a, offer, world_work(w, &a).offer.fence, w->now,
                                        &parked, &w->err));
    assert_false(parked);
    assert_int_equal(world_work(w, &a).offer.state, HOLD_OFFERED);
    assert_int_equal(store_alarms(w->st, &boss, 0, rows, 8, &n, &w->err), ERR_OK);
    assert_int_equal(n, 2);
    assert_int_equal(rows[0].kind, ALARM_PERSON_UNREADABLE);
    assert_int_equal(rows[0].person_id, 2);
    /* The supervisor's decision needs nothing of it. */
    MUST(w, store_person_release(w->st, &boss, 1, PERSON_CLOSED, "damaged", w->now, &o, &w->err));
    assert_int_equal(o.person_state, PERSON_CLOSED);
}

static void holds_that_disagree_are_found_and_put_right(void **state)
{
    struct world *w = *state;
    static const char *const faults[STORE_HOLD_CHECKS] = {
        "UPDATE person SET state = 'waiting' WHERE person_id = 1",
        "UPDATE agent SET offer_id = NULL",
        "UPDATE offer SET state = 'none', deadline = NULL",
        "UPDATE person SET state = 'held' WHERE person_id = 2",
        "UPDATE phone_lease SET person_id = 2",
        "UPDATE offer SET deadline = NULL",
    };
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002");
    for (int i = 0; i < STORE_HOLD_CHECKS; i++) {
        struct store_hold_check checks[STORE_HOLD_CHECKS];
        int64_t n = 0;
        if (world_work(w, &a).offer.offer_id == 0) {
            assert_int_equal(
                world_sql_result(w, "UPDATE person SET state = 'waiting' WHERE person_id = 1"), 0);
            assert_int_equal(world_sql_result(w, "DELETE FROM phone_lease"), 0);
            world_offer(w, &a);
        }
        assert_int_equal(store_hold_check(w->st, checks, &w->err), ERR_OK);
        for (int j = 0; j < STORE_HOLD_CHECKS; j++) {
            assert_int_equal(checks[j].n, 0);
        }
        assert_int_equal(world_sql_result(w, faults[i]), 0);
        assert_int_equal(store_hold_check(w->st, checks, &w->err), ERR_OK);
        assert_true(checks[i].n > 0);
        MUST(w, store_hold_repair(w->st, w->now, checks, &w->err));
        assert_int_equal(store_hold_check(w->st, checks, &w->err), ERR_OK);
        for (int j = 0; j < STORE_HOLD_CHECKS; j++) {
            n += checks[j].n;
        }
        assert_int_equal(n, 0);
    }
    assert_string_equal(world_person_state(w, 2), "unresolved");
}

static void late_answers_are_the_supervisors_to_read(void **state)
{
    struct world *w = *state;
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    const struct store_actor far = world_agent(w, "far", REGION_BXL, "fr", true);
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_late_draft rows[4];
    struct store_outcome o;
    struct store_response_put put = {.json = "{\"late\":1}", .json_len = 10};
    struct buf text = {0};
    size_t n = 9;
    int64_t version;
    bool kept = false;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_call(w, &a);
    const struct store_work_offer before = world_work(w, &a).offer;
    MUST(w, store_offer_release(w->st, &boss, before.offer_id, "x", w->now, &o, &w->err));
    world_begin(w);
    assert_int_equal(store_response_put(w->st, &a, before.offer_id, before.fence, &put, w->now,
                                        &version, &kept, &w->err),
                     ERR_STALE);
    assert_true(kept);
    assert_int_equal(world_finish(w, ERR_OK), ERR_OK);

    assert_int_equal(store_late_drafts(w->st, &boss, 0, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].agent, "ann");
    assert_int_equal(rows[0].offer_id, before.offer_id);
    assert_false(rows[0].completed);
    MUST(w, store_late_draft_read(w->st, &boss, rows[0].late_draft_id, w->now, &text, &w->err));
    assert_string_equal(buf_text(&text), "{\"late\":1}");
    buf_free(&text);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'late_draft_read'"),
                     1);
    assert_int_equal(store_late_drafts(w->st, &far, 0, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    const int64_t id = 1;
    assert_int_equal(TRY(w, store_late_draft_read(w->st, &far, id, w->now, &text, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(TRY(w, store_late_draft_read(w->st, &a, id, w->now, &text, &w->err)),
                     ERR_FORBIDDEN);
    assert_int_equal(store_late_drafts(w->st, &a, 0, rows, 4, &n, &w->err), ERR_FORBIDDEN);
}

static void a_grant_opens_one_record_during_one_call(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor far = world_agent(w, "far", REGION_BXL, "fr", false);
    const struct store_actor other = world_agent(w, "other", REGION_BXL, "fr", false);
    struct record r;
    char niss[NISS_TEXT_SIZE];
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    const struct store_permit permit = world_call(w, &a);
    const struct store_work_offer o = world_work(w, &a).offer;
    assert_int_equal(TRY(w, store_record_read(w->st, &far, o.offer_id, 0, w->now, &r, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(
        TRY(w, store_call_grant(w->st, &far, permit.call_id, far.agent_id, w->now, &w->err)),
        ERR_NOT_FOUND); /* nobody helps himself */
    MUST(w, store_call_grant(w->st, &a, permit.call_id, far.agent_id, w->now, &w->err));
    MUST(w, store_record_read(w->st, &far, o.offer_id, 0, w->now, &r, &w->err));
    assert_string_equal(r.family_name, "Vanplanted");
    record_wipe(&r);
    /* The record and nothing else, this agent and no other. */
    assert_int_equal(
        TRY(w, store_reveal(w->st, &far, o.offer_id, o.fence, "niss", w->now, niss, &w->err)),
        ERR_NOT_FOUND);
    assert_int_equal(TRY(w, store_record_read(w->st, &other, o.offer_id, 0, w->now, &r, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'grant'"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'record_read'"
                                  " AND subject = 'grant'"),
                     1);
    world_report(w, permit.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, permit.call_id, 2, CALL_EV_END, CALL_END_BY_PERSON);
    assert_int_equal(TRY(w, store_record_read(w->st, &far, o.offer_id, 0, w->now, &r, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(
        TRY(w, store_call_grant(w->st, &a, permit.call_id, other.agent_id, w->now, &w->err)),
        ERR_STATE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_person_is_freed_from_every_state_of_a_hold),
        TEST(whom_nobody_holds_is_freed_too),
        TEST(whoever_cannot_be_read_is_parked_and_told),
        TEST(holds_that_disagree_are_found_and_put_right),
        TEST(late_answers_are_the_supervisors_to_read),
        TEST(a_grant_opens_one_record_during_one_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
