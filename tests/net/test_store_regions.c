/* SPDX-License-Identifier: Apache-2.0 */
/* Regions are walls: every operation on people, tried by an agent of another region, and by the
 * holder whose region is another one meanwhile. */

#include <stdlib.h>

#include "core/buf.h"
#include "net/store/store_callback.h"
#include "net/store/store_incident.h"
#include "net/store/store_target.h"
#include "net/store/store_wish.h"
#include "store_world.h"

struct aim {
    struct world *w;
    int64_t offer;
    int64_t fence;
    int64_t call;
    int64_t person;
    int64_t other; /* another agent */
    int64_t draft;
    int64_t callback;
};

static struct store_actor as_supervisor(const struct store_actor *a)
{
    struct store_actor boss = *a;
    boss.role = AGENT_ROLE_SUPERVISOR;
    return boss;
}

typedef enum err_code attempt_fn(const struct aim *t, const struct store_actor *actor);

static enum err_code accept(const struct aim *t, const struct store_actor *a)
{
    return store_offer_accept(t->w->st, a, t->offer, t->fence, t->w->now, &t->w->err);
}

static enum err_code skip_it(const struct aim *t, const struct store_actor *a)
{
    return store_offer_skip(t->w->st, a, t->offer, t->fence, "not_ready", t->w->now, &t->w->err);
}

static enum err_code wrap_up(const struct aim *t, const struct store_actor *a)
{
    const struct store_wrapup wrapup = {.code = "busy", .chosen_utc_s = t->w->now};
    struct store_outcome o;
    return store_offer_wrapup(t->w->st, a, t->offer, t->fence, &wrapup, t->w->now, &o, &t->w->err);
}

static enum err_code outcome(const struct aim *t, const struct store_actor *a)
{
    struct store_outcome o;
    return store_outcome_read(t->w->st, a, t->offer, &o, &t->w->err);
}

static enum err_code end(const struct aim *t, const struct store_actor *a)
{
    return store_offer_end(t->w->st, a, t->offer, t->fence, t->w->now, &t->w->err);
}

static enum err_code release_it(const struct aim *t, const struct store_actor *a)
{
    const struct store_actor boss = as_supervisor(a);
    struct store_outcome o;
    return store_offer_release(t->w->st, &boss, t->offer, "x", t->w->now, &o, &t->w->err);
}

static enum err_code read_record(const struct aim *t, const struct store_actor *a)
{
    struct record r;
    return store_record_read(t->w->st, a, t->offer, t->fence, t->w->now, &r, &t->w->err);
}

static enum err_code reveal(const struct aim *t, const struct store_actor *a)
{
    char niss[NISS_TEXT_SIZE];
    return store_reveal(t->w->st, a, t->offer, t->fence, "niss", t->w->now, niss, &t->w->err);
}

static enum err_code permit(const struct aim *t, const struct store_actor *a)
{
    struct store_permit p;
    return store_call_permit(t->w->st, a, t->offer, t->fence, 0, t->w->now, &p, &t->w->err);
}

static enum err_code consult(const struct aim *t, const struct store_actor *a)
{
    struct target expert = {TARGET_NUMBER, "112"};
    struct store_permit p;
    return store_consult_permit(t->w->st, a, t->offer, t->fence, &expert, t->w->now, &p,
                                &t->w->err);
}

static enum err_code transfer(const struct aim *t, const struct store_actor *a)
{
    struct target expert = {TARGET_NUMBER, "112"};
    int64_t call;
    return store_transfer_permit(t->w->st, a, t->offer, t->fence, &expert, false, t->w->now, &call,
                                 &t->w->err);
}

static enum err_code permit_again(const struct aim *t, const struct store_actor *a)
{
    struct store_permit p;
    return store_permit_read(t->w->st, a, t->call, &p, &t->w->err);
}

static enum err_code report(const struct aim *t, const struct store_actor *a)
{
    const struct store_call_event e = {.seq = 9, .at_utc_s = t->w->now, .event = CALL_EV_END};
    int64_t last;
    int64_t agent;
    return store_call_report(t->w->st, a, t->call, NULL, &e, 1, t->w->now, &last, &agent,
                             &t->w->err);
}

