/* SPDX-License-Identifier: Apache-2.0 */
#include "store_world.h"

#include "net/store/store_export.h"
#include "net/store/store_target.h"
#include "net/store/store_wish.h"

#define EXPERT "+3222141919"

static struct target to(enum target_kind kind, const char *value)
{
    struct target t;
    assert_int_equal(target_read(kind, value, &t, NULL), ERR_OK);
    return t;
}

static enum err_code consult(struct world *w, const struct store_actor *a, enum target_kind kind,
                             const char *value, struct store_permit *ret)
{
    const struct store_work work = world_work(w, a);
    struct target t = to(kind, value);
    return TRY(w, store_consult_permit(w->st, a, work.offer.offer_id, work.offer.fence, &t, w->now,
                                       ret, &w->err));
}

static enum err_code transfer(struct world *w, const struct store_actor *a, enum target_kind kind,
                              const char *value, int64_t *ret_call)
{
    const struct store_work work = world_work(w, a);
    struct target t = to(kind, value);
    return TRY(w, store_transfer_permit(w->st, a, work.offer.offer_id, work.offer.fence, &t, false,
                                        w->now, ret_call, &w->err));
}

static void a_consult_never_moves_the_hold(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_permit expert, again;
    struct target target;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit person = world_call(w, &a);
    world_report(w, person.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, person.call_id, 2, CALL_EV_RING, CALL_END_NONE);
    world_report(w, person.call_id, 3, CALL_EV_ANSWER, CALL_END_NONE);
    assert_int_equal(consult(w, &a, TARGET_NUMBER, "02/214.19.19", &expert), ERR_OK);
    assert_string_equal(expert.number, EXPERT);
    assert_true(expert.call_id != person.call_id);
    assert_int_equal(store_consult_read(w->st, &a, expert.call_id, &target, &again, &w->err),
                     ERR_OK);
    assert_string_equal(again.call_token, expert.call_token);
    assert_string_equal(target.value, EXPERT);
    /* A permit of the one kind is not one of the other. */
    assert_int_equal(store_consult_read(w->st, &a, person.call_id, &target, &again, &w->err),
                     ERR_NOT_FOUND);

    world_report(w, expert.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, expert.call_id, 2, CALL_EV_RING, CALL_END_NONE);
    world_report(w, expert.call_id, 3, CALL_EV_ANSWER, CALL_END_NONE);
    struct store_work work = world_work(w, &a);
    assert_int_equal(work.offer.call_id, person.call_id);
    assert_int_equal(work.offer.consult.call_id, expert.call_id);
    assert_int_equal(work.offer.consult.call.state, CALL_TALKING);
    assert_int_equal(work.offer.consult.target.kind, TARGET_NUMBER);
    assert_string_equal(work.offer.consult.target.value, EXPERT);
    world_report(w, expert.call_id, 4, CALL_EV_END, CALL_END_BY_AGENT);
    work = world_work(w, &a);
    assert_int_equal(work.offer.state, HOLD_CALL);
    assert_int_equal(work.offer.call.state, CALL_TALKING);
    assert_int_equal(work.offer.consult.call.end, CALL_END_BY_AGENT);

    world_report(w, person.call_id, 4, CALL_EV_END, CALL_END_BY_PERSON);
    assert_int_equal(world_sql(w, "SELECT attempts FROM person"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM call WHERE role = 'consult'"), 1);
    /* The code can be corrected: nobody called the person again. */
    struct store_outcome o;
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    work = world_work(w, &a);
    MUST(w, store_offer_end(w->st, &a, work.offer.offer_id, work.offer.fence, w->now, &w->err));
    MUST(w, store_offer_correct(w->st, &a, work.offer.offer_id, -1,
                                &(struct store_wrapup){.code = "no_answer", .chosen_utc_s = w->now},
                                w->now, &o, &w->err));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'consult'"
                                  " AND subject = 'number'"),
                     1);
}

