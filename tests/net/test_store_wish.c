/* SPDX-License-Identifier: Apache-2.0 */
/* A wish not to be called again: for every service, ticket and region, and for good. */

#include "net/store/store_wish.h"

#include "net/store/store_alarm.h"
#include "store_world.h"

#define FIRST "+32470000001"
#define SECOND "+32470000002"

static void change_field(struct record *r, enum record_column column, const char *text)
{
    struct err err;
    assert_int_equal(record_set_field(r, column, text, strlen(text), &err), ERR_OK);
}

/* Somebody with two numbers, called on the first one. */
static void call_of_two_numbers(struct world *w, const struct store_actor *a)
{
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    change_field(&r, RECORD_PHONE_2, SECOND);
    world_import(w, &r, 1);
    world_call(w, a);
}

static enum err_code wish(struct world *w, const struct store_actor *a, enum store_wish_scope scope)
{
    const struct store_work_offer o = world_work(w, a).offer;
    return TRY(
        w, store_wish_record(w->st, a, o.offer_id, o.fence, scope, w->now, &(int64_t){0}, &w->err));
}

static void end_preview(struct world *w, const struct store_actor *a)
{
    const struct store_work_offer o = world_work(w, a).offer;
    MUST(w, store_offer_end(w->st, a, o.offer_id, o.fence, w->now, &w->err));
}

static void hang_up(struct world *w, const struct store_actor *a)
{
    const int64_t call_id = world_work(w, a).offer.call_id;
    world_report(w, call_id, 1, CALL_EV_ANSWER, CALL_END_NONE);
    world_report(w, call_id, 2, CALL_EV_END, CALL_END_BY_PERSON);
}

static void nobody_waits(struct world *w, const struct store_actor *a)
{
    int64_t offer = 0;
    memset(&w->err, 0, sizeof w->err);
    assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
    assert_int_equal(store_offer_next(w->st, a->agent_id, w->now, &offer, &w->err), ERR_NOT_FOUND);
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
}

static void a_number_gives_way_to_the_other_for_good(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    struct store_permit p;
    size_t n = 0;
    call_of_two_numbers(w, &a);
    assert_int_equal(world_work(w, &a).offer.unwanted_phones, 0);
    assert_int_equal(wish(w, &a, STORE_WISH_NUMBER), ERR_OK);
    assert_int_equal(world_work(w, &a).offer.unwanted_phones, 1);
    hang_up(w, &a);
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_RESTING);
    end_preview(w, &a);
    w->now = o.due_utc_s;
    MUST(w, store_wake_people(w->st, w->now, 10, &n, &w->err));
    const int64_t offer = world_offer(w, &a);
    const struct store_work_offer again = world_work(w, &a).offer;
    MUST(w, store_offer_accept(w->st, &a, offer, again.fence, w->now, &w->err));
    assert_int_equal(world_work(w, &a).offer.next_phone, 1);
    assert_int_equal(
        TRY(w, store_call_permit(w->st, &a, offer, again.fence, 0, w->now, &p, &w->err)),
        ERR_PHONE);
    assert_string_equal(w->err.field, "/phone_index");
    MUST(w, store_call_permit(w->st, &a, offer, again.fence, 1, w->now, &p, &w->err));
    assert_string_equal(p.number, SECOND);
}

static void no_call_at_all_closes_whatever_the_code(void **state)
{
    struct world *w = *state;
    static const char *const codes[] = {"busy",       "no_answer",        "voicemail",
                                        "bad_number", "closed_with_data", "transfer_consulted"};
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct store_outcome o;
        char phone[PHONE_SIZE];
        snprintf(phone, sizeof phone, "+3247000010%zu", i);
        struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, phone);
        change_field(&r, RECORD_NISS, ""); /* all others have the same */
        world_import(w, &r, 1);
        world_call(w, &a);
        assert_int_equal(wish(w, &a, STORE_WISH_ANY), ERR_OK);
        hang_up(w, &a);
        assert_int_equal(world_wrapup(w, &a, "rescheduled", w->now + 600, &o), ERR_INVALID);
        assert_string_equal(w->err.field, "/callback_at");
        assert_int_equal(world_wrapup(w, &a, codes[i], 0, &o), ERR_OK);
        assert_int_equal(o.person_state, PERSON_CLOSED);
        end_preview(w, &a);
    }
    assert_int_equal(world_sql(w, "SELECT coalesce(sum(not_reached), 0) FROM person"), 0);
    nobody_waits(w, &a);
}