static enum err_code get_response(const struct aim *t, const struct store_actor *a)
{
    struct store_response r;
    return store_response_get(t->w->st, a, t->offer, &r, &t->w->err);
}

static enum err_code put_response(const struct aim *t, const struct store_actor *a)
{
    const struct store_response_put put = {.json = "{}", .json_len = 2};
    int64_t version;
    bool kept;
    return store_response_put(t->w->st, a, t->offer, t->fence, &put, t->w->now, &version, &kept,
                              &t->w->err);
}

static enum err_code look_response(const struct aim *t, const struct store_actor *a)
{
    const struct store_actor boss = as_supervisor(a);
    struct store_response r;
    bool refused;
    return store_response_look(t->w->st, &boss, t->offer, t->w->now, &r, &refused, &t->w->err);
}

static enum err_code release_person(const struct aim *t, const struct store_actor *a)
{
    const struct store_actor boss = as_supervisor(a);
    struct store_outcome o;
    return store_person_release(t->w->st, &boss, t->person, PERSON_WAITING, "x", t->w->now, &o,
                                &t->w->err);
}

static enum err_code correct(const struct aim *t, const struct store_actor *a)
{
    const struct store_actor boss = as_supervisor(a);
    const struct store_wrapup wrapup = {.code = "busy", .chosen_utc_s = t->w->now};
    struct store_outcome o;
    return store_offer_correct(t->w->st, &boss, t->offer, -1, &wrapup, t->w->now, &o, &t->w->err);
}

static enum err_code wish_for(const struct aim *t, const struct store_actor *a)
{
    return store_wish_record(t->w->st, a, t->offer, t->fence, STORE_WISH_ANY, t->w->now,
                             &(int64_t){0}, &t->w->err);
}

static enum err_code grant(const struct aim *t, const struct store_actor *a)
{
    return store_call_grant(t->w->st, a, t->call, t->other, t->w->now, &t->w->err);
}

static enum err_code read_draft(const struct aim *t, const struct store_actor *a)
{
    const struct store_actor boss = as_supervisor(a);
    CLEANUP_BUF struct buf out = {0};
    const enum err_code code =
        store_late_draft_read(t->w->st, &boss, t->draft, t->w->now, &out, &t->w->err);
    assert_int_equal(out.len, 0);
    return code;
}

static enum err_code read_callback(const struct aim *t, const struct store_actor *a)
{
    const struct store_actor boss = as_supervisor(a);
    struct store_callback c;
    return store_callback_read(t->w->st, &boss, t->callback, &c, &t->w->err);
}

static enum err_code move_callback(const struct aim *t, const struct store_actor *a)
{
    const struct store_actor boss = as_supervisor(a);
    const struct callback_plan plan = {.at_utc_s = t->w->now + 60};
    return store_callback_move(t->w->st, &boss, t->callback, 1, &plan, true, t->w->now, &t->w->err);
}

static enum err_code cancel_callback(const struct aim *t, const struct store_actor *a)
{
    const struct store_actor boss = as_supervisor(a);
    return store_callback_cancel(t->w->st, &boss, t->callback, 1, t->w->now, &t->w->err);
}

static enum err_code add_callback(const struct aim *t, const struct store_actor *a)
{
    const struct callback_plan plan = {.at_utc_s = t->w->now + 60};
    int64_t id;
    return store_callback_add(t->w->st, a, t->offer, &plan, t->w->now, &id, &t->w->err);
}

static enum err_code service_of(const struct aim *t, const struct store_actor *a)
{
    char id[SERVICE_ID_SIZE];
    return store_callback_service(t->w->st, a, t->offer, id, &t->w->err);
}