/* An expert's call that lasts longer than the person's. */
static void the_end_of_a_consult_comes_late(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_permit expert;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit person = world_call(w, &a);
    assert_int_equal(consult(w, &a, TARGET_NUMBER, EXPERT, &expert), ERR_OK);
    world_report(w, person.call_id, 1, CALL_EV_END, CALL_END_BY_PERSON);
    world_report(w, expert.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, expert.call_id, 2, CALL_EV_END, CALL_END_BUSY);
    assert_int_equal(world_work(w, &a).offer.state, HOLD_ACW);
    assert_int_equal(world_work(w, &a).offer.consult.call.end, CALL_END_BUSY);
}

static void only_while_a_call_is_up(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_agent(w, "bob", REGION_WAL, "fr", false);
    struct store_permit permit;
    struct target t = to(TARGET_NUMBER, EXPERT);
    int64_t call;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_offer(w, &a);
    assert_int_equal(consult(w, &a, TARGET_NUMBER, EXPERT, &permit), ERR_STATE);
    assert_int_equal(transfer(w, &a, TARGET_NUMBER, EXPERT, &call), ERR_STATE);
    struct store_work work = world_work(w, &a);
    MUST(w, store_offer_accept(w->st, &a, work.offer.offer_id, work.offer.fence, w->now, &w->err));
    MUST(w, store_call_permit(w->st, &a, work.offer.offer_id, work.offer.fence, 0, w->now, &permit,
                              &w->err));
    assert_int_equal(TRY(w, store_consult_permit(w->st, &b, work.offer.offer_id, work.offer.fence,
                                                 &t, w->now, &permit, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(
        TRY(w, store_consult_permit(w->st, &a, work.offer.offer_id, work.offer.fence + 1, &t,
                                    w->now, &permit, &w->err)),
        ERR_STALE);
    assert_int_equal(
        TRY(w, store_transfer_permit(w->st, &a, work.offer.offer_id, work.offer.fence + 1, &t,
                                     false, w->now, &call, &w->err)),
        ERR_STALE);
    world_report(w, permit.call_id, 1, CALL_EV_END, CALL_END_BY_PERSON);
    assert_int_equal(consult(w, &a, TARGET_NUMBER, EXPERT, &permit), ERR_STATE);
    assert_int_equal(transfer(w, &a, TARGET_NUMBER, EXPERT, &call), ERR_STATE);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM call WHERE role = 'consult'"), 0);
}

static void not_every_number_is_called(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_BXL, "fr");
    struct store_permit permit;
    int64_t call;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_person(w, REGION_BXL, "fr", PERSON_INDEX, "+32470000002");
    (void)world_call(w, &a);
    (void)world_offer(w, &b); /* is presented */
    assert_int_equal(consult(w, &a, TARGET_NUMBER, "0470000001", &permit), ERR_STATE);
    assert_string_equal(w->err.field, "/target/value");
    assert_int_equal(consult(w, &a, TARGET_NUMBER, "0470000002", &permit), ERR_STATE);
    assert_int_equal(transfer(w, &a, TARGET_NUMBER, "0470000002", &call), ERR_STATE);
    assert_int_equal(consult(w, &a, TARGET_NUMBER, "0900 12 345", &permit), ERR_PHONE);
    assert_int_equal(consult(w, &a, TARGET_NUMBER, "112", &permit), ERR_OK);
    assert_string_equal(permit.number, "112");
    assert_int_equal(transfer(w, &a, TARGET_NUMBER, "112", &call), ERR_OK);
    /* No lease: the same expert is called by many. */
    assert_int_equal(consult(w, &a, TARGET_NUMBER, EXPERT, &permit), ERR_OK);
    assert_int_equal(consult(w, &a, TARGET_NUMBER, EXPERT, &permit), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease WHERE call_id IS NOT NULL"), 1);
    struct target t;
    assert_int_equal(target_read(TARGET_NUMBER, "12", &t, &w->err), ERR_PHONE);
    assert_string_equal(w->err.field, "/target/value");
}

static void a_number_that_wants_no_calls_is_not_consulted(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_BXL, "fr");
    struct store_permit permit;
    int64_t held_by;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_person(w, REGION_BXL, "fr", PERSON_INDEX, "+32470000002");
    struct store_permit other = world_call(w, &b);
    struct store_work work = world_work(w, &b);
    MUST(w, store_wish_record(w->st, &b, work.offer.offer_id, work.offer.fence, STORE_WISH_NUMBER,
                              w->now, &held_by, &w->err));
    world_report(w, other.call_id, 1, CALL_EV_END, CALL_END_BY_PERSON);
    (void)world_call(w, &a);
    assert_int_equal(consult(w, &a, TARGET_NUMBER, "+32470000002", &permit), ERR_PHONE);
}

static void users_and_queues(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_agent(w, "bob", REGION_WAL, "fr", false);
    (void)world_agent(w, "cleo", REGION_BXL, "fr", false);
    struct store_permit permit;
    struct target target;
    int64_t call;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit person = world_call(w, &a);
    assert_int_equal(consult(w, &a, TARGET_USER, "bob", &permit), ERR_OK);
    assert_string_equal(permit.number, "");
    assert_int_equal(store_consult_read(w->st, &a, permit.call_id, &target, &permit, &w->err),
                     ERR_OK);
    assert_int_equal(target.kind, TARGET_USER);
    assert_string_equal(target.value, "bob");
    assert_int_equal(consult(w, &a, TARGET_USER, "ann", &permit), ERR_INVALID);  /* oneself */
    assert_int_equal(consult(w, &a, TARGET_USER, "cleo", &permit), ERR_INVALID); /* other region */
    assert_int_equal(consult(w, &a, TARGET_USER, "nobody", &permit), ERR_INVALID);
    assert_string_equal(w->err.field, "/target/value");
    assert_int_equal(consult(w, &a, TARGET_QUEUE, "WAL_French", &permit), ERR_INVALID);
    assert_string_equal(w->err.field, "/target/kind");
    assert_int_equal(transfer(w, &a, TARGET_QUEUE, "WAL_French", &call), ERR_OK);
    assert_int_equal(call, person.call_id);
    assert_int_equal(transfer(w, &a, TARGET_QUEUE, "VLG_Dutch", &call), ERR_OK); /* a language */
    assert_int_equal(transfer(w, &a, TARGET_QUEUE, "WAL_Nobody", &call), ERR_INVALID);
    assert_int_equal(transfer(w, &a, TARGET_USER, "bob", &call), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM call WHERE target = 'user'"
                                  " AND target_name = 'bob' AND role = 'person'"),
                     1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'transfer'"
                                  " AND subject = 'queue:VLG_Dutch'"),
                     1);
    /* Gone home. */
    MUST(w, store_sign_out(w->st, &b, w->now, &w->err));
    assert_int_equal(consult(w, &a, TARGET_USER, "bob", &permit), ERR_INVALID);
}

