/* SPDX-License-Identifier: Apache-2.0 */
/* What answers are worth follows the call: codes, corrections, and what the federal side is told.
 */

#include <stdlib.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "net/api/service_json.h"
#include "net/store/store_callback.h"
#include "net/store/store_outbox.h"
#include "store_world.h"

struct talk {
    struct world *w;
    struct store_actor ann;
    int64_t offer;
    int64_t fence;
    int64_t version;
};

/* Somebody was called and spoken with. */
static struct talk talk_begin(struct world *w)
{
    struct talk t = {.w = w, .ann = world_on_queue(w, "ann", REGION_WAL, "fr")};
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    t.fence = world_acw(w, &t.ann, CALL_END_BY_PERSON);
    t.offer = world_work(w, &t.ann).offer.offer_id;
    return t;
}

static void say(struct talk *t, const char *json, bool completed)
{
    struct world *w = t->w;
    bool kept;
    const struct store_response_put put = {
        .base_version = t->version, .completed = completed, .json = json, .json_len = strlen(json)};
    MUST(w, store_response_put(w->st, &t->ann, t->offer, t->fence, &put, w->now, &t->version, &kept,
                               &w->err));
}

static void choose(struct talk *t, const char *code)
{
    struct store_outcome o;
    const int64_t callback = strcmp(code, "rescheduled") == 0 ? t->w->now + 3600 : 0;
    assert_int_equal(world_wrapup(t->w, &t->ann, code, callback, &o), ERR_OK);
}

static void correct(struct talk *t, const char *code)
{
    struct world *w = t->w;
    struct store_outcome o;
    const struct store_wrapup chosen = {.code = code,
                                        .chosen_utc_s = w->now,
                                        .callback_utc_s =
                                            strcmp(code, "rescheduled") == 0 ? w->now + 3600 : 0};
    MUST(w, store_offer_correct(w->st, &t->ann, t->offer, -1, &chosen, w->now, &o, &w->err));
}

static enum response_status status_of(struct talk *t)
{
    struct store_response r = {0};
    assert_int_equal(store_response_get(t->w->st, &t->ann, t->offer, &r, &t->w->err), ERR_OK);
    const enum response_status status = r.status;
    store_response_deinit(&r);
    return status;
}

/* The one that is due, claimed; version 0: there is none. */
static struct store_outbox_item claim(struct world *w)
{
    struct store_outbox_item item = {0};
    size_t n = 0;
    MUST(w, store_outbox_claim(w->st, w->now, 30, &item, 1, &n, &w->err));
    assert_int_equal(n, item.version != 0);
    return item;
}

static bool told(struct world *w, struct store_outbox_item *item, enum outbox_event event,
                 bool may_be_there)
{
    bool counts = false;
    const struct store_outbox_result r = {
        .event = event, .fault = "", .pause_s = 5, .may_be_there = may_be_there};
    MUST(w, store_outbox_record(w->st, item, &r, w->now, &counts, &w->err));
    store_outbox_item_deinit(item);
    return counts;
}

static int64_t in_outbox(struct world *w)
{
    return world_sql(w, "SELECT count(*) FROM outbox");
}

static void each_code_says_what_becomes_of_a_draft(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", false);
    assert_int_equal(status_of(&t), RESPONSE_IN_PROGRESS);
    choose(&t, "rescheduled"); /* agreed: the interview goes on */
    assert_int_equal(status_of(&t), RESPONSE_IN_PROGRESS);
    static const struct {
        const char *code;
        enum response_status status;
    } cases[] = {
        {"closed_without_data", RESPONSE_STOPPED         },
        {"rescheduled",         RESPONSE_IN_PROGRESS     },
        {"bad_number",          RESPONSE_ENTERED_IN_ERROR},
        {"closed_with_data",    RESPONSE_STOPPED         }, /* never complete by word alone */
        {"transfer_consulted",  RESPONSE_STOPPED         },
        {"no_answer",           RESPONSE_IN_PROGRESS     },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        correct(&t, cases[i].code);
        assert_int_equal(status_of(&t), cases[i].status);
        assert_int_equal(in_outbox(w), 0);
    }
    assert_int_equal(world_sql(w, "SELECT version FROM response"), 1);
}