static void another_ticket_service_or_region_is_no_way_round(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_VLG, "nl");
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    world_call(w, &a);
    assert_int_equal(wish(w, &a, STORE_WISH_ANY), ERR_OK);
    hang_up(w, &a);
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    end_preview(w, &a);
    /* The same number in another region; the same national number with another telephone. */
    struct record number = world_record(w, REGION_VLG, "nl", PERSON_INDEX, FIRST);
    change_field(&number, RECORD_NISS, "");
    world_import(w, &number, 1);
    world_person(w, REGION_VLG, "nl", PERSON_INDEX, SECOND);
    nobody_waits(w, &b);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE state = 'closed'"), 3);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM offer WHERE region = 'VLG'"), 0);
    /* Somebody of the same household, with a number left, is called on that. */
    struct record other = world_record(w, REGION_VLG, "nl", PERSON_INDEX, FIRST);
    change_field(&other, RECORD_NISS, "");
    change_field(&other, RECORD_PHONE_2, "+32470000003");
    world_import(w, &other, 1);
    const int64_t offer = world_offer(w, &b);
    MUST(w, store_offer_accept(w->st, &b, offer, world_work(w, &b).offer.fence, w->now, &w->err));
    assert_int_equal(world_work(w, &b).offer.next_phone, 1);
    assert_int_equal(world_work(w, &b).offer.unwanted_phones, 1);
}

static void whoever_has_gone_on_is_closed_at_once(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    int64_t agent = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    world_call(w, &a);
    hang_up(w, &a);
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    assert_string_equal(world_person_state(w, 1), "resting");
    assert_int_equal(wish(w, &a, STORE_WISH_NUMBER), ERR_OK); /* the only one */
    assert_string_equal(world_person_state(w, 1), "closed");
    end_preview(w, &a);
    /* Unresolved, the code still owed. */
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, SECOND);
    change_field(&r, RECORD_NISS, "");
    world_import(w, &r, 1);
    world_call(w, &a);
    hang_up(w, &a);
    w->now += 61;
    MUST(w, store_deadline_apply(w->st, world_work(w, &a).offer.offer_id, w->now, &agent, &w->err));
    assert_string_equal(world_person_state(w, 2), "unresolved");
    assert_int_equal(wish(w, &a, STORE_WISH_ANY), ERR_OK);
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_CLOSED);
}

/* Called, spoken with, and to be called again in an hour. */
static void promise(struct world *w, const struct store_actor *a)
{
    struct store_outcome o;
    world_call(w, a);
    hang_up(w, a);
    assert_int_equal(world_wrapup(w, a, "rescheduled", w->now + 3600, &o), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state = 'open'"), 1);
}

static void cancelled_by_the_wish(struct world *w, int64_t person_id)
{
    char sql[160];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM callback WHERE state = 'cancelled' AND why = 'not_called'"
             " AND person_id = %d",
             (int)person_id);
    assert_int_equal(world_sql(w, sql), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state <> 'cancelled'"), 0);
    assert_string_equal(world_person_state(w, person_id), "closed");
}

static void a_wish_cancels_the_callback_that_was_agreed(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    promise(w, &a);
    assert_int_equal(wish(w, &a, STORE_WISH_ANY),
                     ERR_OK); /* the code is chosen, the work goes on */
    cancelled_by_the_wish(w, 1);
    end_preview(w, &a);
    w->now += 3600;
    MUST(w, store_wake_people(w->st, w->now, 10, &(size_t){0}, &w->err));
    nobody_waits(w, &a);
}

/* Said under another ticket, in another region: at the latest when the callback's time comes. */
static void a_wish_cancels_the_callback_of_another_ticket(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_VLG, "nl");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    promise(w, &a);
    end_preview(w, &a);
    MUST(w, store_free_phones(w->st, w->now + 600, &(size_t){0}, &w->err));
    struct record other = world_record(w, REGION_VLG, "nl", PERSON_INDEX, FIRST);
    change_field(&other, RECORD_NISS, "");
    world_import(w, &other, 1);
    world_call(w, &b);
    assert_int_equal(wish(w, &b, STORE_WISH_ANY), ERR_OK);
    hang_up(w, &b);
    w->now += 3600;
    MUST(w, store_wake_people(w->st, w->now, 10, &(size_t){0}, &w->err));
    MUST(w, store_free_phones(w->st, w->now, &(size_t){0}, &w->err));
    nobody_waits(w, &a);
    cancelled_by_the_wish(w, 1);
}

#define OTHER "+32475999888"

/* The person is to be called back on another number, in an hour. */
static enum err_code promise_other(struct world *w, const struct store_actor *a)
{
    struct store_outcome out;
    const struct store_work_offer o = world_work(w, a).offer;
    const struct callback_wish c = {
        .date = {2025, 11, 24},
          .minute_of_day = 18 * 60, .phone = OTHER
    };
    const struct store_wrapup wrapup = {
        .code = "rescheduled", .chosen_utc_s = w->now, .callback = &c};
    return TRY(w,
               store_offer_wrapup(w->st, a, o.offer_id, o.fence, &wrapup, w->now, &out, &w->err));
}

