/* SPDX-License-Identifier: Apache-2.0 */
#include "store_world.h"

static void the_whole_way_from_offer_to_the_next(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr,nl");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");

    int64_t offer = world_offer(w, &a);
    struct store_work work = world_work(w, &a);
    assert_int_equal(work.offer.offer_id, offer);
    assert_int_equal(work.offer.state, HOLD_OFFERED);
    assert_false(work.offer.has_person);
    assert_string_equal(work.offer.given_name, "");
    assert_string_equal(work.offer.queue, "WAL_French");
    assert_string_equal(work.offer.script_id, "tracing-index");
    assert_int_equal(work.offer.deadline_utc_s, w->now + 20);
    int64_t fence = work.offer.fence;

    w->now += 5;
    MUST(w, store_offer_accept(w->st, &a, offer, fence, w->now, &w->err));
    work = world_work(w, &a);
    assert_int_equal(work.offer.state, HOLD_PREVIEW);
    assert_int_equal(work.offer.state_since_utc_s, w->now);
    assert_string_equal(work.offer.family_name, "Vanplanted");
    assert_string_equal(work.offer.phones[0], "+32470000001");

    struct store_permit permit;
    MUST(w, store_call_permit(w->st, &a, offer, fence, 0, w->now, &permit, &w->err));
    assert_string_equal(permit.number, "+32470000001");
    assert_int_equal(permit.ring_limit_s, 45);
    world_report(w, permit.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, permit.call_id, 2, CALL_EV_RING, CALL_END_NONE);
    world_report(w, permit.call_id, 3, CALL_EV_ANSWER, CALL_END_NONE);
    assert_int_equal(world_work(w, &a).offer.call.state, CALL_TALKING);
    w->now += 60;
    world_report(w, permit.call_id, 4, CALL_EV_END, CALL_END_BY_PERSON);
    work = world_work(w, &a);
    assert_int_equal(work.offer.state, HOLD_ACW);
    assert_int_equal(work.offer.deadline_utc_s, w->now + 60);
    assert_int_equal(work.offer.attempts, 1);
    assert_string_equal(work.offer.proposed_code, "closed_without_data");

    struct store_outcome outcome;
    struct store_wrapup wrapup = {.code = "no_answer", .note = "x", .chosen_utc_s = w->now + 10};
    w->now += 10;
    MUST(w, store_offer_wrapup(w->st, &a, offer, fence, &wrapup, w->now, &outcome, &w->err));
    assert_int_equal(outcome.person_state, PERSON_RESTING);
    assert_int_equal(outcome.due_utc_s, T0 + 19 * 3600);
    assert_false(outcome.late);
    assert_int_equal(world_work(w, &a).offer.state, HOLD_DONE);

    MUST(w, store_offer_end(w->st, &a, offer, fence, w->now, &w->err));
    assert_int_equal(world_work(w, &a).offer.offer_id, 0);
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
}

static void accept_offer(struct world *w, const struct store_actor *a)
{
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w, store_offer_accept(w->st, a, o.offer_id, o.fence, w->now, &w->err));
}

/* Offer and give back with a reason, so that the next one comes. */
static int64_t next_person(struct world *w, const struct store_actor *a)
{
    world_offer(w, a);
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w, store_offer_skip(w->st, a, o.offer_id, o.fence, "known_person", w->now, &w->err));
    return o.person_id;
}

static void people_come_by_kind_and_age_of_the_ticket(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "nl,fr");
    world_person(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000001");
    world_person(w, REGION_WAL, "nl", PERSON_INDEX, "+32470000002");
    world_person(w, REGION_WAL, "de", PERSON_INDEX, "+32470000003");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000004");
    assert_int_equal(next_person(w, &a), 2);
    assert_int_equal(next_person(w, &a), 4);
    assert_int_equal(next_person(w, &a), 1);
    int64_t offer;
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
}

static void one_person_is_offered_to_one_agent(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer = world_offer(w, &a);
    int64_t other = 0;
    assert_int_equal(TRY(w, store_offer_next(w->st, b.agent_id, w->now, &other, &w->err)),
                     ERR_NOT_FOUND);
    /* And one agent holds one person. */
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000002");
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &other, &w->err)),
                     ERR_STATE);
    assert_int_not_equal(world_offer(w, &b), offer);
}