static void what_was_handed_in_stays_complete_under_every_other_code(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", true);
    assert_int_equal(status_of(&t), RESPONSE_COMPLETED);
    choose(&t, "closed_without_data");
    assert_int_equal(status_of(&t), RESPONSE_COMPLETED);
    correct(&t, "rescheduled");
    assert_int_equal(status_of(&t), RESPONSE_COMPLETED);
    assert_int_equal(world_sql(w, "SELECT version FROM response"), 1);
    assert_int_equal(world_sql(w, "SELECT version FROM outbox WHERE state = 'waiting'"), 1);
}

static void answers_changed_after_they_were_handed_in_are_amended(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", true);
    t.version = 0;
    say(&t, "{\"a\":1}", true); /* the same again is no change */
    assert_int_equal(status_of(&t), RESPONSE_COMPLETED);
    say(&t, "{\"a\":2}", true);
    assert_int_equal(status_of(&t), RESPONSE_AMENDED);
    choose(&t, "closed_with_data");
    assert_int_equal(status_of(&t), RESPONSE_AMENDED);
    struct store_outbox_item item = claim(w);
    assert_int_equal(item.version, 2);
    assert_int_equal(item.status, RESPONSE_AMENDED);
    assert_true(told(w, &item, OUTBOX_EV_ACCEPTED, true));
}

static void of_the_wrong_person_nothing_is_told_that_was_not_yet(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", true);
    choose(&t, "bad_number");
    assert_int_equal(status_of(&t), RESPONSE_ENTERED_IN_ERROR);
    assert_int_equal(in_outbox(w), 0);
    assert_int_equal(claim(w).version, 0);
    correct(&t, "closed_with_data"); /* it was the right person after all */
    assert_int_equal(status_of(&t), RESPONSE_COMPLETED);
    struct store_outbox_item item = claim(w);
    assert_int_equal(item.status, RESPONSE_COMPLETED);
    assert_string_equal(item.json, "{\"a\":1}");
    assert_true(told(w, &item, OUTBOX_EV_ACCEPTED, true));
}

static void answers_that_come_after_the_code_of_a_wrong_person_stay_here(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w);
    choose(&t, "bad_number");
    say(&t, "{\"a\":1}", true);
    assert_int_equal(status_of(&t), RESPONSE_ENTERED_IN_ERROR);
    assert_int_equal(in_outbox(w), 0);
}

static void of_the_wrong_person_what_was_told_is_taken_back(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", true);
    struct store_outbox_item item = claim(w);
    assert_true(told(w, &item, OUTBOX_EV_ACCEPTED, true));
    choose(&t, "bad_number");
    item = claim(w);
    assert_int_equal(item.version, 2);
    assert_int_equal(item.status, RESPONSE_ENTERED_IN_ERROR);
    assert_true(told(w, &item, OUTBOX_EV_ACCEPTED, true));
    correct(&t, "busy"); /* another mistake: the answers count */
    item = claim(w);
    assert_int_equal(item.version, 3);
    assert_int_equal(item.status, RESPONSE_AMENDED);
    assert_true(told(w, &item, OUTBOX_EV_ACCEPTED, true));
    correct(&t, "closed_with_data"); /* nothing that the other side would see */
    assert_int_equal(status_of(&t), RESPONSE_AMENDED);
    assert_int_equal(claim(w).version, 0);
}

static void what_is_on_its_way_is_taken_back_when_it_got_there(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", true);
    struct store_outbox_item item = claim(w);
    choose(&t, "bad_number");
    assert_int_equal(world_sql(w, "SELECT version FROM outbox"), 2);
    assert_true(told(w, &item, OUTBOX_EV_ACCEPTED, true)); /* of the version before */
    item = claim(w);
    assert_int_equal(item.status, RESPONSE_ENTERED_IN_ERROR);
    assert_true(told(w, &item, OUTBOX_EV_ACCEPTED, true));
}

