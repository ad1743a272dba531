/* SPDX-License-Identifier: Apache-2.0 */
#include "store_world.h"

static enum err_code report(struct world *w, const struct store_actor *actor, int64_t call_id,
                            const struct store_call_event *events, size_t n, int64_t *ret_last)
{
    int64_t agent = 0;
    return TRY(w, store_call_report(w->st, actor, call_id, "abc@desk", events, n, w->now, ret_last,
                                    &agent, &w->err));
}

/* What is not found leaves its mark on those who were passed over: it is committed. */
static enum err_code next_or_nobody(struct world *w, const struct store_actor *actor, int64_t *ret)
{
    world_begin(w);
    const enum err_code code = store_offer_next(w->st, actor->agent_id, w->now, ret, &w->err);
    (void)world_finish(w, code == ERR_NOT_FOUND ? ERR_OK : code);
    return code;
}

static void a_permit_can_be_asked_for_again(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_permit again;
    int64_t call = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit permit = world_call(w, &a);
    assert_int_equal(store_permit_read(w->st, &a, permit.call_id, &again, &w->err), ERR_OK);
    assert_string_equal(again.call_token, permit.call_token);
    assert_string_equal(again.number, "+32470000001");
    assert_int_equal(again.permitted_utc_s, w->now);
    assert_int_equal(store_permit_read(w->st, &b, permit.call_id, &again, &w->err), ERR_NOT_FOUND);

    /* Released: somebody else may have the person by now. */
    struct store_actor sup = world_agent(w, "sue", REGION_WAL, "fr", true);
    struct store_outcome o;
    MUST(w, store_offer_release(w->st, &sup, world_work(w, &a).offer.offer_id, "gone home", w->now,
                                &o, &w->err));
    assert_int_equal(store_permit_read(w->st, &a, permit.call_id, &again, &w->err), ERR_STATE);
    assert_int_equal(store_call_by_token(w->st, permit.call_token, &call, &w->err), ERR_OK);
    assert_int_equal(call, permit.call_id);
    permit.call_token[0] = permit.call_token[0] == 'A' ? 'B' : 'A';
    assert_int_equal(store_call_by_token(w->st, permit.call_token, &call, &w->err),
                     ERR_UNAUTHENTICATED);
}

static void one_number_is_dialled_from_one_place(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_BXL, "fr");
    size_t n = 0;
    /* Two tickets, two regions, one telephone. */
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_person(w, REGION_BXL, "fr", PERSON_INDEX, "0470 00 00 01");
    int64_t offer = 0;
    struct store_permit first = world_call(w, &a);
    assert_int_equal(next_or_nobody(w, &b, &offer), ERR_NOT_FOUND);
    MUST(w, store_free_phones(w->st, w->now + 100000, &n, &w->err));
    assert_int_equal(n, 0); /* with a call up it never ends by time */

    world_report(w, first.call_id, 1, CALL_EV_END, CALL_END_BUSY);
    w->now += 60;
    MUST(w, store_wake_people(w->st, w->now, 10, &n, &w->err));
    assert_int_equal(n, 1);
    world_call(w, &b);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease WHERE free_at IS NULL"), 1);
}

/* The number was changed by an import to one that is dialled elsewhere. */
static void a_number_that_is_anothers_meanwhile_is_not_dialled(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_BXL, "fr");
    struct store_permit permit;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct record r = world_record(w, REGION_BXL, "fr", PERSON_INDEX, "+32470000002");
    world_import(w, &r, 1);
    world_call(w, &a);
    world_offer(w, &b);
    assert_int_equal(record_set_field(&r, RECORD_PHONE, "+32470000001", 12, &w->err), ERR_OK);
    world_import(w, &r, 1);
    const struct store_work_offer o = world_work(w, &b).offer;
    MUST(w, store_offer_accept(w->st, &b, o.offer_id, o.fence, w->now, &w->err));
    assert_int_equal(
        TRY(w, store_call_permit(w->st, &b, o.offer_id, o.fence, 0, w->now, &permit, &w->err)),
        ERR_STATE);
    assert_int_equal(world_work(w, &b).offer.state, HOLD_PREVIEW);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM call"), 1);
    MUST(w, store_offer_skip(w->st, &b, o.offer_id, o.fence, "not_ready", w->now, &w->err));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease"), 1);
}

