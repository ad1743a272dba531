/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks in the store: who is called for them, on which number, and how they end. */

#include "net/store/store_alarm.h"
#include "net/store/store_callback.h"
#include "net/store/store_purge.h"
#include "store_world.h"

#define OTHER "+32475999888"

static const struct store_callback_filter own = {0};

static void end_preview(struct world *w, const struct store_actor *a)
{
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w, store_offer_end(w->st, a, o.offer_id, o.fence, w->now, &w->err));
}

/* Time passes, as pupitred's look sees it. */
static size_t pass(struct world *w, int64_t seconds)
{
    int64_t late[16];
    size_t n = 0;
    w->now += seconds;
    MUST(w, store_wake_people(w->st, w->now, 100, &n, &w->err));
    MUST(w, store_callbacks_due(w->st, w->now, &w->err));
    MUST(w, store_callbacks_to_miss(w->st, w->now, late, 16, &n, &w->err));
    for (size_t i = 0; i < n; i++) {
        bool missed = false;
        MUST(w, store_callback_miss(w->st, late[i], w->now, &missed, &w->err));
        assert_true(missed);
    }
    return n;
}

/* 17:00 in Brussels at T0: "17:10" is T0 + 600. */
static struct callback_wish wish(int64_t in_s)
{
    const int64_t minutes = 17 * 60 + in_s / 60;
    return (struct callback_wish){
        .date = {2025, 11, 24},
          .minute_of_day = (int)minutes
    };
}

static enum err_code agree(struct world *w, const struct store_actor *a,
                           const struct callback_wish *c)
{
    struct store_outcome o;
    const struct store_work_offer offer = world_work(w, a).offer;
    const struct store_wrapup wrapup = {
        .code = "rescheduled", .chosen_utc_s = w->now, .callback = c};
    return TRY(
        w, store_offer_wrapup(w->st, a, offer.offer_id, offer.fence, &wrapup, w->now, &o, &w->err));
}

/* A person who was called by the agent, with this callback. */
static void promised(struct world *w, const struct store_actor *a, const struct callback_wish *c)
{
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    world_acw(w, a, CALL_END_BY_PERSON);
    if (agree(w, a, c)) {
        fail_msg("%s %s", w->err.field, w->err.sentence);
    }
    end_preview(w, a);
}

