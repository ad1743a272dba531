/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "net/api/service_json.h"
#include "net/store/store_callback.h"
#include "store_world.h"

static void end_preview(struct world *w, const struct store_actor *a)
{
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w, store_offer_end(w->st, a, o.offer_id, o.fence, w->now, &w->err));
}

static void wake(struct world *w, int64_t after_s)
{
    size_t n = 0;
    w->now += after_s;
    MUST(w, store_wake_people(w->st, w->now, 100, &n, &w->err));
}

static void each_code_leads_where_its_rule_says(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *code;
        enum person_state person;
        int64_t after_s;
    } cases[] = {
        {"busy",                PERSON_RESTING, 900  },
        {"no_answer",           PERSON_RESTING, 68400}, /* it is evening: tomorrow afternoon */
        {"voicemail",           PERSON_RESTING, 68400},
        {"closed_with_data",    PERSON_CLOSED,  0    },
        {"closed_without_data", PERSON_CLOSED,  0    },
        {"transfer_consulted",  PERSON_CLOSED,  0    },
        {"bad_number",          PERSON_CLOSED,  0    }, /* the only number is dropped */
    };
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct store_outcome o;
        struct store_outcome again;
        char phone[PHONE_SIZE];
        snprintf(phone, sizeof phone, "+3247000000%zu", i);
        world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
        world_acw(w, &a, CALL_END_BY_PERSON);
        const struct store_work_offer offer = world_work(w, &a).offer;
        assert_int_equal(world_wrapup(w, &a, cases[i].code, 0, &o), ERR_OK);
        assert_int_equal(o.person_state, cases[i].person);
        assert_int_equal(o.due_utc_s, cases[i].after_s ? w->now + cases[i].after_s : 0);
        assert_string_equal(world_person_state(w, offer.person_id),
                            person_state_name(cases[i].person));
        assert_string_equal(world_work(w, &a).offer.code, cases[i].code);
        end_preview(w, &a);
        assert_int_equal(store_outcome_read(w->st, &a, offer.offer_id, &again, &w->err), ERR_OK);
        assert_int_equal(again.person_state, o.person_state);
        assert_int_equal(again.due_utc_s, o.due_utc_s);
    }
    assert_int_equal(world_sql(w, "SELECT count(*) FROM data_quality"), 1);
    assert_int_equal(world_sql(w, "SELECT sum(not_reached) FROM person"), 1);
}

static void a_changed_rule_changes_what_happens(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    char *json = NULL;
    size_t len = 0;
    bool is_new = false;
    struct service *service = NULL;
    assert_int_equal(store_service_json(w->st, "tracing", &json, &len, &w->err), ERR_OK);
    char *rule = strstr(json, "\"requeue_after_s\": 900");
    assert_non_null(rule);
    world_newer_service(json);
    memcpy(rule, "\"requeue_after_s\": 777", 22);
    assert_int_equal(service_json_load(json, len, &service, NULL, &w->err), ERR_OK);

    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_acw(w, &a, CALL_END_BUSY);
    MUST(w, store_service_put(w->st, service, json, len, w->now, &is_new, &w->err));
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    assert_int_equal(o.due_utc_s, w->now + 777);
    free(service);
    free(json);
}

static void attempts_of_a_day_are_limited(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    for (int i = 1; i <= 3; i++) {
        world_acw(w, &a, CALL_END_BUSY);
        assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
        assert_int_equal(o.due_utc_s, i < 3 ? w->now + 900 : w->day.next_utc_s);
        end_preview(w, &a);
        wake(w, 900);
    }
    assert_int_equal(world_sql(w, "SELECT attempts FROM person"), 3);
    assert_string_equal(world_person_state(w, 1), "resting");
}