static void a_number_in_quarantine_is_free_when_its_time_is_over(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_session s;
    size_t n = 0;
    int64_t due = 0;
    int64_t offer = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_call(w, &a);
    MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + 9999, &s, &w->err));
    assert_int_equal(next_or_nobody(w, &b, &offer), ERR_NOT_FOUND);
    w->now += HOLD_PHONE_QUARANTINE_S - 1;
    MUST(w, store_wake_people(w->st, w->now, 10, &n, &w->err));
    assert_int_equal(n, 0); /* rests until the number is free */
    MUST(w, store_free_phones(w->st, w->now, &n, &w->err));
    assert_int_equal(n, 0);
    assert_int_equal(store_next_due(w->st, &due, &w->err), ERR_OK);
    w->now++;
    MUST(w, store_wake_people(w->st, w->now, 10, &n, &w->err));
    assert_int_equal(n, 1);
    world_call(w, &b);
    MUST(w, store_free_phones(w->st, w->now, &n, &w->err));
    assert_int_equal(n, 0); /* it is leased anew */
}

static void only_the_persons_own_numbers_are_dialled(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_permit permit;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    assert_int_equal(record_set_field(&r, RECORD_PHONE_2, "+81312345678", 12, &w->err), ERR_OK);
    world_import(w, &r, 1);
    world_offer(w, &a);
    const struct store_work_offer o = world_work(w, &a).offer;
    MUST(w, store_offer_accept(w->st, &a, o.offer_id, o.fence, w->now, &w->err));
    assert_int_equal(
        TRY(w, store_call_permit(w->st, &a, o.offer_id, o.fence, 2, w->now, &permit, &w->err)),
        ERR_INVALID);
    assert_string_equal(w->err.field, "/phone_index");
    assert_int_equal(
        TRY(w, store_call_permit(w->st, &a, o.offer_id, o.fence, 1, w->now, &permit, &w->err)),
        ERR_PHONE); /* no prefix of the service */
    assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease WHERE call_id IS NULL"), 2);
}

static void events_count_once_and_in_order(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    int64_t last = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit p = world_call(w, &a);
    const struct store_call_event late[] = {
        {.seq = 4, .at_utc_s = T0 + 9, .event = CALL_EV_END, .end = CALL_END_BY_PERSON},
        {.seq = 2,        .at_utc_s = T0 + 2,                   .event = CALL_EV_RING             },
    };
    const struct store_call_event missing[] = {
        {.seq = 1, .at_utc_s = T0 + 1, .event = CALL_EV_DIAL  },
        {.seq = 2, .at_utc_s = T0 + 7, .event = CALL_EV_ANSWER}, /* is there already: passed over */
    };
    const struct store_call_event third = {
        .seq = 3, .at_utc_s = T0 + 3, .event = CALL_EV_ANSWER, .sip_status = 200};
    w->now += 20;
    assert_int_equal(report(w, &a, p.call_id, late, 2, &last), ERR_OK);
    assert_int_equal(last, 0);
    assert_int_equal(world_work(w, &a).offer.call.state, CALL_NONE);
    assert_int_equal(report(w, &a, p.call_id, missing, 2, &last), ERR_OK);
    assert_int_equal(last, 2);
    assert_int_equal(world_work(w, &a).offer.call.state, CALL_RINGING);
    assert_int_equal(world_work(w, &a).offer.state, HOLD_CALL);
    assert_int_equal(report(w, NULL, p.call_id, &third, 1, &last), ERR_OK);
    assert_int_equal(last, 4);
    const struct store_work_offer o = world_work(w, &a).offer;
    assert_int_equal(o.state, HOLD_ACW);
    assert_int_equal(o.call.end, CALL_END_BY_PERSON);
    assert_int_equal(o.call.rang_utc_s, T0 + 2);
    assert_int_equal(o.call.answered_utc_s, T0 + 3);
    assert_int_equal(o.call.ended_utc_s, T0 + 9);
    /* After-call work began when the call ended, not when that was told. */
    assert_int_equal(o.state_since_utc_s, T0 + 9);
    assert_int_equal(o.deadline_utc_s, T0 + 9 + 60);
    assert_int_equal(report(w, &a, p.call_id, late, 2, &last), ERR_OK);
    assert_int_equal(last, 4);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM call_event"), 4);
}

static void a_clock_that_is_wrong_is_drawn_in(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    int64_t last = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit p = world_call(w, &a);
    const struct store_call_event events[] = {
        {.seq = 1,               .at_utc_s = T0 - 9000, .event = CALL_EV_DIAL},
        { .seq = 2, .at_utc_s = T0 + 9000,  .event = CALL_EV_END,  .end = CALL_END_BUSY},
    };
    w->now += 5;
    assert_int_equal(report(w, &a, p.call_id, events, 2, &last), ERR_OK);
    const struct store_work_offer o = world_work(w, &a).offer;
    assert_int_equal(o.call.dialled_utc_s, T0);
    assert_int_equal(o.call.ended_utc_s, T0 + 5);
    assert_int_equal(o.deadline_utc_s, T0 + 65);
    assert_string_equal(o.proposed_code, "busy");
}

