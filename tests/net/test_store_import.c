/* SPDX-License-Identifier: Apache-2.0 */
#include "net/store/store_export.h"
#include "store_world.h"

static void set(struct record *r, enum record_column column, const char *text)
{
    struct err err;
    assert_int_equal(record_set_field(r, column, text, strlen(text), &err), ERR_OK);
}

static enum store_import_row stage(struct world *w, int64_t run, int64_t line,
                                   const struct record *r)
{
    enum store_import_row row = STORE_IMPORT_NEW;
    MUST(w, store_import_stage(w->st, run, line, r, &row, &w->err));
    return row;
}

static void the_same_people_again_change_nothing(void **state)
{
    struct world *w = *state;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t run = 0;
    struct store_import_figures f = {0};
    bool left = true;
    world_import(w, &r, 1);
    int64_t changes = world_sql(w, "SELECT updated_at FROM person");
    w->now += 10;
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    assert_int_equal(stage(w, run, 2, &r), STORE_IMPORT_SAME);
    MUST(w, store_import_commit_run(w->st, run, &f, w->now, &w->err));
    while (left) {
        MUST(w, store_import_promote(w->st, run, 10, w->now, &left, &w->err));
    }
    assert_int_equal(world_sql(w, "SELECT updated_at FROM person"), changes);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM import_row"), 0);
}

static void a_known_ticket_is_an_update_that_keeps_the_work(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    set(&r, RECORD_PHONE_2, "+32470000002");
    world_import(w, &r, 1);
    world_acw(w, &a, CALL_END_NO_ANSWER);
    assert_int_equal(world_wrapup(w, &a, "no_answer", 0, &o), ERR_OK);
    assert_int_equal(world_sql(w, "SELECT next_phone FROM person"), 1);

    set(&r, RECORD_FAMILY_NAME, "Changed");
    world_import(w, &r, 1);
    assert_string_equal(world_work(w, &a).offer.family_name, "Changed");
    assert_string_equal(world_person_state(w, 1), "resting");
    assert_int_equal(world_sql(w, "SELECT attempts FROM person"), 1);
    assert_int_equal(world_sql(w, "SELECT next_phone FROM person"), 1); /* the same numbers */
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person_phone"), 2);

    set(&r, RECORD_PHONE, "+32470000009");
    set(&r, RECORD_PHONE_2, "");
    world_import(w, &r, 1);
    assert_int_equal(world_sql(w, "SELECT next_phone FROM person"), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person_phone"), 1);
    assert_string_equal(world_work(w, &a).offer.phones[0], "+32470000009");
    assert_int_equal(world_work(w, &a).offer.n_phones, 1);
}

static void a_person_moves_to_another_region_when_nobody_holds_it(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_session s;
    struct store_outcome o;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_import(w, &r, 1);
    world_acw(w, &a, CALL_END_BUSY);
    set(&r, RECORD_REGION, "BXL");
    world_import(w, &r, 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE region = 'WAL'"), 1);
    MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + 999, &s, &w->err));
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);
    const struct store_work_offer offer = world_work(w, &a).offer;
    MUST(w, store_offer_end(w->st, &a, offer.offer_id, offer.fence, w->now, &w->err));
    world_import(w, &r, 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE region = 'BXL'"), 1);
}

/* The list corrects the number while an agent finds out that it is wrong. */
static void a_number_that_came_meanwhile_is_not_the_one_that_was_wrong(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_import(w, &r, 1);
    world_acw(w, &a, CALL_END_BAD_NUMBER);
    set(&r, RECORD_PHONE, "+32470000009");
    world_import(w, &r, 1);
    assert_int_equal(world_wrapup(w, &a, "bad_number", 0, &o), ERR_OK);
    assert_int_not_equal(o.person_state, PERSON_CLOSED);
    assert_int_equal(world_sql(w, "SELECT dropped_phones + next_phone FROM person"), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM data_quality"), 0);
}

static void a_number_that_came_meanwhile_is_the_next_to_try(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_import(w, &r, 1);
    world_acw(w, &a, CALL_END_BUSY);
    set(&r, RECORD_PHONE, "+32470000009");
    world_import(w, &r, 1);
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK); /* the same number again */
    assert_int_equal(world_sql(w, "SELECT next_phone FROM person"), 0);
}