/* One line an operation that reads or changes somebody; those of supervisors as one. */
static attempt_fn *const attempts[] = {
    accept,        skip_it,        wrap_up,       outcome,         end,
    release_it,    read_record,    reveal,        permit,          permit_again,
    consult,       transfer,       report,        get_response,    put_response,
    look_response, release_person, correct,       wish_for,        grant,
    read_draft,    read_callback,  move_callback, cancel_callback, add_callback,
    service_of,
};

/* Somebody with a late draft and a callback, both of the past. */
static void leave_traces(struct world *w, const struct store_actor *a, struct aim *t)
{
    struct store_outcome o;
    const struct store_response_put put = {.json = "{}", .json_len = 2};
    int64_t version;
    bool kept;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000009");
    world_acw(w, a, CALL_END_BY_PERSON);
    const struct store_work_offer done = world_work(w, a).offer;
    world_begin(w);
    assert_int_equal(store_response_put(w->st, a, done.offer_id, done.fence + 1, &put, w->now,
                                        &version, &kept, &w->err),
                     ERR_STALE);
    assert_true(kept);
    assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
    assert_int_equal(world_wrapup(w, a, "rescheduled", w->now + 3600, &o), ERR_OK);
    MUST(w, store_offer_end(w->st, a, done.offer_id, done.fence, w->now, &w->err));
    t->draft = world_sql(w, "SELECT coalesce(max(late_draft_id), 0) FROM late_draft");
    t->callback = world_sql(w, "SELECT max(callback_id) FROM callback");
    assert_true(t->callback > 0 && t->draft > 0);
}

static void nobody_reaches_over_the_wall(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor far = world_on_queue(w, "far", REGION_BXL, "fr");
    struct store_actor moved = a;
    struct aim t = {.w = w};
    leave_traces(w, &a, &t);
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    moved.region = REGION_BXL;
    struct store_permit p = world_call(w, &a);
    const struct store_work_offer o = world_work(w, &a).offer;
    t.offer = o.offer_id;
    t.fence = o.fence;
    t.call = p.call_id;
    t.person = 2;
    t.other = far.agent_id;
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        assert_int_equal(TRY(w, attempts[i](&t, &far)), ERR_NOT_FOUND);
        assert_int_equal(TRY(w, attempts[i](&t, &moved)), ERR_NOT_FOUND);
    }
    assert_int_equal(world_work(w, &a).offer.state, HOLD_CALL);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action IN"
                                  " ('record_read', 'reveal')"),
                     0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM late_draft"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM callback WHERE state = 'open'"), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM wish_not_called"), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM wrapup"), 1);
}

/* A grant opens the record of one call, to one agent, and nothing else; it ends with the call. */
static void a_grant_opens_one_record_and_nothing_else(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor far = world_on_queue(w, "far", REGION_BXL, "fr");
    struct store_actor third = world_on_queue(w, "third", REGION_BXL, "fr");
    struct aim t = {.w = w, .other = far.agent_id};
    leave_traces(w, &a, &t);
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    t.call = world_call(w, &a).call_id;
    const struct store_work_offer o = world_work(w, &a).offer;
    t.offer = o.offer_id;
    t.fence = o.fence;
    t.person = 2;
    MUST(w, store_call_grant(w->st, &a, t.call, far.agent_id, w->now, &w->err));
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        assert_int_equal(TRY(w, attempts[i](&t, &far)),
                         attempts[i] == read_record ? ERR_OK : ERR_NOT_FOUND);
        assert_int_equal(TRY(w, attempts[i](&t, &third)), ERR_NOT_FOUND);
    }
    world_report(w, t.call, 1, CALL_EV_ANSWER, CALL_END_NONE);
    world_report(w, t.call, 2, CALL_EV_END, CALL_END_BY_PERSON);
    assert_int_equal(TRY(w, read_record(&t, &far)), ERR_NOT_FOUND);
}