static void an_attempt_counts_when_it_rang(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    int64_t last = 0;
    size_t n = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit p = world_call(w, &a);
    const struct store_call_event refused = {
        .seq = 1, .at_utc_s = w->now, .event = CALL_EV_END, .end = CALL_END_FAILED};
    assert_int_equal(report(w, &a, p.call_id, &refused, 1, &last), ERR_OK);
    assert_int_equal(world_work(w, &a).offer.attempts, 0);
    assert_int_equal(world_wrapup(w, &a, "no_answer", 0, &o), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT attempts FROM person"), 0);
    const struct store_work_offer done = world_work(w, &a).offer;
    MUST(w, store_offer_end(w->st, &a, done.offer_id, done.fence, w->now, &w->err));

    w->now = o.due_utc_s;
    MUST(w, store_wake_people(w->st, w->now, 10, &n, &w->err));
    world_acw(w, &a, CALL_END_NO_ANSWER);
    assert_int_equal(world_work(w, &a).offer.attempts, 1);
    assert_int_equal(world_wrapup(w, &a, "no_answer", 0, &o), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT attempts FROM person"), 1);
}

static void another_agents_call_is_not_there(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    const struct store_call_event end = {.seq = 1, .at_utc_s = T0, .event = CALL_EV_END};
    int64_t last = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit p = world_call(w, &a);
    assert_int_equal(report(w, &b, p.call_id, &end, 1, &last), ERR_NOT_FOUND);
    assert_int_equal(report(w, NULL, 4711, &end, 1, &last), ERR_NOT_FOUND);
    assert_int_equal(world_work(w, &a).offer.state, HOLD_CALL);
}

/* Answers */

static enum err_code put_made(struct world *w, const struct store_actor *a, int64_t offer,
                              int64_t fence, int64_t made_fence, int64_t base, bool completed,
                              const char *json, int64_t *ret_version)
{
    const struct store_response_put p = {.base_version = base,
                                         .made_fence = made_fence,
                                         .completed = completed,
                                         .json = json,
                                         .json_len = strlen(json)};
    bool kept = false;
    *ret_version = -1;
    world_begin(w);
    enum err_code code =
        store_response_put(w->st, a, offer, fence, &p, w->now, ret_version, &kept, &w->err);
    world_finish(w, kept ? ERR_OK : code);
    assert_int_equal(kept, code == ERR_STALE);
    return code;
}

static enum err_code put(struct world *w, const struct store_actor *a, int64_t offer, int64_t fence,
                         int64_t base, bool completed, const char *json, int64_t *ret_version)
{
    return put_made(w, a, offer, fence, 0, base, completed, json, ret_version);
}

static void answers_are_versions_on_what_the_screen_saw(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_response r;
    int64_t v;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_offer(w, &a);
    int64_t offer = world_work(w, &a).offer.offer_id;
    int64_t fence = world_work(w, &a).offer.fence;
    assert_int_equal(put(w, &a, offer, fence, 0, false, "{}", &v), ERR_STATE);
    MUST(w, store_offer_accept(w->st, &a, offer, fence, w->now, &w->err));
    assert_int_equal(put(w, &a, offer, fence, 0, false, "{}", &v), ERR_STATE);
    struct store_permit p;
    MUST(w, store_call_permit(w->st, &a, offer, fence, 0, w->now, &p, &w->err));

    assert_int_equal(store_response_get(w->st, &a, offer, &r, &w->err), ERR_OK);
    assert_int_equal(r.version, 0);
    assert_null(r.json);
    assert_int_equal(put(w, &a, offer, fence, 0, false, "{\"a\":1}", &v), ERR_OK);
    assert_int_equal(v, 1);
    assert_int_equal(put(w, &a, offer, fence, 0, false, "{\"a\":1}", &v), ERR_OK);
    assert_int_equal(v, 1); /* the same again */
    assert_int_equal(put(w, &a, offer, fence, 0, false, "{\"a\":2}", &v), ERR_CONFLICT);
    assert_int_equal(v, 1);
    assert_int_equal(put(w, &a, offer, fence, 7, false, "{\"a\":2}", &v), ERR_CONFLICT);
    assert_int_equal(put(w, &a, offer, fence, 1, true, "{\"a\":3}", &v), ERR_OK);
    assert_int_equal(v, 2);
    assert_int_equal(put(w, &a, offer, fence, 2, false, "{\"a\":4}", &v), ERR_STATE);
    assert_int_equal(put(w, &a, offer, fence, 2, true, "{\"a\":4}", &v), ERR_OK);
    assert_int_equal(store_response_get(w->st, &a, offer, &r, &w->err), ERR_OK);
    assert_int_equal(r.version, 3);
    assert_true(r.completed);
    assert_string_equal(r.json, "{\"a\":4}");
    store_response_deinit(&r);
    world_report(w, p.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, p.call_id, 2, CALL_EV_ANSWER, CALL_END_NONE);
    world_report(w, p.call_id, 3, CALL_EV_END, CALL_END_BY_AGENT);
    assert_string_equal(world_work(w, &a).offer.proposed_code, "closed_with_data");
}

static void answers_with_a_stale_fence_are_kept_aside_once(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_session s;
    struct store_response r;
    int64_t v;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_call(w, &a);
    int64_t offer = world_work(w, &a).offer.offer_id;
    int64_t fence = world_work(w, &a).offer.fence;
    assert_int_equal(put(w, &a, offer, fence, 0, false, "{\"a\":1}", &v), ERR_OK);
    MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + 999, &s, &w->err));
    assert_int_equal(put(w, &a, offer, fence, 1, true, "{\"a\":2}", &v), ERR_STALE);
    assert_int_equal(put(w, &a, offer, fence, 1, true, "{\"a\":2}", &v), ERR_STALE);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM late_draft"), 1);
    assert_int_equal(store_response_get(w->st, &a, offer, &r, &w->err), ERR_OK);
    assert_int_equal(r.version, 1);
    store_response_deinit(&r);
    assert_int_equal(store_response_get(w->st, &b, offer, &r, &w->err), ERR_NOT_FOUND);
    assert_int_not_equal(world_sql_result(w, "UPDATE late_draft SET fence = 0"), 0);
    assert_int_equal(put(w, &b, offer, fence, 1, true, "{\"a\":3}", &v), ERR_NOT_FOUND);
}

