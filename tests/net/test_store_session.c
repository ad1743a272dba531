/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions that end, in time that is given: by their limit, because nobody is there, by an
 * operator; and what a call has to do with it. */

#include "store_world.h"

#define LIMIT (12 * 3600)

/* An agent with the session's token at hand. */
static struct store_session sign_in(struct world *w, const struct store_actor *a)
{
    struct store_session s;
    MUST(w, store_sign_in(w->st, a->agent_id, w->now, w->now + LIMIT, &s, &w->err));
    return s;
}

static bool is_good(struct world *w, const struct store_session *s, int64_t now)
{
    struct store_actor actor;
    return store_session_find(w->st, s->token, now, &actor, &w->err) == ERR_OK;
}

/* How many sessions end at that time. */
static size_t expire(struct world *w, int64_t now, int64_t idle_s)
{
    int64_t ids[4];
    size_t n = 9;
    MUST(w, store_sessions_expire(w->st, now, idle_s, ids, 4, &n, &w->err));
    return n;
}

static size_t ended_since(struct world *w, int64_t since, struct store_session_end rows[4])
{
    size_t n = 9;
    assert_int_equal(store_sessions_ended(w->st, since, rows, 4, &n, &w->err), ERR_OK);
    return n;
}

/* Somebody who talks, with the session of the call. */
static struct store_session talking(struct world *w, struct store_actor *ret,
                                    struct store_permit *permit)
{
    struct store_actor a = world_agent(w, "ann", REGION_WAL, "fr", false);
    struct store_session s = sign_in(w, &a);
    assert_int_equal(store_session_find(w->st, s.token, w->now, &a, &w->err), ERR_OK);
    MUST(w, store_set_status(w->st, &a, AGENT_AVAILABLE, w->now, &w->err));
    MUST(w, store_set_on_queue(w->st, &a, true, w->now, &w->err));
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    *permit = world_call(w, &a);
    *ret = a;
    return s;
}

static void a_session_does_not_end_in_a_call_or_the_work_after_it(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    struct store_permit permit;
    struct store_session s = talking(w, &a, &permit);
    assert_true(is_good(w, &s, w->now + LIMIT + 100));
    assert_int_equal(expire(w, w->now + LIMIT + 100, 60), 0);
    world_report(w, permit.call_id, 1, CALL_EV_END, CALL_END_NEVER_MADE);
    assert_true(is_good(w, &s, w->now + LIMIT + 100));
    assert_int_equal(expire(w, w->now + LIMIT + 100, 60), 0);
    struct store_outcome outcome;
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &outcome), ERR_OK);
    assert_false(is_good(w, &s, w->now + LIMIT + 100));
    assert_int_equal(expire(w, w->now + LIMIT + 100, 0), 1);
}

static void but_not_for_ever(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    struct store_permit permit;
    struct store_session s = talking(w, &a, &permit);
    const int64_t late = w->now + LIMIT + STORE_SESSION_CALL_S;
    assert_true(is_good(w, &s, late - 1));
    assert_int_equal(expire(w, late - 1, 0), 0);
    assert_false(is_good(w, &s, late));
    assert_int_equal(expire(w, late, 0), 1);
    /* The person is with the agent all the same: a call never ends by time. */
    assert_int_not_equal(world_work(w, &a).offer.offer_id, 0);
}

static void a_session_without_anybody_ends(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_agent(w, "ann", REGION_WAL, "fr", false);
    struct store_session s = sign_in(w, &a);
    struct store_session_end rows[4];
    const int64_t idle = 3600;
    assert_int_equal(expire(w, w->now + idle - 1, idle), 0);
    MUST(w, store_sessions_seen(w->st, &a.agent_id, 1, w->now + 1000, &w->err));
    assert_int_equal(expire(w, w->now + idle + 999, idle), 0);
    MUST(w, store_sessions_seen(w->st, &a.agent_id, 1, w->now + 10, &w->err)); /* an older word */
    assert_int_equal(expire(w, w->now + idle + 999, idle), 0);
    assert_int_equal(expire(w, w->now + idle + 1000, 0), 0);
    assert_int_equal(expire(w, w->now + idle + 1000, idle), 1);
    assert_false(is_good(w, &s, w->now + idle + 1000));
    assert_int_equal(ended_since(w, w->now + idle, rows), 1);
    assert_string_equal(rows[0].reason, "idle");
    assert_int_equal(rows[0].session_id, s.session_id);
    assert_int_equal(rows[0].agent_id, a.agent_id);
}

