/* SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>

#include "net/store/sql.h"
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
    MUST(w,
         store_offer_wrapup(w->st, &a, offer, fence, &wrapup, &w->day, w->now, &outcome, &w->err));
    assert_int_equal(outcome.person_state, PERSON_RESTING);
    assert_int_equal(outcome.due_utc_s, w->now + 10800);
    assert_false(outcome.late);
    assert_int_equal(world_work(w, &a).offer.state, HOLD_DONE);

    MUST(w, store_offer_end(w->st, &a, offer, fence, w->now, &w->err));
    assert_int_equal(world_work(w, &a).offer.offer_id, 0);
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_whole_way_from_offer_to_the_next, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