/* One agent at two PCs, one after the other: what the first could not send comes when that is used
 * again. */
static void words_of_an_earlier_login_do_not_overwrite_newer_ones(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_session s;
    struct store_response r;
    int64_t v, fences[3];
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_call(w, &a);
    int64_t offer = world_work(w, &a).offer.offer_id;
    for (size_t i = 0; i < 3; i++) { /* the first PC, the second, the first again */
        if (i)
            MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + 999, &s, &w->err));
        fences[i] = world_work(w, &a).offer.fence;
        if (i == 1)
            assert_int_equal(put(w, &a, offer, fences[1], 0, false, "{\"a\":2}", &v), ERR_OK);
    }
    assert_true(fences[0] < fences[1] && fences[1] < fences[2]);
    assert_int_equal(put_made(w, &a, offer, fences[2], fences[0], 1, true, "{\"a\":1}", &v),
                     ERR_STALE);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM late_draft"), 1);
    assert_int_equal(world_sql(w, "SELECT fence FROM late_draft"), fences[0]);
    assert_int_equal(store_response_get(w->st, &a, offer, &r, &w->err), ERR_OK);
    assert_string_equal(r.json, "{\"a\":2}");
    assert_int_equal(r.version, 1);
    store_response_deinit(&r);
    /* What the second left is as new as what is stored, and what is said now is newer. */
    assert_int_equal(put_made(w, &a, offer, fences[2], fences[1], 1, false, "{\"a\":3}", &v),
                     ERR_OK);
    assert_int_equal(put(w, &a, offer, fences[2], 2, false, "{\"a\":4}", &v), ERR_OK);
    assert_int_equal(put_made(w, &a, offer, fences[2], fences[1], 3, false, "{\"a\":5}", &v),
                     ERR_STALE);
    /* Nobody says that words are newer than the login. */
    assert_int_equal(put_made(w, &a, offer, fences[2], fences[2] + 9, 3, false, "{\"a\":6}", &v),
                     ERR_OK);
    assert_int_equal(world_sql(w, "SELECT fence FROM response"), fences[2]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_permit_can_be_asked_for_again),
        TEST(one_number_is_dialled_from_one_place),
        TEST(a_number_that_is_anothers_meanwhile_is_not_dialled),
        TEST(a_number_in_quarantine_is_free_when_its_time_is_over),
        TEST(only_the_persons_own_numbers_are_dialled),
        TEST(events_count_once_and_in_order),
        TEST(a_clock_that_is_wrong_is_drawn_in),
        TEST(an_attempt_counts_when_it_rang),
        TEST(another_agents_call_is_not_there),
        TEST(answers_are_versions_on_what_the_screen_saw),
        TEST(answers_with_a_stale_fence_are_kept_aside_once),
        TEST(words_of_an_earlier_login_do_not_overwrite_newer_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