static void people_are_offered_in_their_region_only(void **state)
{
    struct world *w = *state;
    int64_t offer;
    for (unsigned r = 0; r < REGION_COUNT; r++) {
        char login[8];
        snprintf(login, sizeof login, "a%u", r);
        struct store_actor a = world_on_queue(w, login, (enum region)r, "fr");
        struct store_actor other = world_on_queue(w, &login[1], (enum region)((r + 1) % 4), "fr");
        char phone[PHONE_SIZE];
        snprintf(phone, sizeof phone, "+3247000000%u", r);
        world_person(w, (enum region)r, "fr", PERSON_INDEX, phone);
        assert_int_equal(TRY(w, store_offer_next(w->st, other.agent_id, w->now, &offer, &w->err)),
                         ERR_NOT_FOUND);
        world_offer(w, &a);
    }
}

static void lists_end_at_the_wall(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor boss = world_agent(w, "boss", REGION_BXL, "fr", true);
    struct store_actor moved = a;
    struct store_interaction interactions[4];
    const struct store_callback_filter own = {0};
    struct store_callback callbacks[4];
    struct store_unresolved unresolved[4];
    struct store_queue queues[SERVICE_QUEUES];
    struct store_late_draft drafts[4];
    struct store_incident incidents[4];
    const struct store_callback_filter region = {.of_region = true};
    const struct store_incident incident = {.what = "seen", .happened_utc_s = T0};
    struct store_outcome o;
    int64_t agent;
    int64_t id;
    struct aim t = {.w = w};
    size_t n = 0;
    moved.region = REGION_BXL;
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000002");
    world_acw(w, &a, CALL_END_BY_PERSON);
    assert_int_equal(world_wrapup(w, &a, "rescheduled", w->now + 60, &o), ERR_OK);
    const struct store_work_offer done = world_work(w, &a).offer;
    MUST(w, store_offer_end(w->st, &a, done.offer_id, done.fence, w->now, &w->err));
    world_acw(w, &a, CALL_END_BY_PERSON);
    w->now += 60;
    MUST(w, store_deadline_apply(w->st, world_work(w, &a).offer.offer_id, w->now, &agent, &w->err));

    assert_int_equal(store_interactions(w->st, &a, &w->day, w->now, interactions, 4, &n, &w->err),
                     ERR_OK);
    assert_int_equal(n, 2);
    assert_int_equal(
        store_interactions(w->st, &moved, &w->day, w->now, interactions, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_callbacks(w->st, &a, &own, callbacks, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_callbacks(w->st, &moved, &own, callbacks, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_unresolved(w->st, &boss, w->now, 9999, unresolved, 4, &n, &w->err),
                     ERR_OK);
    assert_int_equal(n, 0);
    const struct store_actor other = world_on_queue(w, "other", REGION_WAL, "fr");
    leave_traces(w, &other, &t);
    assert_int_equal(store_late_drafts(w->st, &boss, 0, drafts, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_callbacks(w->st, &boss, &region, callbacks, 4, &n, &w->err), ERR_OK);
    assert_int_equal(n, 0);
    /* A report is kept in the region of who reports, about nobody behind the wall. */
    const int64_t theirs = world_sql(w, "SELECT max(offer_id) FROM offer");
    MUST(w, store_incident_report(w->st, &a, &incident, theirs, w->now, &id, &w->err));
    MUST(w, store_incidents(w->st, &boss, 0, w->now, incidents, 4, &n, &w->err));
    assert_int_equal(n, 0);
    MUST(w, store_incident_report(w->st, &boss, &incident, theirs, w->now, &id, &w->err));
    MUST(w, store_incidents(w->st, &boss, 0, w->now, incidents, 4, &n, &w->err));
    assert_int_equal(n, 1);
    assert_int_equal(incidents[0].person_id, 0);
    assert_int_equal(store_queues(w->st, &boss, w->now, queues, SERVICE_QUEUES, &n, &w->err),
                     ERR_OK);
    for (size_t i = 0; i < n; i++) {
        assert_memory_equal(queues[i].queue, "BXL_", 4);
        assert_int_equal(queues[i].waiting, 0);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_reaches_over_the_wall),
        TEST(a_grant_opens_one_record_and_nothing_else),
        TEST(people_are_offered_in_their_region_only),
        TEST(lists_end_at_the_wall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
