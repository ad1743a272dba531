/* SPDX-License-Identifier: Apache-2.0 */
/* Another code after the hold: the rule is applied anew, and all that was chosen stays. */

#include "net/store/store_callback.h"
#include "store_world.h"

static void end_preview(struct world *w, const struct store_actor *a)
{
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w, store_offer_end(w->st, a, o.offer_id, o.fence, w->now, &w->err));
}

static enum err_code correct(struct world *w, const struct store_actor *a, int64_t offer,
                             int64_t revision, const char *code, struct store_outcome *ret)
{
    const struct store_wrapup chosen = {.code = code, .chosen_utc_s = w->now};
    return TRY(w, store_offer_correct(w->st, a, offer, revision, &chosen, w->now, ret, &w->err));
}

/* Somebody called, and a code chosen; the agent still looks at the preview. */
static int64_t wrapped_up(struct world *w, const struct store_actor *a, const char *code)
{
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_acw(w, a, CALL_END_NO_ANSWER);
    const int64_t offer = world_work(w, a).offer.offer_id;
    assert_int_equal(world_wrapup(w, a, code, 0, &o), ERR_OK);
    return offer;
}

static void a_code_is_corrected_and_the_rule_applied_anew(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    const int64_t offer = wrapped_up(w, &a, "closed_with_data");
    assert_string_equal(world_person_state(w, 1), "closed");
    assert_int_equal(correct(w, &a, offer, 1, "busy", &o), ERR_OK); /* in the preview */
    assert_int_equal(o.person_state, PERSON_RESTING);
    assert_int_equal(o.due_utc_s, w->now + 900);
    assert_string_equal(world_work(w, &a).offer.code, "busy");
    end_preview(w, &a);
    w->now += 600;
    assert_int_equal(correct(w, &a, offer, 2, "closed_without_data", &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_CLOSED);
    assert_true(o.late);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM wrapup"), 3);
    assert_int_equal(world_sql(w, "SELECT attempts FROM person"), 1); /* one call, counted once */
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'wrapup_correct'"), 2);
}

static void a_number_found_wrong_is_right_again(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    const int64_t offer = wrapped_up(w, &a, "bad_number");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM data_quality"), 1);
    assert_int_equal(correct(w, &a, offer, -1, "busy", &o), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM data_quality"), 0);
    assert_int_equal(world_sql(w, "SELECT dropped_phones FROM person"), 0);
    assert_int_equal(world_sql(w, "SELECT not_reached FROM person"), 0);
    assert_int_equal(correct(w, &a, offer, -1, "bad_number", &o), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM data_quality"), 1);
    assert_int_equal(world_sql(w, "SELECT dropped_phones FROM person"), 1);
}

static void a_callback_of_the_wrong_code_is_over(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_acw(w, &a, CALL_END_BY_PERSON);
    const int64_t offer = world_work(w, &a).offer.offer_id;
    assert_int_equal(world_wrapup(w, &a, "rescheduled", w->now + 3600, &o), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state = 'open'"), 1);
    assert_int_equal(correct(w, &a, offer, 1, "closed_with_data", &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_CLOSED);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state = 'open'"), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state = 'cancelled'"), 1);
}

/* How many callbacks are in this state, of those that count. */
static int64_t in_state(struct world *w, const char *state)
{
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM callback WHERE %s", state);
    return world_sql(w, sql);
}

static struct callback_plan plan_at(const struct world *w, int64_t in_s)
{
    return (struct callback_plan){.at_utc_s = w->now + in_s,
                                  .fallback_utc_s = w->now + in_s + 300,
                                  .miss_utc_s = w->now + in_s + 900,
                                  .route_to_me = true};
}

static int64_t agreed_in_the_calendar(struct world *w, const struct store_actor *a, int64_t offer,
                                      int64_t in_s)
{
    const struct callback_plan plan = plan_at(w, in_s);
    int64_t id = 0;
    MUST(w, store_callback_add(w->st, a, offer, &plan, w->now, &id, &w->err));
    return id;
}

static void a_promise_of_the_calendar_outlives_the_code(void **state)
{
    static const char *const codes[] = {"no_answer", "no_answer", "busy"};
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    const int64_t offer = wrapped_up(w, &a, "busy");
    end_preview(w, &a);
    const int64_t at = w->now + 600; /* before any of these codes would have the person called */
    agreed_in_the_calendar(w, &a, offer, 600);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_int_equal(correct(w, &a, offer, -1, codes[i], &o), ERR_OK);
        assert_int_equal(in_state(w, "state = 'open'"), 1);
        assert_int_equal(in_state(w, "true"), 1);
        assert_int_equal(o.person_state, PERSON_RESTING);
        assert_int_equal(o.due_utc_s, at);
        assert_int_equal(world_sql(w, "SELECT rank FROM person"), 0);
    }
    assert_int_equal(correct(w, &a, offer, -1, "closed_with_data", &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_CLOSED);
    assert_int_equal(in_state(w, "state = 'cancelled' AND why = 'reached'"), 1);
}

static void what_a_code_ended_comes_back_with_its_correction(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    const int64_t offer = wrapped_up(w, &a, "busy");
    end_preview(w, &a);
    const int64_t promise = agreed_in_the_calendar(w, &a, offer, 3 * 3600);
    const struct store_wrapup another = {
        .code = "rescheduled", .chosen_utc_s = w->now, .callback_utc_s = w->now + 3600};
    assert_int_equal(correct(w, &a, offer, -1, "closed_with_data", &o), ERR_OK);
    assert_int_equal(correct(w, &a, offer, -1, "closed_without_data", &o), ERR_OK);
    assert_int_equal(in_state(w, "state = 'open'"), 0);
    MUST(w, store_offer_correct(w->st, &a, offer, -1, &another, w->now, &o, &w->err));
    assert_int_equal(in_state(w, "state = 'open'"), 1); /* one promise at a time */
    assert_int_equal(in_state(w, "state = 'cancelled' AND why = 'replaced'"), 1);
    assert_int_equal(correct(w, &a, offer, -1, "busy", &o), ERR_OK);
    assert_int_equal(in_state(w, "state = 'cancelled' AND why = 'agent'"), 1);
    assert_int_equal(world_sql(w, "SELECT callback_id FROM callback WHERE state = 'open'"),
                     promise);
    assert_int_equal(o.person_state, PERSON_RESTING);
    assert_int_equal(o.due_utc_s, w->now + 3 * 3600);
    assert_int_equal(world_sql(w, "SELECT due_at FROM person"), o.due_utc_s);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE for_agent_id IS NOT NULL"), 1);
}

/* Its time went by while the person counted as reached: somebody has to answer for it. */
static void what_comes_back_late_is_missed(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    int64_t late[4];
    size_t n = 0;
    bool missed = false;
    const int64_t offer = wrapped_up(w, &a, "busy");
    end_preview(w, &a);
    agreed_in_the_calendar(w, &a, offer, 1200);
    assert_int_equal(correct(w, &a, offer, -1, "closed_with_data", &o), ERR_OK);
    w->now += 3600;
    assert_int_equal(correct(w, &a, offer, -1, "busy", &o), ERR_OK);
    MUST(w, store_callbacks_due(w->st, w->now, &w->err));
    MUST(w, store_callbacks_to_miss(w->st, w->now, late, 4, &n, &w->err));
    assert_int_equal(n, 1);
    MUST(w, store_callback_miss(w->st, late[0], w->now, &missed, &w->err));
    assert_true(missed);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM alarm WHERE state = 'raised'"), 1);
}

static void what_was_moved_or_taken_back_since_is_no_work_of_the_code(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_acw(w, &a, CALL_END_BY_PERSON);
    const int64_t offer = world_work(w, &a).offer.offer_id;
    assert_int_equal(world_wrapup(w, &a, "rescheduled", w->now + 3600, &o), ERR_OK);
    end_preview(w, &a);
    const struct callback_plan later = plan_at(w, 2 * 3600);
    const int64_t id = world_sql(w, "SELECT callback_id FROM callback");
    MUST(w, store_callback_move(w->st, &a, id, 1, &later, false, w->now, &w->err));
    assert_int_equal(correct(w, &a, offer, -1, "busy", &o), ERR_OK);
    assert_int_equal(o.due_utc_s, w->now + 2 * 3600);
    assert_int_equal(in_state(w, "state = 'open'"), 1);
    const struct store_wrapup another = {
        .code = "rescheduled", .chosen_utc_s = w->now, .callback_utc_s = w->now + 3600};
    MUST(w, store_offer_correct(w->st, &a, offer, -1, &another, w->now, &o, &w->err));
    const int64_t newest = world_sql(w, "SELECT callback_id FROM callback WHERE state = 'open'");
    assert_true(newest > id);
    MUST(w, store_callback_cancel(w->st, &a, newest, 1, w->now, &w->err));
    assert_int_equal(correct(w, &a, offer, -1, "busy", &o), ERR_OK);
    assert_int_equal(in_state(w, "state = 'open'"), 0);
    assert_int_equal(o.due_utc_s, w->now + 900);
}

static void what_went_on_is_not_called_back(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_outcome o;
    size_t n = 0;
    const int64_t offer = wrapped_up(w, &a, "busy");
    end_preview(w, &a);
    assert_int_equal(correct(w, &a, offer, 7, "no_answer", &o), ERR_CONFLICT);
    assert_string_equal(w->err.field, "/revision");
    assert_int_equal(correct(w, &b, offer, 1, "no_answer", &o), ERR_NOT_FOUND);
    assert_int_equal(correct(w, &a, offer, 1, "no_such_code", &o), ERR_INVALID);
    assert_int_equal(correct(w, &a, offer, 1, "rescheduled", &o), ERR_INVALID);
    w->now += 900;
    MUST(w, store_wake_people(w->st, w->now, 10, &n, &w->err));
    world_offer(w, &b);
    assert_int_equal(correct(w, &a, offer, 1, "no_answer", &o), ERR_STATE);
    assert_non_null(strstr(w->err.sentence, "Somebody else"));
    const struct store_work_offer held = world_work(w, &b).offer;
    MUST(w, store_offer_accept(w->st, &b, held.offer_id, held.fence, w->now, &w->err));
    struct store_permit p;
    MUST(w, store_call_permit(w->st, &b, held.offer_id, held.fence, 0, w->now, &p, &w->err));
    world_report(w, p.call_id, 1, CALL_EV_END, CALL_END_BUSY);
    assert_int_equal(world_wrapup(w, &b, "busy", 0, &o), ERR_OK);
    end_preview(w, &b);
    assert_int_equal(correct(w, &a, offer, 1, "no_answer", &o), ERR_STATE);
    assert_non_null(strstr(w->err.sentence, "called again"));
    assert_int_equal(correct(w, &b, held.offer_id, 1, "no_answer", &o), ERR_OK);
    w->now += 86400;
    assert_int_equal(correct(w, &b, held.offer_id, 2, "busy", &o), ERR_STATE);
    assert_non_null(strstr(w->err.sentence, "day"));
}

static void a_supervisor_chooses_for_whoever_is_parked(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct store_actor other = world_agent(w, "other", REGION_VLG, "nl", true);
    struct store_outcome o;
    int64_t agent = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_acw(w, &a, CALL_END_NO_ANSWER);
    const int64_t offer = world_work(w, &a).offer.offer_id;
    assert_int_equal(correct(w, &boss, offer, 0, "busy", &o), ERR_STATE); /* ann may still choose */
    w->now += 61;
    MUST(w, store_deadline_apply(w->st, offer, w->now, &agent, &w->err));
    assert_int_equal(correct(w, &boss, offer, 0, "busy", &o), ERR_STATE);
    MUST(w, store_offer_release(w->st, &boss, offer, "she is gone", w->now, &o, &w->err));
    assert_int_equal(o.person_state, PERSON_UNRESOLVED);
    w->now += 2 * 86400; /* parked people keep */
    assert_int_equal(correct(w, &other, offer, 0, "busy", &o), ERR_NOT_FOUND);
    assert_int_equal(correct(w, &boss, offer, 0, "busy", &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_RESTING);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM wrapup w JOIN agent a"
                                  " ON a.agent_id = w.agent_id WHERE a.login = 'boss'"),
                     1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_code_is_corrected_and_the_rule_applied_anew),
        TEST(a_number_found_wrong_is_right_again),
        TEST(a_callback_of_the_wrong_code_is_over),
        TEST(a_promise_of_the_calendar_outlives_the_code),
        TEST(what_a_code_ended_comes_back_with_its_correction),
        TEST(what_comes_back_late_is_missed),
        TEST(what_was_moved_or_taken_back_since_is_no_work_of_the_code),
        TEST(what_went_on_is_not_called_back),
        TEST(a_supervisor_chooses_for_whoever_is_parked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