/* The time has come, and the agent sees whom to call. */
static struct store_work_offer time_comes(struct world *w, const struct store_actor *a)
{
    w->now += 3600;
    MUST(w, store_wake_people(w->st, w->now, 10, &(size_t){0}, &w->err));
    MUST(w, store_free_phones(w->st, w->now, &(size_t){0}, &w->err));
    const int64_t offer = world_offer(w, a);
    MUST(w, store_offer_accept(w->st, a, offer, world_work(w, a).offer.fence, w->now, &w->err));
    return world_work(w, a).offer;
}

/* Whose number it is does not want to be called on it: said by somebody else, of another region. */
static void somebody_else_does_not_want_the_other_number(struct world *w)
{
    struct store_actor b = world_on_queue(w, "bob", REGION_VLG, "nl");
    struct record other = world_record(w, REGION_VLG, "nl", PERSON_INDEX, OTHER);
    change_field(&other, RECORD_NISS, "");
    world_import(w, &other, 1);
    world_call(w, &b);
    assert_int_equal(wish(w, &b, STORE_WISH_NUMBER), ERR_OK);
    hang_up(w, &b);
}

static void a_callback_is_not_agreed_on_a_number_that_is_not_wanted(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    somebody_else_does_not_want_the_other_number(w);
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    world_call(w, &a);
    hang_up(w, &a);
    assert_int_equal(promise_other(w, &a), ERR_PHONE);
    assert_string_equal(w->err.field, "/callback/phone");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback"), 0);
    assert_int_equal(world_work(w, &a).offer.state, HOLD_ACW);
}

static void a_promise_is_kept_on_an_own_number_when_the_other_is_not_wanted(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_permit p;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    world_call(w, &a);
    hang_up(w, &a);
    assert_int_equal(promise_other(w, &a), ERR_OK);
    end_preview(w, &a);
    somebody_else_does_not_want_the_other_number(w);
    const struct store_work_offer o = time_comes(w, &a);
    assert_int_equal(o.n_phones, 2);
    assert_int_equal(o.unwanted_phones, 2);
    assert_int_equal(o.next_phone, 0);
    assert_int_equal(
        TRY(w, store_call_permit(w->st, &a, o.offer_id, o.fence, 1, w->now, &p, &w->err)),
        ERR_PHONE);
    MUST(w, store_call_permit(w->st, &a, o.offer_id, o.fence, 0, w->now, &p, &w->err));
    assert_string_equal(p.number, FIRST);
}

/* "Not here any more: ring me on this one" is a wish and a promise; both hold. */
static void whoever_wants_another_number_only_is_called_on_it(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_permit p;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    world_call(w, &a);
    assert_int_equal(wish(w, &a, STORE_WISH_NUMBER), ERR_OK);
    hang_up(w, &a);
    assert_int_equal(promise_other(w, &a), ERR_OK);
    end_preview(w, &a);
    const struct store_work_offer o = time_comes(w, &a);
    assert_int_equal(o.unwanted_phones, 1);
    assert_int_equal(o.next_phone, 1);
    MUST(w, store_call_permit(w->st, &a, o.offer_id, o.fence, 1, w->now, &p, &w->err));
    assert_string_equal(p.number, OTHER);
    /* Nor on that one: now nobody calls any more, whatever the code says. */
    assert_int_equal(wish(w, &a, STORE_WISH_NUMBER), ERR_OK);
    hang_up(w, &a);
    struct store_outcome out;
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &out), ERR_OK);
    end_preview(w, &a);
    w->now += 86400;
    MUST(w, store_wake_people(w->st, w->now, 10, &(size_t){0}, &w->err));
    nobody_waits(w, &a);
    assert_string_equal(world_person_state(w, 1), "closed");
}