static void a_callback_does_not_wait_for_an_agent_of_the_region_left(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_BXL, "fr");
    struct store_outcome o;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t offer = 0;
    size_t woken = 0;
    world_import(w, &r, 1);
    world_acw(w, &a, CALL_END_BY_PERSON);
    assert_int_equal(world_wrapup(w, &a, "rescheduled", w->now + 600, &o), ERR_OK);
    const struct store_work_offer held = world_work(w, &a).offer;
    MUST(w, store_offer_end(w->st, &a, held.offer_id, held.fence, w->now, &w->err));
    set(&r, RECORD_REGION, "BXL");
    world_import(w, &r, 1);
    w->now += 600;
    MUST(w, store_wake_people(w->st, w->now, 10, &woken, &w->err));
    MUST(w, store_offer_next(w->st, b.agent_id, w->now, &offer, &w->err));
}

static void a_ticket_twice_in_one_file_is_refused(void **state)
{
    struct world *w = *state;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    enum store_import_row row;
    int64_t run = 0;
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    stage(w, run, 2, &r);
    set(&r, RECORD_GIVEN_NAME, "Another");
    assert_int_equal(TRY(w, store_import_stage(w->st, run, 3, &r, &row, &w->err)), ERR_CONFLICT);
    assert_string_equal(w->err.field, "sciensano_request_ticket");
}

static void nothing_counts_before_the_run_is_committed(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    int64_t run = 0;
    int64_t offer = 0;
    int64_t pending = 0;
    bool left = true;
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    stage(w, run, 2, &r);
    assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                     ERR_NOT_FOUND);
    assert_int_equal(store_import_pending(w->st, &pending, &w->err), ERR_OK);
    assert_int_equal(pending, 0);
    while (left) { /* the process that staged it died */
        MUST(w, store_import_drop_stale(w->st, 1, &left, &w->err));
    }
    assert_int_equal(world_sql(w, "SELECT count(*) FROM import_row"), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM import_run"), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 0);
}

static void a_run_is_decided_once_and_only_while_it_is_there(void **state)
{
    struct world *w = *state;
    const struct store_import_figures f = {0};
    int64_t run = 0;
    bool left;
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    MUST(w, store_import_commit_run(w->st, run, &f, w->now, &w->err));
    assert_int_equal(TRY(w, store_import_commit_run(w->st, run, &f, w->now, &w->err)), ERR_STATE);
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    MUST(w, store_import_drop_stale(w->st, 10, &left, &w->err));
    assert_int_equal(TRY(w, store_import_commit_run(w->st, run, &f, w->now, &w->err)), ERR_STATE);
}

static void a_committed_run_is_gone_on_with(void **state)
{
    struct world *w = *state;
    struct record r[3];
    const struct store_import_figures f = {.n_new = 3};
    int64_t run = 0;
    int64_t pending = 0;
    bool left = true;
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    for (int i = 0; i < 3; i++) {
        r[i] = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
        stage(w, run, i + 2, &r[i]);
    }
    MUST(w, store_import_commit_run(w->st, run, &f, w->now, &w->err));
    MUST(w, store_import_promote(w->st, run, 2, w->now, &left, &w->err));
    assert_true(left);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 2);
    /* Another process finds it, and clearing up does not take it away. */
    MUST(w, store_import_drop_stale(w->st, 10, &left, &w->err));
    assert_int_equal(store_import_pending(w->st, &pending, &w->err), ERR_OK);
    assert_int_equal(pending, run);
    for (int i = 0; i < 3; i++) { /* the last ones have nothing left to do */
        MUST(w, store_import_go_on(w->st, 2, w->now, &w->err));
    }
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 3);
    assert_int_equal(world_sql(w, "SELECT n FROM waiting_count"), 3);
    assert_int_equal(store_import_pending(w->st, &pending, &w->err), ERR_OK);
    assert_int_equal(pending, 0);
}

static void the_service_must_be_there_and_work_in_the_region(void **state)
{
    struct world *w = *state;
    int64_t run = 0;
    assert_int_equal(TRY(w, store_import_begin(w->st, "crisis", w->now, &run, &w->err)),
                     ERR_NOT_FOUND);
    assert_string_equal(w->err.field, "service");
}

/* Exports */

struct seen {
    enum store_export what;
    size_t rows;
    char text[4096];
};

static enum err_code see(void *arg, const char *const *values, size_t n, struct err *err)
{
    struct seen *s = arg;
    size_t at = strlen(s->text);
    (void)err;
    for (size_t i = 0; i < n; i++) {
        at +=
            (size_t)snprintf(s->text + at, sizeof s->text - at, "%s|", values[i] ? values[i] : "-");
        assert_true(at < sizeof s->text);
    }
    s->rows++;
    return ERR_OK;
}