static void a_transfer_keeps_its_number_sealed(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct target t = to(TARGET_NUMBER, EXPERT);
    int64_t call;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit person = world_call(w, &a);
    assert_int_equal(transfer(w, &a, TARGET_NUMBER, EXPERT, &call), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM call WHERE target = 'number'"
                                  " AND target_name = '' AND length(transfer_enc) > 45"),
                     1);
    struct store_work work = world_work(w, &a);
    const int64_t entries = world_sql(w, "SELECT count(*) FROM audit");
    MUST(w, store_transfer_permit(w->st, &a, work.offer.offer_id, work.offer.fence, &t, true,
                                  w->now, &call, &w->err));
    assert_int_equal(call, person.call_id);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit"), entries);
}

static void what_came_of_a_transfer_is_in_the_log(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    static const enum call_event events[] = {
        CALL_EV_DIAL,     CALL_EV_ANSWER,          CALL_EV_HOLD,
        CALL_EV_TRANSFER, CALL_EV_TRANSFER_FAILED, CALL_EV_TRANSFER};
    int64_t call;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit person = world_call(w, &a);
    assert_int_equal(transfer(w, &a, TARGET_QUEUE, "WAL_French", &call), ERR_OK);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        world_report(w, person.call_id, (int64_t)i + 1, events[i], CALL_END_NONE);
        world_report(w, person.call_id, (int64_t)i + 1, events[i], CALL_END_NONE); /* told twice */
    }
    world_report(w, person.call_id, 7, CALL_EV_END, CALL_END_TRANSFERRED);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'transfer'"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'transfer_failed'"),
                     1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'transferred'"
                                  " AND call_id IS NOT NULL AND person_id IS NOT NULL"),
                     1);
    const struct store_work work = world_work(w, &a);
    assert_int_equal(work.offer.state, HOLD_ACW);
    assert_string_equal(work.offer.proposed_code, "transfer_consulted");
}