static void only_who_holds_the_person_after_the_permit_records_it(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_VLG, "nl");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    const int64_t offer = world_offer(w, &a);
    const int64_t fence = world_work(w, &a).offer.fence;
    assert_int_equal(wish(w, &a, STORE_WISH_ANY), ERR_STATE);
    MUST(w, store_offer_accept(w->st, &a, offer, fence, w->now, &w->err));
    assert_int_equal(wish(w, &a, STORE_WISH_ANY), ERR_STATE);
    assert_int_equal(TRY(w, store_wish_record(w->st, &b, offer, fence, STORE_WISH_ANY, w->now,
                                              &(int64_t){0}, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(TRY(w, store_wish_record(w->st, &a, offer, fence + 1, STORE_WISH_ANY, w->now,
                                              &(int64_t){0}, &w->err)),
                     ERR_STALE);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM wish_not_called"), 0);
}

/* What somebody said does not become unsaid because the hold moved on before the word came in. */
static void a_wish_that_comes_late_still_holds(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    world_call(w, &a);
    const struct store_work_offer held = world_work(w, &a).offer;
    hang_up(w, &a);
    assert_int_equal(world_wrapup(w, &a, "rescheduled", w->now + 3600, &o), ERR_OK);
    end_preview(w, &a);
    assert_int_equal(world_work(w, &a).offer.offer_id, 0);
    MUST(w, store_wish_record(w->st, &a, held.offer_id, held.fence, STORE_WISH_ANY, w->now,
                              &(int64_t){0}, &w->err));
    cancelled_by_the_wish(w, 1);
    /* Under the fence of a session that was taken over. */
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, SECOND);
    change_field(&r, RECORD_NISS, "");
    world_import(w, &r, 1);
    world_call(w, &a);
    const struct store_work_offer old = world_work(w, &a).offer;
    assert_int_equal(world_sql_result(w, "UPDATE offer SET fence = fence + 1 WHERE state = 'call'"),
                     0);
    assert_int_equal(world_sql_result(w, "UPDATE person SET fence = fence + 1 WHERE person_id = 2"),
                     0);
    MUST(w, store_wish_record(w->st, &a, old.offer_id, old.fence, STORE_WISH_ANY, w->now,
                              &(int64_t){0}, &w->err));
    hang_up(w, &a);
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_CLOSED);
    end_preview(w, &a);
    nobody_waits(w, &a);
}

/* The word of the first agent's journal comes when a second one has the person. */
static void supervisors_hear_of_a_wish_about_somebody_who_is_being_called(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    const struct store_actor boss = world_agent(w, "boss", REGION_WAL, "fr", true);
    struct store_alarm_row alarms[4];
    struct store_outcome o;
    int64_t held_by = 0;
    size_t n = 0;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, FIRST);
    world_call(w, &a);
    const struct store_work_offer old = world_work(w, &a).offer;
    hang_up(w, &a);
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    end_preview(w, &a);
    MUST(w, store_set_on_queue(w->st, &a, false, w->now, &w->err));
    w->now = o.due_utc_s;
    MUST(w, store_wake_people(w->st, w->now, 10, &n, &w->err));
    MUST(w, store_free_phones(w->st, w->now, &n, &w->err));
    world_call(w, &b);
    const struct store_work_offer held = world_work(w, &b).offer;
    MUST(w, store_wish_record(w->st, &a, old.offer_id, old.fence, STORE_WISH_ANY, w->now, &held_by,
                              &w->err));
    assert_int_equal(held_by, b.agent_id);
    assert_int_equal(store_alarms(w->st, &boss, 0, alarms, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(alarms[0].kind, ALARM_WISH_LATE);
    assert_int_equal(alarms[0].offer_id, held.offer_id);
    assert_string_equal(alarms[0].agent, "bob");
    /* It was too late for this call, and holds for whatever comes. */
    hang_up(w, &b);
    assert_int_equal(world_wrapup(w, &b, "busy", 0, &o), ERR_OK);
    assert_int_equal(o.person_state, PERSON_CLOSED);
    end_preview(w, &b);
    assert_int_equal(store_alarms(w->st, &boss, 0, alarms, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
}

static void nothing_takes_it_back(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    call_of_two_numbers(w, &a);
    assert_int_equal(wish(w, &a, STORE_WISH_ANY), ERR_OK);
    assert_int_equal(wish(w, &a, STORE_WISH_ANY), ERR_OK); /* said twice */
    assert_int_equal(wish(w, &a, STORE_WISH_NUMBER), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM wish_not_called"), 3);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'wish_not_called'"),
                     3);
    assert_true(world_sql_result(w, "DELETE FROM wish_not_called"));
    assert_true(world_sql_result(w, "UPDATE wish_not_called SET at = 0"));
    assert_true(world_sql_result(w, "UPDATE wish_not_called SET person_id = 99"));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM wish_not_called WHERE person_id = 1"), 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_number_gives_way_to_the_other_for_good),
        TEST(no_call_at_all_closes_whatever_the_code),
        TEST(another_ticket_service_or_region_is_no_way_round),
        TEST(whoever_has_gone_on_is_closed_at_once),
        TEST(a_wish_cancels_the_callback_that_was_agreed),
        TEST(a_wish_cancels_the_callback_of_another_ticket),
        TEST(a_callback_is_not_agreed_on_a_number_that_is_not_wanted),
        TEST(a_promise_is_kept_on_an_own_number_when_the_other_is_not_wanted),
        TEST(whoever_wants_another_number_only_is_called_on_it),
        TEST(only_who_holds_the_person_after_the_permit_records_it),
        TEST(a_wish_that_comes_late_still_holds),
        TEST(supervisors_hear_of_a_wish_about_somebody_who_is_being_called),
        TEST(nothing_takes_it_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