static void an_export_gives_back_what_happened(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_outcome o;
    int64_t version;
    bool kept;
    static const struct {
        enum store_export what;
        size_t rows;
        const char *holds;
    } cases[] = {
        {STORE_EXPORT_PEOPLE,      1, "TICKET-0001|2025-11-23T16:00:01Z|85073003328|"},
        {STORE_EXPORT_CALLS,       3, "|+32470000001|"                               },
        {STORE_EXPORT_CALLS,       3, "|end|busy|486|Busy Here|"                     },
        {STORE_EXPORT_ANSWERS,     1, "|completed|2025-11-24T16:00:00Z|{\"a\":1}|"   },
        {STORE_EXPORT_WRAPUPS,     1, "|busy|0|2025-11-24T16:00:00Z|"                },
        {STORE_EXPORT_LATE_DRAFTS, 0, ""                                             },
        {STORE_EXPORT_AUDIT,       2, "|ann|preview|"                                },
    };
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    struct store_permit p = world_call(w, &a);
    const struct store_work_offer offer = world_work(w, &a).offer;
    const struct store_response_put put = {.completed = true, .json = "{\"a\":1}", .json_len = 7};
    MUST(w, store_response_put(w->st, &a, offer.offer_id, offer.fence, &put, w->now, &version,
                               &kept, &w->err));
    world_report(w, p.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, p.call_id, 2, CALL_EV_RING, CALL_END_NONE);
    const struct store_call_event busy = {.seq = 3,
                                          .at_utc_s = w->now,
                                          .event = CALL_EV_END,
                                          .end = CALL_END_BUSY,
                                          .sip_status = 486,
                                          .text = "Busy Here"};
    int64_t last;
    int64_t agent;
    MUST(w,
         store_call_report(w->st, &a, p.call_id, "x@y", &busy, 1, w->now, &last, &agent, &w->err));
    assert_int_equal(world_wrapup(w, &a, "busy", 0, &o), ERR_OK);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seen s = {.what = cases[i].what};
        struct seen other = {.what = cases[i].what};
        const enum region wal = REGION_WAL;
        const enum region bxl = REGION_BXL;
        assert_int_equal(store_export(w->st, cases[i].what, &wal, see, &s, &w->err), ERR_OK);
        if (s.rows < cases[i].rows || !strstr(s.text, cases[i].holds)) {
            fail_msg("%s: %zu rows: %s", store_export_name(cases[i].what), s.rows, s.text);
        }
        assert_int_equal(store_export(w->st, cases[i].what, &bxl, see, &other, &w->err), ERR_OK);
        assert_int_equal(other.rows, 0);
        assert_int_equal(store_export(w->st, cases[i].what, NULL, see, &other, &w->err), ERR_OK);
        assert_true(other.rows >= s.rows);
    }
}

static void each_export_names_its_columns(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STORE_EXPORT_COUNT; i++) {
        struct store_export_column columns[STORE_EXPORT_COLUMNS_MAX];
        enum store_export found;
        size_t n = store_export_columns((enum store_export)i, columns);
        assert_true(n > 0 && n <= STORE_EXPORT_COLUMNS_MAX);
        for (size_t a = 0; a < n; a++) {
            for (size_t b = 0; b < a; b++) {
                assert_string_not_equal(columns[a].name, columns[b].name);
            }
        }
        assert_true(store_export_by_name(store_export_name((enum store_export)i), &found));
        assert_int_equal(found, i);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_people_again_change_nothing),
        TEST(a_known_ticket_is_an_update_that_keeps_the_work),
        TEST(a_person_moves_to_another_region_when_nobody_holds_it),
        TEST(a_number_that_came_meanwhile_is_not_the_one_that_was_wrong),
        TEST(a_number_that_came_meanwhile_is_the_next_to_try),
        TEST(a_callback_does_not_wait_for_an_agent_of_the_region_left),
        TEST(a_ticket_twice_in_one_file_is_refused),
        TEST(nothing_counts_before_the_run_is_committed),
        TEST(a_run_is_decided_once_and_only_while_it_is_there),
        TEST(a_committed_run_is_gone_on_with),
        TEST(the_service_must_be_there_and_work_in_the_region),
        TEST(an_export_gives_back_what_happened),
        cmocka_unit_test(each_export_names_its_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
