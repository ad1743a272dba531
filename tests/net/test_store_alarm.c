/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms in the store: one while it is open, told to the region's supervisors, closed by them or by
 * itself. */

#include "net/store/store_alarm.h"
#include "net/store/store_list.h"
#include "net/store/store_offer.h"
#include "store_world.h"

static size_t list(struct world *w, const struct store_actor *actor, struct store_alarm_row rows[8])
{
    size_t n = 99;
    assert_int_equal(store_alarms(w->st, actor, 0, rows, 8, &n, &w->err), ERR_OK);
    return n;
}

static int64_t raise_one(struct world *w, enum region region, int64_t callback_id)
{
    const struct store_alarm alarm = {.kind = ALARM_CALLBACK_MISSED,
                                      .region = region,
                                      .service_id = "tracing",
                                      .person_id = 7,
                                      .callback_id = callback_id,
                                      .at_utc_s = w->now};
    MUST(w, store_alarm_raise(w->st, &alarm, &w->err));
    return world_sql(w, "SELECT max(alarm_id) FROM alarm");
}

static void an_alarm_is_raised_once_while_it_is_open(void **state)
{
    struct world *w = *state;
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct store_alarm_row rows[8];
    const int64_t id = raise_one(w, REGION_WAL, 3);
    w->now += 60;
    assert_int_equal(raise_one(w, REGION_WAL, 3), id);
    assert_int_not_equal(raise_one(w, REGION_WAL, 4), id);
    assert_int_equal(list(w, &boss, rows), 2);
    assert_int_equal(rows[1].alarm_id, id);
    assert_int_equal(rows[1].times, 2);
    assert_int_equal(rows[1].raised_utc_s, T0);
    assert_int_equal(rows[1].again_utc_s, T0 + 60);
    assert_int_equal(rows[1].kind, ALARM_CALLBACK_MISSED);
    assert_int_equal(rows[1].state, ALARM_RAISED);
    assert_int_equal(rows[1].person_id, 7);
    assert_int_equal(rows[1].callback_id, 3);
    assert_int_equal(rows[1].offer_id, 0);
    assert_string_equal(rows[1].service_id, "tracing");
    /* After it was closed the same thing is another alarm. */
    MUST(w, store_alarm_close(w->st, &boss, id, w->now, &w->err));
    assert_int_equal(list(w, &boss, rows), 1);
    assert_int_not_equal(raise_one(w, REGION_WAL, 3), id);
    assert_int_equal(list(w, &boss, rows), 2);
}

static void a_supervisor_sees_and_closes_it_and_it_is_audited(void **state)
{
    struct world *w = *state;
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    const struct store_actor other = world_agent(w, "other", REGION_WAL, "fr", true);
    struct store_alarm_row rows[8];
    struct store_alarm_counts counts;
    const int64_t id = raise_one(w, REGION_WAL, 3);
    MUST(w, store_alarm_see(w->st, &boss, id, w->now, &w->err));
    MUST(w, store_alarm_see(w->st, &other, id, w->now, &w->err)); /* the first one counts */
    assert_int_equal(list(w, &other, rows), 1);
    assert_int_equal(rows[0].state, ALARM_SEEN);
    assert_string_equal(rows[0].seen_by, "boss");
    assert_int_equal(store_alarm_count(w->st, &counts, &w->err), ERR_OK);
    assert_int_equal(counts.n[REGION_WAL][ALARM_RAISED], 0);
    assert_int_equal(counts.n[REGION_WAL][ALARM_SEEN], 1);
    assert_int_equal(counts.n[REGION_VLG][ALARM_SEEN], 0);
    MUST(w, store_alarm_close(w->st, &other, id, w->now, &w->err));
    MUST(w, store_alarm_close(w->st, &boss, id, w->now, &w->err));
    assert_int_equal(TRY(w, store_alarm_see(w->st, &boss, id, w->now, &w->err)), ERR_STATE);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action LIKE 'alarm_%'"), 2);
    assert_int_equal(store_alarm_count(w->st, &counts, &w->err), ERR_OK);
    assert_int_equal(counts.n[REGION_WAL][ALARM_SEEN], 0);
}

static void alarms_are_for_supervisors_of_the_region(void **state)
{
    struct world *w = *state;
    const struct store_actor agent = world_agent(w, "agent", REGION_WAL, "fr", false);
    const struct store_actor away = world_agent(w, "away", REGION_BXL, "fr", true);
    struct store_alarm_row rows[8];
    size_t n;
    const int64_t id = raise_one(w, REGION_WAL, 3);
    assert_int_equal(store_alarms(w->st, &agent, 0, rows, 8, &n, &w->err), ERR_FORBIDDEN);
    assert_int_equal(TRY(w, store_alarm_see(w->st, &agent, id, w->now, &w->err)), ERR_FORBIDDEN);
    assert_int_equal(list(w, &away, rows), 0);
    assert_int_equal(TRY(w, store_alarm_see(w->st, &away, id, w->now, &w->err)), ERR_NOT_FOUND);
    assert_int_equal(TRY(w, store_alarm_close(w->st, &away, id, w->now, &w->err)), ERR_NOT_FOUND);
}

