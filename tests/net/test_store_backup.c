/* SPDX-License-Identifier: Apache-2.0 */
/* What a restored database has been made of: nobody is signed in, nobody is held who need not be,
 * and no id comes a second time. And what store_verify finds. */

#include "net/store/store_backup.h"
#include "tests/net/store_world.h"

static void restored(struct world *w, int64_t wanted_sessions)
{
    int64_t sessions = -1;
    MUST(w, store_restored(w->st, w->now, &sessions, &w->err));
    assert_int_equal(sessions, wanted_sessions);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM session WHERE ended_at IS NULL"), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM agent WHERE state NOT IN ('signed_out')"),
                     0);
}

static void holds_are_left_as_at_a_new_login(void **state)
{
    struct world *w = *state;
    for (int i = 1; i <= 4; i++) {
        char phone[16];
        snprintf(phone, sizeof phone, "+3247000000%d", i);
        world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
    }
    const struct store_actor offered = world_on_queue(w, "offered", REGION_WAL, "fr");
    world_offer(w, &offered);
    const struct store_actor calling = world_on_queue(w, "calling", REGION_WAL, "fr");
    (void)world_call(w, &calling);
    const struct store_actor after = world_on_queue(w, "after", REGION_WAL, "fr");
    (void)world_acw(w, &after, CALL_END_BY_PERSON);
    restored(w, 3);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM offer WHERE state = 'acw'"), 2);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM offer WHERE state NOT IN ('none', 'acw')"),
                     0);
    /* Where the end of the call was not proved, the number rests. */
    assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease WHERE free_at IS NOT NULL"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE state = 'waiting'"), 2);
}

static void ids_go_on_higher_each_time(void **state)
{
    struct world *w = *state;
    int64_t least = 0;
    for (int time = 0; time < 3; time++) {
        char login[16], phone[16];
        snprintf(login, sizeof login, "agent%d", time);
        snprintf(phone, sizeof phone, "+3247000000%d", time + 1);
        world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
        const struct store_actor a = world_on_queue(w, login, REGION_WAL, "fr");
        const struct store_permit permit = world_call(w, &a);
        const int64_t offer = world_sql(w, "SELECT max(offer_id) FROM offer");
        const int64_t person = world_sql(w, "SELECT max(person_id) FROM person");
        assert_true(offer > least && person > least && permit.call_id > least &&
                    a.session_id > least && a.agent_id > least);
        least += STORE_RESTORE_STEP;
        restored(w, 1);
    }
}

static void what_is_sound_is_verified(void **state)
{
    struct world *w = *state;
    struct store_facts facts;
    (void)world_on_queue(w, "anna", REGION_WAL, "fr");
    assert_int_equal(store_verify(w->st, &facts, &w->err), ERR_OK);
    assert_int_equal(facts.schema, store_schema_newest());
    assert_int_equal(facts.audit_entries, world_sql(w, "SELECT count(*) FROM audit"));
    assert_int_equal(facts.last_utc_s,
                     world_sql(w, "SELECT at FROM audit ORDER BY seq DESC LIMIT 1"));
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    assert_int_equal(store_verify(w->st, &facts, &w->err), ERR_OK);
    assert_int_equal(world_sql_result(w, "UPDATE person SET notes_enc = contact_enc"), 0);
    assert_int_equal(store_verify(w->st, &facts, &w->err), ERR_OK);
    assert_int_equal(store_sealed_verify(w->st, &w->err), ERR_INVALID);
    assert_non_null(strstr(w->err.sentence, "notes of person 1 "));
    assert_int_equal(world_sql_result(w, "UPDATE person SET notes_enc = NULL"), 0);
    assert_int_equal(world_sql_result(w, "DROP TRIGGER audit_stays"), 0);
    assert_int_equal(world_sql_result(w, "UPDATE audit SET subject = 'x' WHERE seq = 1"), 0);
    assert_int_equal(store_verify(w->st, &facts, &w->err), ERR_INVALID);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(holds_are_left_as_at_a_new_login),
        CASE(ids_go_on_higher_each_time),
        CASE(what_is_sound_is_verified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