static void what_surely_never_left_is_not_told_at_all(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", true);
    struct store_outbox_item item = claim(w);
    assert_true(told(w, &item, OUTBOX_EV_LATER, false));
    MUST(w, store_outbox_watch(w->st, 0, w->now, &w->err));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM alarm WHERE state <> 'closed'"), 1);
    choose(&t, "bad_number");
    assert_int_equal(in_outbox(w), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM alarm WHERE state <> 'closed'"), 0);
}

static void what_may_have_arrived_is_taken_back(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", true);
    struct store_outbox_item item = claim(w);
    assert_true(told(w, &item, OUTBOX_EV_LATER, true)); /* no answer came */
    w->now += 5;
    item = claim(w);
    assert_true(told(w, &item, OUTBOX_EV_LATER, false)); /* then nobody was there */
    choose(&t, "bad_number");
    item = claim(w);
    assert_int_equal(item.status, RESPONSE_ENTERED_IN_ERROR);
    assert_true(told(w, &item, OUTBOX_EV_ACCEPTED, true));
}

/* --- a later call with the same person --- */

/* The person is called again by actor, when it is time; *ret_has: the interview goes on. */
static int64_t call_again(struct world *w, const struct store_actor *actor, bool *ret_has)
{
    size_t n = 0;
    MUST(w, store_wake_people(w->st, w->now, 10, &n, &w->err));
    MUST(w, store_callbacks_due(w->st, w->now, &w->err));
    const struct store_permit permit = world_call(w, actor);
    *ret_has = permit.has_answers;
    return world_work(w, actor).offer.offer_id;
}

static void end_preview(struct talk *t)
{
    MUST(t->w, store_offer_end(t->w->st, &t->ann, t->offer, t->fence, t->w->now, &t->w->err));
}

/* What whoever has the person sees. */
static void assert_answers(struct world *w, const struct store_actor *actor, int64_t offer,
                           int64_t version, const char *json)
{
    struct store_response r = {0};
    bool refused;
    MUST(w, store_response_look(w->st, actor, offer, w->now, &r, &refused, &w->err));
    assert_int_equal(r.version, version);
    if (json) {
        assert_string_equal(r.json, json);
    } else {
        assert_null(r.json);
    }
    store_response_deinit(&r);
}

static void agent_on_queue(struct world *w, const struct store_actor *actor, bool on)
{
    MUST(w, store_set_on_queue(w->st, actor, on, w->now, &w->err));
}

static void an_agreed_callback_goes_on_with_the_same_agent(void **state)
{
    struct world *w = *state;
    bool has;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", false);
    choose(&t, "rescheduled");
    end_preview(&t);
    w->now += 3600;
    const int64_t offer = call_again(w, &t.ann, &has);
    assert_true(offer != t.offer);
    assert_true(has);
    assert_answers(w, &t.ann, offer, 1, "{\"a\":1}");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'answers_carried'"),
                     0);
    /* Refused this time: that call's answers are stopped, the earlier ones stay as they were. */
    t.offer = offer;
    t.fence = world_work(w, &t.ann).offer.fence;
    world_report(w, world_work(w, &t.ann).offer.call_id, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, world_work(w, &t.ann).offer.call_id, 2, CALL_EV_END, CALL_END_BY_PERSON);
    choose(&t, "closed_without_data");
    assert_int_equal(status_of(&t), RESPONSE_STOPPED);
}

static void a_call_that_nobody_took_hands_it_on_to_the_next(void **state)
{
    struct world *w = *state;
    bool has;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", false);
    choose(&t, "no_answer");
    end_preview(&t);
    for (int i = 0; i < 2; i++) {
        w->now += 86400;
        t.offer = call_again(w, &t.ann, &has);
        assert_true(has);
        assert_answers(w, &t.ann, t.offer, 1, "{\"a\":1}");
        const int64_t call = world_work(w, &t.ann).offer.call_id;
        t.fence = world_work(w, &t.ann).offer.fence;
        world_report(w, call, 1, CALL_EV_DIAL, CALL_END_NONE);
        world_report(w, call, 2, CALL_EV_END, CALL_END_NO_ANSWER);
        choose(&t, "no_answer");
        end_preview(&t);
    }
}

static void another_agent_begins_anew(void **state)
{
    struct world *w = *state;
    bool has;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", false);
    choose(&t, "busy");
    end_preview(&t);
    agent_on_queue(w, &t.ann, false);
    w->now += 900;
    struct store_actor ben = world_on_queue(w, "ben", REGION_WAL, "fr");
    const int64_t offer = call_again(w, &ben, &has);
    assert_false(has);
    assert_answers(w, &ben, offer, 0, NULL);
    struct store_response r;
    assert_int_equal(store_response_get(w->st, &ben, t.offer, &r, &w->err), ERR_NOT_FOUND);
}