static void a_call_without_its_screen_is_an_alarm_until_it_ends(void **state)
{
    struct world *w = *state;
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    const struct store_actor a = world_on_queue(w, "a", REGION_WAL, "fr");
    struct store_alarm_row rows[8];
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_call(w, &a);
    const int64_t offer = world_sql(w, "SELECT max(offer_id) FROM offer");
    MUST(w, store_alarm_of_offer(w->st, ALARM_CALL_WITHOUT_SCREEN, offer, w->now, &w->err));
    assert_int_equal(list(w, &boss, rows), 1);
    assert_int_equal(rows[0].offer_id, offer);
    assert_string_equal(rows[0].agent, "a");
    world_report(w, world_sql(w, "SELECT max(call_id) FROM call"), 1, CALL_EV_END,
                 CALL_END_BY_AGENT);
    assert_int_equal(list(w, &boss, rows), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM alarm WHERE state = 'closed'"
                                  " AND closed_by IS NULL"),
                     1);
}

static bool is_stuck(struct world *w, const struct store_actor *boss)
{
    struct store_unresolved rows[4];
    size_t n = 0;
    assert_int_equal(store_unresolved(w->st, boss, w->now, 3600, rows, 4, &n, &w->err), ERR_OK);
    return n == 1 && rows[0].stuck;
}

/* Somebody in front of a preview that never calls: the agent is there, and so is the screen. */
static void a_preview_that_never_calls_is_stuck(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct store_alarm_row rows[8];
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer_id;
    MUST(w, store_offer_next(w->st, a.agent_id, w->now, &offer_id, &w->err));
    struct store_work_offer o = world_work(w, &a).offer;
    MUST(w, store_offer_accept(w->st, &a, offer_id, o.fence, w->now, &w->err));
    o = world_work(w, &a).offer;
    w->now = o.deadline_utc_s + STORE_STUCK_S - 1;
    MUST(w, store_stuck_alarm(w->st, w->now, &w->err));
    assert_false(is_stuck(w, &boss));
    assert_int_equal(list(w, &boss, rows), 0);
    w->now++;
    for (int i = 0; i < 2; i++)
        MUST(w, store_stuck_alarm(w->st, w->now, &w->err));
    assert_true(is_stuck(w, &boss));
    assert_int_equal(list(w, &boss, rows), 1);
    assert_int_equal(rows[0].kind, ALARM_HOLD_STUCK);
    assert_int_equal(rows[0].times, 1);
    assert_int_equal(rows[0].offer_id, o.offer_id);
    MUST(w, store_offer_skip(w->st, &a, o.offer_id, o.fence, "not_ready", w->now, &w->err));
    assert_false(is_stuck(w, &boss));
    assert_int_equal(list(w, &boss, rows), 0);
}

static void a_code_that_is_long_owed_is_stuck_and_told_once(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct store_alarm_row rows[8];
    int64_t agent;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_acw(w, &a, CALL_END_BY_PERSON);
    const struct store_work_offer o = world_work(w, &a).offer;
    w->now = o.deadline_utc_s;
    MUST(w, store_deadline_apply(w->st, o.offer_id, w->now, &agent, &w->err));
    assert_false(is_stuck(w, &boss));
    w->now += STORE_STUCK_S;
    MUST(w, store_stuck_alarm(w->st, w->now, &w->err));
    assert_true(is_stuck(w, &boss));
    assert_int_equal(list(w, &boss, rows), 1);
    MUST(w, store_alarm_close(w->st, &boss, rows[0].alarm_id, w->now, &w->err));
    MUST(w, store_stuck_alarm(w->st, w->now + 60, &w->err));
    assert_int_equal(list(w, &boss, rows), 0);
}

static void an_alarm_about_nothing_is_our_fault(void **state)
{
    struct world *w = *state;
    const struct store_alarm alarm = {.kind = ALARM_HOLD_STUCK, .at_utc_s = w->now};
    assert_int_equal(TRY(w, store_alarm_raise(w->st, &alarm, &w->err)), ERR_INTERNAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_alarm_is_raised_once_while_it_is_open),
        TEST(a_supervisor_sees_and_closes_it_and_it_is_audited),
        TEST(alarms_are_for_supervisors_of_the_region),
        TEST(a_call_without_its_screen_is_an_alarm_until_it_ends),
        TEST(a_preview_that_never_calls_is_stuck),
        TEST(a_code_that_is_long_owed_is_stuck_and_told_once),
        TEST(an_alarm_about_nothing_is_our_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