/* An expert was spoken to: the service's rules may say so. */
static void a_consultation_can_propose_a_code(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_permit expert;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit person = world_call(w, &a);
    assert_int_equal(consult(w, &a, TARGET_NUMBER, EXPERT, &expert), ERR_OK);
    world_report(w, expert.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, expert.call_id, 2, CALL_EV_ANSWER, CALL_END_NONE);
    world_report(w, expert.call_id, 3, CALL_EV_END, CALL_END_BY_AGENT);
    world_report(w, person.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, person.call_id, 2, CALL_EV_ANSWER, CALL_END_NONE);
    world_report(w, person.call_id, 3, CALL_EV_END, CALL_END_BY_AGENT);
    assert_string_equal(world_work(w, &a).offer.proposed_code, "transfer_consulted");
}

static void the_directory_stays_inside_its_walls(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    (void)world_agent(w, "cleo", REGION_BXL, "fr", false);
    struct store_directory *d = test_malloc(sizeof *d);
    assert_int_equal(store_directory(w->st, &a, "", w->now, d, &w->err), ERR_OK);
    assert_int_equal(d->n_users, 1); /* neither oneself nor another region's */
    assert_string_equal(d->users[0].login, "bob");
    assert_true(d->users[0].on_queue);
    assert_true(d->users[0].is_free);
    assert_true(d->n_queues > 2);
    assert_int_equal(d->queues[0].region, REGION_WAL);
    assert_int_equal(d->queues[d->n_queues - 1].region == REGION_WAL, false);
    assert_int_equal(store_directory(w->st, &a, "wal_ FRENCH", w->now, d, &w->err), ERR_OK);
    assert_int_equal(d->n_queues, 1);
    assert_string_equal(d->queues[0].queue, "WAL_French");
    assert_int_equal(d->n_users, 0);
    assert_int_equal(store_directory(w->st, &a, "BOB", w->now, d, &w->err), ERR_OK);
    assert_int_equal(d->n_users, 1);

    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    (void)world_call(w, &b);
    assert_int_equal(store_directory(w->st, &a, "bob", w->now, d, &w->err), ERR_OK);
    assert_false(d->users[0].is_free);
    world_sql_result(w, "UPDATE agent SET services = 'other' WHERE login = 'bob'");
    assert_int_equal(store_directory(w->st, &a, "bob", w->now, d, &w->err), ERR_OK);
    assert_int_equal(d->n_users, 0);
    test_free(d);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_consult_never_moves_the_hold),
        TEST(the_end_of_a_consult_comes_late),
        TEST(only_while_a_call_is_up),
        TEST(not_every_number_is_called),
        TEST(a_number_that_wants_no_calls_is_not_consulted),
        TEST(users_and_queues),
        TEST(a_transfer_keeps_its_number_sealed),
        TEST(what_came_of_a_transfer_is_in_the_log),
        TEST(a_consultation_can_propose_a_code),
        TEST(the_directory_stays_inside_its_walls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