static void only_who_is_on_queue_is_offered_people(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    int64_t ids[4];
    size_t n = 0;
    int64_t offer;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    assert_int_equal(store_ready_agents(w->st, ids, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    MUST(w, store_set_status(w->st, &a, AGENT_BREAK, w->now, &w->err));
    assert_int_equal(store_ready_agents(w->st, ids, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                     ERR_STATE);
    assert_int_equal(TRY(w, store_set_on_queue(w->st, &a, true, w->now, &w->err)), ERR_STATE);
    assert_true(w->err.sentence[0] != '\0');
}

static void an_unanswered_offer_goes_back_and_the_agent_off_queue(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer = world_offer(w, &a);
    int64_t fence = world_work(w, &a).offer.fence;
    int64_t due[4];
    size_t n = 0;
    int64_t agent = 0;
    int64_t at = 0;
    assert_int_equal(store_next_due(w->st, &at, &w->err), ERR_OK);
    assert_int_equal(at, w->now + 20);
    assert_int_equal(store_deadlines_due(w->st, w->now + 19, due, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    MUST(w, store_deadline_apply(w->st, offer, w->now + 19, &agent, &w->err));
    assert_int_equal(agent, 0);
    w->now += 20;
    assert_int_equal(store_deadlines_due(w->st, w->now, due, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(due[0], offer);
    MUST(w, store_deadline_apply(w->st, offer, w->now, &agent, &w->err));
    assert_int_equal(agent, a.agent_id);
    struct store_work work = world_work(w, &a);
    assert_int_equal(work.offer.offer_id, 0);
    assert_false(work.on_queue);
    assert_int_equal(work.status, AGENT_AWAY);
    assert_string_equal(world_person_state(w, 1), "waiting");
    assert_int_equal(TRY(w, store_offer_accept(w->st, &a, offer, fence, w->now, &w->err)),
                     ERR_STALE);
}

static void a_preview_has_no_deadline_here(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    int64_t due[4];
    size_t n = 1;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_offer(w, &a);
    accept_offer(w, &a);
    assert_int_equal(world_work(w, &a).offer.deadline_utc_s, w->now + 30);
    assert_int_equal(store_deadlines_due(w->st, w->now + 3600, due, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
}

static void a_skipped_person_rests_as_the_reason_says(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    size_t woken = 0;
    int64_t offer;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_offer(w, &a);
    const struct store_work_offer o = world_work(w, &a).offer;
    assert_int_equal(
        TRY(w, store_offer_skip(w->st, &a, o.offer_id, o.fence, "no such", w->now, &w->err)),
        ERR_INVALID);
    assert_string_equal(w->err.field, "/reason");
    MUST(w, store_offer_skip(w->st, &a, o.offer_id, o.fence, "not_ready", w->now, &w->err));
    assert_string_equal(world_person_state(w, 1), "resting");
    MUST(w, store_wake_people(w->st, w->now + 899, 10, &woken, &w->err));
    assert_int_equal(woken, 0);
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
    MUST(w, store_wake_people(w->st, w->now + 900, 10, &woken, &w->err));
    assert_int_equal(woken, 1);
    assert_int_equal(world_sql(w, "SELECT attempts FROM person"), 0);
    world_offer(w, &a);
    assert_true(world_work(w, &a).offer.fence > o.fence);
}

static void a_wrong_fence_changes_nothing(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_permit permit;
    struct record record;
    char niss[NISS_TEXT_SIZE];
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer = world_offer(w, &a);
    const int64_t fences[] = {world_work(w, &a).offer.fence - 1, world_work(w, &a).offer.fence + 1};
    for (size_t i = 0; i < 2; i++) {
        int64_t f = fences[i];
        assert_int_equal(TRY(w, store_offer_accept(w->st, &a, offer, f, w->now, &w->err)),
                         ERR_STALE);
        assert_int_equal(
            TRY(w, store_offer_skip(w->st, &a, offer, f, "not_ready", w->now, &w->err)), ERR_STALE);
        assert_int_equal(
            TRY(w, store_call_permit(w->st, &a, offer, f, 0, w->now, &permit, &w->err)), ERR_STALE);
        assert_int_equal(TRY(w, store_offer_end(w->st, &a, offer, f, w->now, &w->err)), ERR_STALE);
        assert_int_equal(TRY(w, store_record_read(w->st, &a, offer, f, w->now, &record, &w->err)),
                         ERR_STALE);
        assert_int_equal(TRY(w, store_reveal(w->st, &a, offer, f, "niss", w->now, niss, &w->err)),
                         ERR_STALE);
    }
    assert_int_equal(world_work(w, &a).offer.state, HOLD_OFFERED);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE person_id IS NOT NULL"), 0);
}

static void a_step_out_of_turn_is_refused(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_permit permit;
    struct record record;
    struct store_outcome outcome;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer = world_offer(w, &a);
    int64_t f = world_work(w, &a).offer.fence;
    assert_int_equal(TRY(w, store_call_permit(w->st, &a, offer, f, 0, w->now, &permit, &w->err)),
                     ERR_STATE);
    assert_int_equal(TRY(w, store_offer_end(w->st, &a, offer, f, w->now, &w->err)), ERR_STATE);
    accept_offer(w, &a);
    assert_int_equal(TRY(w, store_offer_accept(w->st, &a, offer, f, w->now, &w->err)), ERR_STATE);
    assert_int_equal(TRY(w, store_record_read(w->st, &a, offer, f, w->now, &record, &w->err)),
                     ERR_STATE);
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &outcome), ERR_STATE);
    assert_int_equal(TRY(w, store_offer_accept(w->st, &a, 4711, f, w->now, &w->err)),
                     ERR_NOT_FOUND);
}

static void an_agent_who_is_gone_loses_the_offer_but_not_the_call(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    bool changed = false;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_offer(w, &a);
    accept_offer(w, &a);
    MUST(w, store_agent_gone(w->st, a.agent_id, w->now, &changed, &w->err));
    assert_true(changed);
    assert_int_equal(world_work(w, &a).offer.offer_id, 0);
    assert_false(world_work(w, &a).on_queue);

    world_call(w, &b);
    MUST(w, store_agent_gone(w->st, b.agent_id, w->now + 9999, &changed, &w->err));
    assert_false(changed);
    assert_int_equal(world_work(w, &b).offer.state, HOLD_CALL);
    MUST(w, store_agent_gone(w->st, a.agent_id, w->now, &changed, &w->err));
    assert_false(changed);
}

static void a_new_login_takes_over(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_session s;
    struct store_session again;
    struct store_actor actor;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit permit = world_call(w, &a);
    int64_t offer = world_work(w, &a).offer.offer_id;
    int64_t fence = world_work(w, &a).offer.fence;
    w->now += 10;
    MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + 3600, &s, &w->err));
    assert_int_equal(s.ended_session_id, a.session_id);

    /* The call may be over or not: after-call work, a new fence, the number in quarantine. */
    struct store_work work = world_work(w, &a);
    assert_int_equal(work.offer.state, HOLD_ACW);
    assert_int_equal(work.offer.offer_id, offer);
    assert_true(work.offer.fence > fence);
    assert_int_equal(work.offer.call.end, CALL_END_PHONE_LOST);
    assert_false(work.on_queue);
    assert_int_equal(world_sql(w, "SELECT free_at FROM phone_lease"),
                     w->now + HOLD_PHONE_QUARANTINE_S);
    /* The end that comes later frees the number and changes nothing else. */
    world_report(w, permit.call_id, 1, CALL_EV_END, CALL_END_BY_AGENT);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease"), 0);
    assert_int_equal(world_work(w, &a).offer.call.end, CALL_END_PHONE_LOST);

    /* The same request again gets the same session. */
    assert_int_equal(store_session_again(w->st, s.session_id, w->now, &again, &w->err), ERR_OK);
    assert_string_equal(again.token, s.token);
    assert_memory_equal(again.journal_key, s.journal_key, 32);
    assert_int_equal(store_session_find(w->st, s.token, w->now, &actor, &w->err), ERR_OK);
    assert_int_equal(actor.agent_id, a.agent_id);
    assert_int_equal(store_session_again(w->st, a.session_id, w->now, &again, &w->err),
                     ERR_UNAUTHENTICATED);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM session WHERE ended_at IS NULL"), 1);
}

static void signing_out_is_refused_until_the_code_is_chosen(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome outcome;
    struct store_actor actor;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit permit = world_call(w, &a);
    assert_int_equal(TRY(w, store_sign_out(w->st, &a, w->now, &w->err)), ERR_STATE);
    world_report(w, permit.call_id, 1, CALL_EV_END, CALL_END_NEVER_MADE);
    assert_int_equal(TRY(w, store_sign_out(w->st, &a, w->now, &w->err)), ERR_STATE);
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &outcome), ERR_OK);
    MUST(w, store_sign_out(w->st, &a, w->now, &w->err));
    assert_int_equal(world_work(w, &a).offer.offer_id, 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM session WHERE ended_at IS NULL"), 0);
    assert_int_equal(store_session_find(w->st, "no token", w->now, &actor, &w->err),
                     ERR_UNAUTHENTICATED);
}

static void a_session_ends_by_itself(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_session s;
    struct store_actor actor;
    int64_t ids[4];
    size_t n = 0;
    MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + 100, &s, &w->err));
    assert_int_equal(store_signed_in_agents(w->st, ids, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_session_find(w->st, s.token, w->now + 99, &actor, &w->err), ERR_OK);
    assert_int_equal(store_session_find(w->st, s.token, w->now + 100, &actor, &w->err),
                     ERR_UNAUTHENTICATED);
    MUST(w, store_sessions_expire(w->st, w->now + 100, 0, ids, 4, &n, &w->err));
    assert_int_equal(n, 1);
    assert_int_equal(ids[0], a.agent_id);
    MUST(w, store_sessions_expire(w->st, w->now + 100, 0, ids, 4, &n, &w->err));
    assert_int_equal(n, 0);
    assert_int_equal(store_signed_in_agents(w->st, ids, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
}

/* Somebody has to notice that nobody works on it. */
static void who_holds_somebody_is_missed_without_a_session_too(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    int64_t ids[4];
    size_t n = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_call(w, &a);
    MUST(w, store_sessions_expire(w->st, w->now + 17 * 3600, 0, ids, 4, &n, &w->err));
    assert_int_equal(n, 1);
    assert_int_equal(store_signed_in_agents(w->st, ids, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(ids[0], a.agent_id);
}

static void a_supervisor_releases_what_is_stuck(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct store_actor far = world_agent(w, "far", REGION_BXL, "fr", true);
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_call(w, &a);
    int64_t offer = world_work(w, &a).offer.offer_id;
    assert_int_equal(TRY(w, store_offer_release(w->st, &a, offer, "x", w->now, &o, &w->err)),
                     ERR_FORBIDDEN);
    assert_int_equal(TRY(w, store_offer_release(w->st, &far, offer, "x", w->now, &o, &w->err)),
                     ERR_NOT_FOUND);
    MUST(w, store_offer_release(w->st, &boss, offer, "lost", w->now, &o, &w->err));
    assert_int_equal(o.person_state, PERSON_UNRESOLVED);
    assert_int_equal(o.agent_id, a.agent_id);
    assert_int_equal(world_work(w, &a).offer.offer_id, 0);
    assert_int_equal(TRY(w, store_offer_release(w->st, &boss, offer, "x", w->now, &o, &w->err)),
                     ERR_STATE);
    /* Somebody who may have been spoken to is not offered again. */
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
}

static void a_login_is_taken_once(void **state)
{
    struct world *w = *state;
    int64_t id = 0;
    char hash[STORE_PASSWORD_HASH_SIZE];
    struct store_agent a = {
        .login = "ann",
        .name = "Ann",
        .languages = {"fr"   },
        .n_languages = 1,
        .services = { .items = {"tracing"}, .n = 1}
    };
    MUST(w, store_agent_add(w->st, &a, "$argon2id$a", w->now, &id, &w->err));
    assert_int_equal(TRY(w, store_agent_add(w->st, &a, "$argon2id$b", w->now, &id, &w->err)),
                     ERR_CONFLICT);
    assert_string_equal(w->err.field, "login");
    assert_int_equal(store_credential_read(w->st, "ann", &id, hash, &w->err), ERR_OK);
    assert_string_equal(hash, "$argon2id$a");
    assert_int_equal(store_credential_read(w->st, "bob", &id, hash, &w->err), ERR_NOT_FOUND);
    snprintf(a.login, sizeof a.login, "bob");
    assert_true(queue_names_parse("crisis", &a.services));
    assert_int_equal(TRY(w, store_agent_add(w->st, &a, "$argon2id$b", w->now, &id, &w->err)),
                     ERR_NOT_FOUND);
    assert_string_equal(w->err.field, "services");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_whole_way_from_offer_to_the_next),
        TEST(people_come_by_kind_and_age_of_the_ticket),
        TEST(one_person_is_offered_to_one_agent),
        TEST(only_who_is_on_queue_is_offered_people),
        TEST(an_unanswered_offer_goes_back_and_the_agent_off_queue),
        TEST(a_preview_has_no_deadline_here),
        TEST(a_skipped_person_rests_as_the_reason_says),
        TEST(a_wrong_fence_changes_nothing),
        TEST(a_step_out_of_turn_is_refused),
        TEST(an_agent_who_is_gone_loses_the_offer_but_not_the_call),
        TEST(a_new_login_takes_over),
        TEST(signing_out_is_refused_until_the_code_is_chosen),
        TEST(a_session_ends_by_itself),
        TEST(who_holds_somebody_is_missed_without_a_session_too),
        TEST(a_supervisor_releases_what_is_stuck),
        TEST(a_login_is_taken_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