static struct store_callback only_one(struct world *w, const struct store_actor *a)
{
    struct store_callback rows[4];
    size_t n = 0;
    assert_int_equal(store_callbacks(w->st, a, &own, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    return rows[0];
}

static bool gets_somebody(struct world *w, const struct store_actor *a)
{
    int64_t offer;
    return TRY(w, store_offer_next(w->st, a->agent_id, w->now, &offer, &w->err)) == ERR_OK;
}

static int64_t in_state(struct world *w, const char *state)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM callback WHERE state = '%s'", state);
    return world_sql(w, sql);
}

static void it_is_kept_whole_and_its_number_sealed(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct callback_wish c = wish(3600);
    snprintf(c.phone, sizeof c.phone, OTHER);
    snprintf(c.zone, sizeof c.zone, "Europe/Paris");
    c.route_to_me = true;
    promised(w, &a, &c);
    const struct store_callback got = only_one(w, &a);
    assert_int_equal(got.at_utc_s, T0 + 3600);
    assert_int_equal(got.fallback_utc_s, T0 + 3600 + 300);
    assert_int_equal(got.miss_utc_s, T0 + 3600 + 900);
    assert_int_equal(got.state, CALLBACK_OPEN);
    assert_int_equal(got.version, 1);
    assert_string_equal(got.zone, "Europe/Paris");
    assert_string_equal(got.agent, "ann");
    assert_true(got.other_phone);
    assert_true(got.route_to_agent);
    assert_string_equal(got.name, "Gudule Vanplanted");
    assert_int_equal(
        world_sql(w, "SELECT count(*) FROM callback WHERE instr(phone_enc, '475999888')"), 0);
}

static void what_the_policy_refuses_changes_nothing(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    world_acw(w, &a, CALL_END_BY_PERSON);
    struct callback_wish c = wish(3600);
    c.date.day = 25;
    assert_int_equal(agree(w, &a, &c), ERR_INVALID);
    assert_string_equal(w->err.field, "/callback/date");
    c = wish(-600);
    assert_int_equal(agree(w, &a, &c), ERR_INVALID);
    assert_string_equal(w->err.field, "/callback/time");
    assert_int_equal(world_work(w, &a).offer.state, HOLD_ACW);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback"), 0);
}

static void the_other_number_is_called(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_permit p;
    struct callback_wish c = wish(600);
    snprintf(c.phone, sizeof c.phone, OTHER);
    promised(w, &a, &c);
    pass(w, 600);
    world_offer(w, &a);
    struct store_work_offer o = world_work(w, &a).offer;
    MUST(w, store_offer_accept(w->st, &a, o.offer_id, o.fence, w->now, &w->err));
    o = world_work(w, &a).offer;
    assert_int_equal(o.n_phones, 2);
    assert_int_equal(o.next_phone, 1);
    assert_string_equal(o.phones[1], OTHER);
    assert_int_equal(o.callback_utc_s, T0 + 600);
    assert_int_equal(
        TRY(w, store_call_permit(w->st, &a, o.offer_id, o.fence, 2, w->now, &p, &w->err)),
        ERR_INVALID);
    MUST(w, store_call_permit(w->st, &a, o.offer_id, o.fence, o.next_phone, w->now, &p, &w->err));
    assert_string_equal(p.number, OTHER);
    /* The rules of the queue have no number of this place: none is dropped or taken as the next. */
    world_report(w, p.call_id, 1, CALL_EV_RING, CALL_END_NONE);
    world_report(w, p.call_id, 2, CALL_EV_END, CALL_END_NO_ANSWER);
    struct store_outcome out;
    assert_int_equal(world_wrapup(w, &a, "no_answer", 0, &out), ERR_OK);
    assert_int_equal(in_state(w, "served"), 1);
    assert_int_equal(world_sql(w, "SELECT next_phone + dropped_phones FROM person"), 0);
}

static void one_of_the_persons_own_numbers_is_not_shown_twice(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct callback_wish c = wish(600);
    snprintf(c.phone, sizeof c.phone, "+32470000001");
    promised(w, &a, &c);
    pass(w, 600);
    world_offer(w, &a);
    const struct store_work_offer o = world_work(w, &a).offer;
    MUST(w, store_offer_accept(w->st, &a, o.offer_id, o.fence, w->now, &w->err));
    assert_int_equal(world_work(w, &a).offer.n_phones, 1);
    assert_int_equal(world_work(w, &a).offer.next_phone, 0);
}

static void it_goes_to_its_agent_until_the_fallback_then_to_anybody(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct callback_wish c = wish(600);
    c.route_to_me = true;
    c.fallback_utc_s = T0 + 900;
    promised(w, &a, &c);
    MUST(w, store_set_on_queue(w->st, &a, false, w->now, &w->err)); /* at lunch, perhaps back */
    assert_false(gets_somebody(w, &b));
    pass(w, 600);
    assert_false(gets_somebody(w, &b));
    pass(w, 299);
    assert_false(gets_somebody(w, &b));
    pass(w, 1);
    assert_true(gets_somebody(w, &b));
}

static void an_agent_who_signed_out_is_not_waited_for(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct callback_wish c = wish(600);
    c.route_to_me = true;
    promised(w, &a, &c);
    MUST(w, store_sign_out(w->st, &a, w->now, &w->err));
    pass(w, 600);
    assert_true(gets_somebody(w, &b));
}

static void whoever_is_to_anybody_comes_before_all_others_at_its_time(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    const struct callback_wish c = wish(600);
    promised(w, &a, &c);
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000002");
    pass(w, 600);
    world_offer(w, &b);
    assert_int_equal(world_work(w, &b).offer.person_id, 1);
}

static void a_missed_one_is_an_alarm_and_the_person_still_comes_first(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct store_alarm_row alarms[4];
    struct callback_wish c = wish(600);
    size_t n = 0;
    c.route_to_me = true;
    promised(w, &a, &c);
    MUST(w, store_set_on_queue(w->st, &a, false, w->now, &w->err));
    assert_int_equal(pass(w, 1499), 0);
    assert_int_equal(only_one(w, &a).state, CALLBACK_DUE);
    assert_int_equal(pass(w, 1), 1);
    assert_int_equal(pass(w, 1), 0); /* once */
    assert_int_equal(only_one(w, &a).state, CALLBACK_MISSED);
    assert_int_equal(store_alarms(w->st, &boss, 0, alarms, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(alarms[0].kind, ALARM_CALLBACK_MISSED);
    assert_int_equal(alarms[0].person_id, 1);
    assert_string_equal(alarms[0].agent, "ann");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000002");
    world_acw(w, &b, CALL_END_BY_PERSON);
    assert_int_equal(world_work(w, &b).offer.person_id, 1);
    assert_int_equal(in_state(w, "served"), 1);
    assert_int_equal(world_sql(w, "SELECT missed_at FROM callback"), T0 + 1500);
    assert_int_equal(store_alarms(w->st, &boss, 0, alarms, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0); /* closed by itself */
}

static void nobody_is_missed_while_being_rung(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct callback_wish c = wish(600);
    promised(w, &a, &c);
    pass(w, 600);
    world_call(w, &a);
    assert_int_equal(pass(w, 3600), 0);
    assert_int_equal(only_one(w, &a).state, CALLBACK_DUE);
}

static void a_call_that_did_not_ring_keeps_no_promise(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    const struct callback_wish c = wish(600);
    promised(w, &a, &c);
    for (int i = 0; i < 12; i++) { /* more than the rule's attempts */
        pass(w, 1000);
        const struct store_permit p = world_call(w, &a);
        world_report(w, p.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
        world_report(w, p.call_id, 2, CALL_EV_END, CALL_END_FAILED);
        assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
        assert_int_not_equal(o.person_state, PERSON_CLOSED);
        end_preview(w, &a);
        assert_int_equal(world_sql(w, "SELECT rank FROM person"), 0);
    }
    assert_int_equal(in_state(w, "missed"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM alarm WHERE state = 'raised'"), 1);
}

static void it_ends_by_itself_when_the_person_is_reached_before(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    const struct callback_wish c = wish(3600);
    promised(w, &a, &c);
    /* A supervisor puts the person back before its time, and the call is answered. */
    assert_int_equal(world_sql_result(w, "UPDATE person SET state = 'waiting', due_at = NULL"), 0);
    world_acw(w, &a, CALL_END_BY_PERSON);
    assert_int_equal(in_state(w, "open"), 1); /* it was another call than the promised one */
    assert_int_equal(world_wrapup(w, &a, "closed_with_data", 0, &o), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state = 'cancelled'"
                                  " AND why = 'reached' AND closed_by = 1"),
                     1);
}

static void another_agreement_replaces_it(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct callback_wish first = wish(3600);
    const struct callback_wish second = wish(7200);
    promised(w, &a, &first);
    assert_int_equal(world_sql_result(w, "UPDATE person SET state = 'waiting', due_at = NULL"), 0);
    world_acw(w, &a, CALL_END_BY_PERSON);
    assert_int_equal(agree(w, &a, &second), ERR_OK);
    assert_int_equal(only_one(w, &a).at_utc_s, T0 + 7200);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE why = 'replaced'"), 1);
}

static void it_ends_when_the_person_rings_in_from_either_number(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct callback_wish c = wish(3600);
    size_t n = 9;
    snprintf(c.phone, sizeof c.phone, OTHER);
    promised(w, &a, &c);
    MUST(w,
         store_callback_person_rang_in(w->st, REGION_WAL, "+32470000009", 0, w->now, &n, &w->err));
    assert_int_equal(n, 0);
    MUST(w, store_callback_person_rang_in(w->st, REGION_BXL, OTHER, 0, w->now, &n, &w->err));
    assert_int_equal(n, 0); /* another region's */
    MUST(w,
         store_callback_person_rang_in(w->st, REGION_WAL, OTHER, a.agent_id, w->now, &n, &w->err));
    assert_int_equal(n, 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state = 'cancelled'"
                                  " AND why = 'rang_in' AND closed_by = 1"),
                     1);
    /* Nobody rings back at once who is on the line: the person rests on, as an ordinary one. */
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE state = 'resting'"
                                  " AND rank = 2 AND for_agent_id IS NULL"),
                     1);
    pass(w, 3600);
    assert_string_equal(world_person_state(w, 1), "waiting");
}

static struct callback_plan later(struct world *w, int64_t in_s)
{
    return (struct callback_plan){.at_utc_s = w->now + in_s,
                                  .fallback_utc_s = w->now + in_s,
                                  .miss_utc_s = w->now + in_s + 900};
}

static void two_who_change_it_do_not_overwrite_one_another(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct callback_wish c = wish(3600);
    snprintf(c.phone, sizeof c.phone, OTHER);
    promised(w, &a, &c);
    const struct store_callback seen = only_one(w, &a);
    const struct callback_plan p = later(w, 1200);
    MUST(w, store_callback_move(w->st, &boss, seen.callback_id, seen.version, &p, true, w->now,
                                &w->err));
    assert_int_equal(TRY(w, store_callback_move(w->st, &a, seen.callback_id, seen.version, &p, true,
                                                w->now, &w->err)),
                     ERR_CHANGED);
    assert_int_equal(
        TRY(w, store_callback_cancel(w->st, &a, seen.callback_id, seen.version, w->now, &w->err)),
        ERR_CHANGED);
    const struct store_callback now = only_one(w, &a);
    assert_int_equal(now.at_utc_s, T0 + 1200);
    assert_true(now.other_phone);
    MUST(w,
         store_callback_move(w->st, &a, now.callback_id, now.version, &p, false, w->now, &w->err));
    assert_false(only_one(w, &a).other_phone);
    pass(w, 1200);
    assert_true(gets_somebody(w, &a)); /* the person came along */
}

static void a_missed_one_that_is_moved_is_no_alarm_any_more(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct callback_wish c = wish(600);
    promised(w, &a, &c);
    assert_int_equal(pass(w, 1500), 1);
    const struct store_callback seen = only_one(w, &a);
    const struct callback_plan p = later(w, 600);
    MUST(w,
         store_callback_move(w->st, &a, seen.callback_id, seen.version, &p, true, w->now, &w->err));
    assert_int_equal(only_one(w, &a).state, CALLBACK_OPEN);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM alarm WHERE state <> 'closed'"), 0);
    assert_string_equal(world_person_state(w, 1), "resting");
    assert_int_equal(pass(w, 1500), 1); /* and an alarm again */
    assert_int_equal(world_sql(w, "SELECT count(*) FROM alarm WHERE state = 'raised'"), 1);
}

static void what_is_taken_back_leaves_an_ordinary_person(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct callback_wish c = wish(3600);
    c.route_to_me = true;
    promised(w, &a, &c);
    const struct store_callback seen = only_one(w, &a);
    MUST(w, store_callback_cancel(w->st, &a, seen.callback_id, seen.version, w->now, &w->err));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE why = 'agent'"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE state = 'waiting'"
                                  " AND rank = 2 AND for_agent_id IS NULL AND due_at IS NULL"),
                     1);
    assert_int_equal(TRY(w, store_callback_cancel(w->st, &a, seen.callback_id, seen.version + 1,
                                                  w->now, &w->err)),
                     ERR_STATE);
}

static void whoever_is_with_an_agent_is_not_moved_about(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct callback_wish c = wish(600);
    promised(w, &a, &c);
    pass(w, 600);
    world_offer(w, &a);
    const struct store_callback seen = only_one(w, &a);
    const struct callback_plan p = later(w, 600);
    assert_int_equal(TRY(w, store_callback_move(w->st, &a, seen.callback_id, seen.version, &p, true,
                                                w->now, &w->err)),
                     ERR_STATE);
}

static void one_may_be_agreed_after_the_wrap_up(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_outcome o;
    int64_t id = 0;
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    world_acw(w, &a, CALL_END_NO_ANSWER);
    const int64_t offer = world_work(w, &a).offer.offer_id;
    const struct callback_plan p = later(w, 600);
    assert_int_equal(TRY(w, store_callback_add(w->st, &a, offer, &p, w->now, &id, &w->err)),
                     ERR_STATE); /* the person is with the agent */
    assert_int_equal(world_wrapup(w, &a, "no_answer", 0, &o), ERR_OK);
    end_preview(w, &a);
    assert_int_equal(TRY(w, store_callback_add(w->st, &b, offer, &p, w->now, &id, &w->err)),
                     ERR_NOT_FOUND);
    MUST(w, store_callback_add(w->st, &a, offer, &p, w->now, &id, &w->err));
    assert_int_equal(only_one(w, &a).callback_id, id);
    pass(w, 600);
    assert_true(gets_somebody(w, &b));
}

static void others_see_nothing_of_it(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    const struct store_actor away = world_agent(w, "away", REGION_BXL, "fr", true);
    const struct store_callback_filter all = {.of_region = true};
    struct store_callback rows[4];
    size_t n = 9;
    const struct callback_wish c = wish(3600);
    promised(w, &a, &c);
    const struct store_callback seen = only_one(w, &a);
    const struct callback_plan p = later(w, 600);
    assert_int_equal(store_callbacks(w->st, &b, &own, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_callbacks(w->st, &b, &all, rows, 4, &n, &w->err), ERR_FORBIDDEN);
    assert_int_equal(store_callbacks(w->st, &boss, &all, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_callbacks(w->st, &away, &all, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    const struct store_actor *strangers[] = {&b, &away};
    for (size_t i = 0; i < 2; i++) {
        struct store_callback got;
        assert_int_equal(store_callback_read(w->st, strangers[i], seen.callback_id, &got, &w->err),
                         ERR_NOT_FOUND);
        assert_int_equal(TRY(w, store_callback_move(w->st, strangers[i], seen.callback_id,
                                                    seen.version, &p, true, w->now, &w->err)),
                         ERR_NOT_FOUND);
        assert_int_equal(TRY(w, store_callback_cancel(w->st, strangers[i], seen.callback_id,
                                                      seen.version, w->now, &w->err)),
                         ERR_NOT_FOUND);
    }
}

static void it_moves_with_its_person_to_another_region(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor b = world_on_queue(w, "bob", REGION_BXL, "fr");
    const struct store_actor boss = world_agent(w, "boss", REGION_BXL, "fr", true);
    const struct store_callback_filter all = {.of_region = true};
    struct store_callback rows[4];
    struct store_alarm_row alarms[4];
    struct err err;
    size_t n = 0;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_import(w, &r, 1);
    world_acw(w, &a, CALL_END_BY_PERSON);
    struct callback_wish c = wish(600);
    c.route_to_me = true;
    assert_int_equal(agree(w, &a, &c), ERR_OK);
    end_preview(w, &a);
    assert_int_equal(record_set_field(&r, RECORD_REGION, "BXL", 3, &err), ERR_OK);
    world_import(w, &r, 1);
    assert_int_equal(store_callbacks(w->st, &boss, &all, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_callbacks(w->st, &a, &own, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(pass(w, 1500), 1);
    assert_int_equal(store_alarms(w->st, &boss, 0, alarms, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_true(gets_somebody(w, &b));
}

static void a_clock_that_is_set_moves_no_promise(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct callback_wish c = wish(3600);
    promised(w, &a, &c);
    MUST(w, store_clock_moved(w->st, -7200, &w->err));
    w->now -= 7200;
    assert_int_equal(only_one(w, &a).at_utc_s, T0 + 3600);
    pass(w, 7200 + 3599);
    assert_false(gets_somebody(w, &a));
    pass(w, 1);
    assert_true(gets_somebody(w, &a));
}

static void what_was_chosen_while_the_backend_was_away_is_as_of_then(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    world_acw(w, &a, CALL_END_BY_PERSON);
    const struct store_work_offer offer = world_work(w, &a).offer;
    const struct callback_wish c = wish(600);
    const struct store_wrapup wrapup = {
        .code = "rescheduled", .chosen_utc_s = w->now + 30, .callback = &c};
    w->now += 3600; /* its time is over when it arrives: nothing is lost */
    MUST(w,
         store_offer_wrapup(w->st, &a, offer.offer_id, offer.fence, &wrapup, w->now, &o, &w->err));
    assert_int_equal(o.person_state, PERSON_WAITING);
    end_preview(w, &a);
    assert_int_equal(pass(w, 0), 1); /* told, too */
    assert_true(gets_somebody(w, &a));
}

static void a_wish_or_an_erasure_ends_it(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct callback_wish c = wish(3600);
    promised(w, &a, &c);
    MUST(w, store_callback_end(w->st, 1, REGION_BXL, CALLBACK_WHY_ERASED, 0, w->now, &w->err));
    assert_int_equal(in_state(w, "open"), 1); /* another region */
    MUST(w, store_callback_end(w->st, 1, REGION_WAL, CALLBACK_WHY_NOT_CALLED, a.agent_id, w->now,
                               &w->err));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE why = 'not_called'"), 1);
    MUST(w, store_callback_end(w->st, 1, REGION_WAL, CALLBACK_WHY_ERASED, 0, w->now, &w->err));
}

/* A line was cut after the callback was kept: whoever asks once more is told what became of it. */
static void a_repeated_request_is_answered_whatever_became_of_it(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_callback got;
    int64_t number = 0;
    const struct callback_wish c = wish(600);
    promised(w, &a, &c);
    const struct store_callback seen = only_one(w, &a);
    MUST(w, store_callback_cancel(w->st, &a, seen.callback_id, seen.version, w->now, &w->err));
    assert_int_equal(store_callback_read(w->st, &a, seen.callback_id, &got, &w->err),
                     ERR_NOT_FOUND);
    assert_int_equal(store_callback_read_again(w->st, &a, seen.callback_id, &got, &w->err), ERR_OK);
    assert_int_equal(got.state, CALLBACK_CANCELLED);
    assert_int_equal(got.version, seen.version + 1);
    assert_int_equal(store_callback_read_again(w->st, &b, seen.callback_id, &got, &w->err),
                     ERR_NOT_FOUND);
    MUST(w, store_person_erase(w->st, seen.person_id, "request", w->now, &number, &w->err));
    assert_int_equal(store_callback_read_again(w->st, &a, seen.callback_id, &got, &w->err),
                     ERR_NOT_FOUND);
    assert_non_null(strstr(w->err.sentence, "erased"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_kept_whole_and_its_number_sealed),
        TEST(what_the_policy_refuses_changes_nothing),
        TEST(the_other_number_is_called),
        TEST(one_of_the_persons_own_numbers_is_not_shown_twice),
        TEST(it_goes_to_its_agent_until_the_fallback_then_to_anybody),
        TEST(an_agent_who_signed_out_is_not_waited_for),
        TEST(whoever_is_to_anybody_comes_before_all_others_at_its_time),
        TEST(a_missed_one_is_an_alarm_and_the_person_still_comes_first),
        TEST(nobody_is_missed_while_being_rung),
        TEST(a_call_that_did_not_ring_keeps_no_promise),
        TEST(it_ends_by_itself_when_the_person_is_reached_before),
        TEST(another_agreement_replaces_it),
        TEST(it_ends_when_the_person_rings_in_from_either_number),
        TEST(two_who_change_it_do_not_overwrite_one_another),
        TEST(a_missed_one_that_is_moved_is_no_alarm_any_more),
        TEST(what_is_taken_back_leaves_an_ordinary_person),
        TEST(whoever_is_with_an_agent_is_not_moved_about),
        TEST(one_may_be_agreed_after_the_wrap_up),
        TEST(others_see_nothing_of_it),
        TEST(it_moves_with_its_person_to_another_region),
        TEST(a_clock_that_is_set_moves_no_promise),
        TEST(what_was_chosen_while_the_backend_was_away_is_as_of_then),
        TEST(a_wish_or_an_erasure_ends_it),
        TEST(a_repeated_request_is_answered_whatever_became_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