static void a_bad_number_gives_way_to_the_next_for_good(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    assert_int_equal(record_set_field(&r, RECORD_PHONE_2, "+32470000002", 12, &w->err), ERR_OK);
    world_import(w, &r, 1);
    world_acw(w, &a, CALL_END_BAD_NUMBER);
    assert_int_equal(world_wrapup(w, &a, "bad_number", 0, &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_RESTING);
    end_preview(w, &a);
    wake(w, 300);
    world_acw(w, &a, CALL_END_NO_ANSWER);
    assert_int_equal(world_sql(w, "SELECT next_phone FROM person"), 1);
    assert_int_equal(world_wrapup(w, &a, "bad_number", 0, &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_RESTING); /* called on the first number once more */
}

static void a_code_that_is_none_changes_nothing(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_acw(w, &a, CALL_END_BUSY);
    assert_int_equal(world_wrapup(w, &a, "no_such_code", 0, &o), ERR_INVALID);
    assert_string_equal(w->err.field, "/code");
    assert_int_equal(world_wrapup(w, &a, "rescheduled", 0, &o), ERR_INVALID);
    assert_string_equal(w->err.field, "/callback_at");
    assert_int_equal(world_wrapup(w, &a, "closed_with_data", w->now + 60, &o), ERR_INVALID);
    assert_string_equal(w->err.field, "/callback_at");
    assert_int_equal(world_work(w, &a).offer.state, HOLD_ACW);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM wrapup"), 0);
}

static void time_that_ran_out_parks_the_person_and_the_code_stays_owed(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct store_unresolved rows[4];
    struct store_outcome o;
    int64_t agent = 0;
    int64_t other = 0;
    size_t n = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000002");
    world_acw(w, &a, CALL_END_BY_PERSON);
    int64_t offer = world_work(w, &a).offer.offer_id;
    w->now += 60;
    MUST(w, store_deadline_apply(w->st, offer, w->now, &agent, &w->err));
    assert_int_equal(agent, a.agent_id);
    assert_int_equal(world_work(w, &a).offer.state, HOLD_OVERDUE);
    assert_string_equal(world_person_state(w, 1), "unresolved");
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &other, &w->err)),
                     ERR_STATE);
    assert_int_equal(store_unresolved(w->st, &boss, w->now, 90, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].offer_id, offer);
    assert_int_equal(rows[0].state, HOLD_OVERDUE);
    assert_string_equal(rows[0].agent, "ann");
    assert_false(rows[0].stuck);
    assert_int_equal(TRY(w, store_unresolved(w->st, &a, w->now, 90, rows, 4, &n, &w->err)),
                     ERR_FORBIDDEN);

    w->now += 5;
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    assert_true(o.late);
    assert_true(world_work(w, &a).offer.late);
    assert_string_equal(world_person_state(w, 1), "resting");
    assert_int_equal(store_unresolved(w->st, &boss, w->now, 90, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
}

static void nobody_chooses_before_the_call_is_over(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t fence = world_acw(w, &a, CALL_END_BUSY);
    int64_t offer = world_work(w, &a).offer.offer_id;
    int64_t ended = world_sql(w, "SELECT ended_at FROM call");
    const struct store_wrapup chosen = {.code = "busy", .chosen_utc_s = 1};
    w->now += 5;
    MUST(w, store_offer_wrapup(w->st, &a, offer, fence, &chosen, w->now, &o, &w->err));
    assert_int_equal(world_sql(w, "SELECT chosen_at FROM wrapup"), ended);
    assert_int_equal(o.due_utc_s, ended + 900);
}

static void a_backend_that_was_away_makes_nobody_late(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    int64_t agent = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_acw(w, &a, CALL_END_BY_PERSON);
    const struct store_work_offer offer = world_work(w, &a).offer;
    const struct store_wrapup chosen = {.code = "busy", .chosen_utc_s = w->now + 60};
    w->now += 3600;
    MUST(w, store_deadline_apply(w->st, offer.offer_id, w->now, &agent, &w->err));
    MUST(w,
         store_offer_wrapup(w->st, &a, offer.offer_id, offer.fence, &chosen, w->now, &o, &w->err));
    assert_false(o.late);
    assert_int_equal(o.due_utc_s, chosen.chosen_utc_s + 900);
}

static const struct store_callback_filter own = {0};

static void a_callback_comes_first_and_to_the_agent_who_agreed_it(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_callback rows[4];
    struct store_outcome o;
    size_t n = 0;
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    world_acw(w, &a, CALL_END_BY_PERSON);
    assert_int_equal(world_wrapup(w, &a, "rescheduled", w->now + 3600, &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_RESTING);
    assert_int_equal(o.due_utc_s, w->now + 3600);
    end_preview(w, &a);
    assert_int_equal(store_callbacks(w->st, &a, &own, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].at_utc_s, w->now + 3600);
    assert_string_equal(rows[0].name, "Gudule Vanplanted");
    assert_int_equal(store_callbacks(w->st, &b, &own, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);

    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000002");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000003");
    wake(w, 3600);
    /* The other agent gets the index case as long as the right one is free. */
    world_offer(w, &b);
    assert_int_equal(world_work(w, &b).offer.person_id, 2);
    world_offer(w, &a);
    assert_int_equal(world_work(w, &a).offer.person_id, 1);
    MUST(w, store_offer_skip(w->st, &a, world_work(w, &a).offer.offer_id,
                             world_work(w, &a).offer.fence, "not_ready", w->now, &w->err));
    /* It did not vanish, and goes to somebody else when the agent is away. */
    MUST(w, store_set_status(w->st, &a, AGENT_MEAL, w->now, &w->err));
    MUST(w, store_offer_skip(w->st, &b, world_work(w, &b).offer.offer_id,
                             world_work(w, &b).offer.fence, "not_ready", w->now, &w->err));
    wake(w, 900);
    world_offer(w, &b);
    assert_int_equal(world_work(w, &b).offer.person_id, 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state IN ('open', 'due')"),
                     1);
}

static void a_callback_that_was_made_is_served(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_callback rows[4];
    struct store_outcome o;
    size_t n = 0;
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    world_acw(w, &a, CALL_END_BY_PERSON);
    assert_int_equal(world_wrapup(w, &a, "rescheduled", w->now + 600, &o), ERR_OK);
    end_preview(w, &a);
    wake(w, 600);
    world_acw(w, &a, CALL_END_BY_PERSON);
    assert_int_equal(world_wrapup(w, &a, "closed_with_data", 0, &o), ERR_OK);
    assert_int_equal(store_callbacks(w->st, &a, &own, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state = 'served'"), 1);
}

static void the_lists_show_the_day(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr,nl");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "nl");
    struct store_interaction rows[8];
    struct store_queue queues[SERVICE_QUEUES];
    struct store_outcome o;
    size_t n = 0;
    (void)b;
    for (int i = 1; i <= 3; i++) {
        char phone[PHONE_SIZE];
        snprintf(phone, sizeof phone, "+3247000000%d", i);
        world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
    }
    w->now += 100;
    assert_int_equal(store_queues(w->st, &a, w->now, queues, SERVICE_QUEUES, &n, &w->err), ERR_OK);
    assert_true(n >= 5);
    for (size_t i = 0; i < n; i++) {
        assert_memory_equal(queues[i].queue, "WAL_", 4);
        if (strcmp(queues[i].queue, "WAL_French") == 0) {
            assert_int_equal(queues[i].waiting, 3);
            assert_int_equal(queues[i].longest_wait_s, 100);
            assert_int_equal(queues[i].agents_on_queue, 1);
            assert_int_equal(queues[i].agents_available, 1);
        } else if (strcmp(queues[i].queue, "WAL_Dutch") == 0) {
            assert_int_equal(queues[i].waiting, 0);
            assert_int_equal(queues[i].agents_on_queue, 2);
        }
    }
    world_acw(w, &a, CALL_END_BUSY);
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    end_preview(w, &a);
    world_offer(w, &a);
    assert_int_equal(store_queues(w->st, &a, w->now, queues, SERVICE_QUEUES, &n, &w->err), ERR_OK);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(queues[i].queue, "WAL_French") == 0) {
            assert_int_equal(queues[i].waiting, 1);
            assert_int_equal(queues[i].agents_available, 0);
        }
    }
    assert_int_equal(store_interactions(w->st, &a, &w->day, w->now, rows, 8, &n, &w->err), ERR_OK);
    assert_int_equal(n, 2);
    assert_int_equal(rows[0].state, HOLD_OFFERED);
    assert_string_equal(rows[0].name, "");
    assert_int_equal(rows[1].state, HOLD_NONE);
    assert_string_equal(rows[1].name, "Gudule Vanplanted");
    assert_string_equal(rows[1].code, "busy");
    assert_int_equal(rows[1].end, CALL_END_BUSY);
    const struct store_day tomorrow = {.start_utc_s = w->now + 1};
    assert_int_equal(store_interactions(w->st, &a, &tomorrow, w->now, rows, 8, &n, &w->err),
                     ERR_OK);
    assert_int_equal(n, 0);
}

static void a_call_that_nobody_ends_looks_stuck(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct store_unresolved rows[4];
    size_t n = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_call(w, &a);
    assert_int_equal(store_unresolved(w->st, &boss, w->now + 89, 90, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_unresolved(w->st, &boss, w->now + 90, 90, rows, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_true(rows[0].stuck);
    assert_int_equal(rows[0].state, HOLD_CALL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_code_leads_where_its_rule_says),
        TEST(a_changed_rule_changes_what_happens),
        TEST(attempts_of_a_day_are_limited),
        TEST(a_bad_number_gives_way_to_the_next_for_good),
        TEST(a_code_that_is_none_changes_nothing),
        TEST(time_that_ran_out_parks_the_person_and_the_code_stays_owed),
        TEST(nobody_chooses_before_the_call_is_over),
        TEST(a_backend_that_was_away_makes_nobody_late),
        TEST(a_callback_comes_first_and_to_the_agent_who_agreed_it),
        TEST(a_callback_that_was_made_is_served),
        TEST(the_lists_show_the_day),
        TEST(a_call_that_nobody_ends_looks_stuck),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