/* The tracing service, with a member more and another version. */
static void carry(struct world *w)
{
    CLEANUP_FREE char *text = NULL;
    CLEANUP_BUF struct buf changed = {0};
    struct service *next = NULL;
    static const char version[] = "\"version\": ";
    size_t len;
    bool is_new;
    assert_int_equal(store_service_json(w->st, "tracing", &text, &len, &w->err), ERR_OK);
    const char *at = strstr(text, version);
    assert_non_null(at);
    at += sizeof version - 1;
    buf_add(&changed, text, (size_t)(at - text));
    buf_str(&changed, "1000, \"carry\": true");
    at += strspn(at, "0123456789");
    buf_add(&changed, at, len - (size_t)(at - text));
    assert_int_equal(service_json_load(changed.data, changed.len, &next, NULL, &w->err), ERR_OK);
    MUST(w, store_service_put(w->st, next, changed.data, changed.len, w->now, &is_new, &w->err));
    free(next);
}

static void another_agent_goes_on_where_the_service_carries(void **state)
{
    struct world *w = *state;
    bool has;
    struct talk t = talk_begin(w);
    carry(w);
    say(&t, "{\"a\":1}", false);
    choose(&t, "busy");
    end_preview(&t);
    agent_on_queue(w, &t.ann, false);
    w->now += 900;
    struct store_actor ben = world_on_queue(w, "ben", REGION_WAL, "fr");
    const int64_t offer = call_again(w, &ben, &has);
    assert_true(has);
    assert_answers(w, &ben, offer, 1, "{\"a\":1}");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'answers_carried'"),
                     1);
}

static void what_was_stopped_or_handed_in_does_not_go_on(void **state)
{
    static const struct {
        bool whole;
        const char *code;
    } cases[] = {
        {true,  "busy"      },
        {false, "bad_number"}
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool has;
        struct world *w = *state;
        if (i > 0) {
            assert_int_equal(world_teardown(state), 0);
            assert_int_equal(world_setup(state), 0);
            w = *state;
        }
        struct talk t = talk_begin(w);
        assert_int_equal(world_sql_result(w, "UPDATE person SET dropped_phones = 0"), 0);
        say(&t, "{\"a\":1}", cases[i].whole);
        choose(&t, cases[i].code);
        end_preview(&t);
        assert_int_equal(world_sql_result(w, "UPDATE person SET state = 'waiting', due_at = NULL,"
                                             " dropped_phones = 0"),
                         0);
        const int64_t offer = call_again(w, &t.ann, &has);
        assert_false(has);
        assert_answers(w, &t.ann, offer, 0, NULL);
    }
}

/* The right person's draft outlives a call that reached the wrong one. */
static void behind_the_wrong_person_the_draft_before_goes_on(void **state)
{
    struct world *w = *state;
    bool has;
    struct talk t = talk_begin(w);
    say(&t, "{\"a\":1}", false);
    choose(&t, "busy");
    end_preview(&t);
    w->now += 900;
    t.offer = call_again(w, &t.ann, &has);
    t.fence = world_work(w, &t.ann).offer.fence;
    t.version = 1;
    say(&t, "{\"a\":2}", false); /* somebody else answers */
    const int64_t call = world_work(w, &t.ann).offer.call_id;
    world_report(w, call, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, call, 2, CALL_EV_END, CALL_END_BY_PERSON);
    choose(&t, "bad_number");
    end_preview(&t);
    assert_int_equal(world_sql_result(w, "UPDATE person SET state = 'waiting', due_at = NULL,"
                                         " dropped_phones = 0"),
                     0);
    t.offer = call_again(w, &t.ann, &has);
    assert_true(has);
    assert_answers(w, &t.ann, t.offer, 1, "{\"a\":1}");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(each_code_says_what_becomes_of_a_draft),
        CASE(what_was_handed_in_stays_complete_under_every_other_code),
        CASE(answers_changed_after_they_were_handed_in_are_amended),
        CASE(of_the_wrong_person_nothing_is_told_that_was_not_yet),
        CASE(answers_that_come_after_the_code_of_a_wrong_person_stay_here),
        CASE(of_the_wrong_person_what_was_told_is_taken_back),
        CASE(what_is_on_its_way_is_taken_back_when_it_got_there),
        CASE(what_surely_never_left_is_not_told_at_all),
        CASE(what_may_have_arrived_is_taken_back),
        CASE(an_agreed_callback_goes_on_with_the_same_agent),
        CASE(a_call_that_nobody_took_hands_it_on_to_the_next),
        CASE(another_agent_begins_anew),
        CASE(another_agent_goes_on_where_the_service_carries),
        CASE(what_was_stopped_or_handed_in_does_not_go_on),
        CASE(behind_the_wrong_person_the_draft_before_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