static void each_end_is_told_with_its_reason(void **state)
{
    struct world *w = *state;
    struct store_session_end rows[4];
    struct store_actor a = world_agent(w, "ann", REGION_WAL, "fr", false);
    bool ended = false;
    assert_int_equal(ended_since(w, w->now, rows), 0);
    (void)sign_in(w, &a); /* over the first one */
    MUST(w, store_session_end(w->st, a.agent_id, false, w->now + 10, &ended, &w->err));
    assert_true(ended);
    MUST(w, store_session_end(w->st, a.agent_id, false, w->now + 11, &ended, &w->err));
    assert_false(ended);
    assert_int_equal(ended_since(w, w->now, rows), 2);
    assert_string_equal(rows[0].reason, "other_login");
    assert_string_equal(rows[1].reason, "operator");
    assert_int_equal(ended_since(w, w->now + 10, rows), 1);
    assert_int_equal(ended_since(w, w->now + 11, rows), 0);
}

static void an_operator_takes_nobody_out_of_a_call_by_mistake(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    struct store_permit permit;
    struct store_session s = talking(w, &a, &permit);
    bool ended = false;
    assert_int_equal(TRY(w, store_session_end(w->st, a.agent_id, false, w->now, &ended, &w->err)),
                     ERR_STATE);
    assert_true(is_good(w, &s, w->now));
    MUST(w, store_session_end(w->st, a.agent_id, true, w->now, &ended, &w->err));
    assert_true(ended);
    assert_false(is_good(w, &s, w->now));
    /* As after a new login: the call is over, its code is owed by the same agent. */
    const struct store_work work = world_work(w, &a);
    assert_int_equal(work.offer.state, HOLD_ACW);
    MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + LIMIT, &s, &w->err));
    assert_int_not_equal(world_work(w, &a).offer.offer_id, 0);
}

/* What vouches for a telephone line goes with its session, whatever ends that. */
static void a_login_has_the_session_of_now(void **state)
{
    struct world *w = *state;
    const struct store_actor a = world_agent(w, "an", REGION_WAL, "fr", false);
    struct store_session now;
    assert_int_equal(TRY(w, store_session_of(w->st, "nobody", w->now, &now, &w->err)),
                     ERR_NOT_FOUND);
    struct store_session first = sign_in(w, &a);
    MUST(w, store_session_of(w->st, "an", w->now + 5, &now, &w->err));
    assert_int_equal(now.session_id, first.session_id);
    assert_string_equal(now.token, first.token);
    assert_int_equal(now.began_utc_s, first.began_utc_s);
    assert_int_equal(now.began_utc_s, w->now);
    /* Its time is over, though nobody swept it away. */
    assert_int_equal(TRY(w, store_session_of(w->st, "an", first.expires_utc_s, &now, &w->err)),
                     ERR_NOT_FOUND);
    struct store_session second = sign_in(w, &a); /* takes over */
    MUST(w, store_session_of(w->st, "an", w->now, &now, &w->err));
    assert_string_equal(now.token, second.token);
    assert_string_not_equal(now.token, first.token);
    bool ended = false;
    MUST(w, store_session_end(w->st, a.agent_id, false, w->now + 10, &ended, &w->err));
    assert_int_equal(TRY(w, store_session_of(w->st, "an", w->now, &now, &w->err)), ERR_NOT_FOUND);
}

#define session_test(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        session_test(a_session_does_not_end_in_a_call_or_the_work_after_it),
        session_test(but_not_for_ever),
        session_test(a_session_without_anybody_ends),
        session_test(a_login_has_the_session_of_now),
        session_test(each_end_is_told_with_its_reason),
        session_test(an_operator_takes_nobody_out_of_a_call_by_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
