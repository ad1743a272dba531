/* SPDX-License-Identifier: Apache-2.0 */
/* Many random steps of agents, supervisors, desks, time and deaths, in transactions of many jobs
 * as pupitred makes them. After each transaction the database is looked at from outside. */

#include <stdlib.h>

#include <sqlite3.h>

#include "net/store/store_callback.h"
#include "store_world.h"

#define AGENTS 5
#define PEOPLE 12
#define TRANSACTIONS 200
#define JOBS 60
#define RARE 40 /* one in so many deaths and logins happens */

struct walk {
    struct world *w;
    struct store_actor agents[AGENTS]; /* the last one is a supervisor */
    uint64_t random;
    int64_t seq;       /* of call events, the same for all calls */
    unsigned done[32]; /* jobs that were accepted, by kind */
};

/* xorshift64: the same walk for the same seed. */
static unsigned pick(struct walk *k, unsigned n)
{
    k->random ^= k->random << 13;
    k->random ^= k->random >> 7;
    k->random ^= k->random << 17;
    return (unsigned)(k->random >> 33) % n;
}

static struct store_work_offer offer_of(struct walk *k, const struct store_actor *a)
{
    struct store_work work;
    assert_int_equal(store_work_read(k->w->st, a->agent_id, k->w->now, &work, &k->w->err), ERR_OK);
    return work.offer;
}

typedef enum err_code job_fn(struct walk *k, const struct store_actor *a);

static enum err_code do_next(struct walk *k, const struct store_actor *a)
{
    int64_t offer;
    const enum err_code code =
        store_offer_next(k->w->st, a->agent_id, k->w->now, &offer, &k->w->err);
    return code == ERR_NOT_FOUND ? ERR_OK : code; /* those who were passed over rest */
}

static enum err_code do_accept(struct walk *k, const struct store_actor *a)
{
    const struct store_work_offer o = offer_of(k, a);
    return store_offer_accept(k->w->st, a, o.offer_id, o.fence - !pick(k, 8), k->w->now,
                              &k->w->err);
}

static enum err_code do_skip(struct walk *k, const struct store_actor *a)
{
    const struct store_work_offer o = offer_of(k, a);
    return store_offer_skip(k->w->st, a, o.offer_id, o.fence, "not_ready", k->w->now, &k->w->err);
}

static enum err_code do_permit(struct walk *k, const struct store_actor *a)
{
    const struct store_work_offer o = offer_of(k, a);
    struct store_permit p;
    return store_call_permit(k->w->st, a, o.offer_id, o.fence, 0, k->w->now, &p, &k->w->err);
}

static enum err_code do_report(struct walk *k, const struct store_actor *a)
{
    static const enum call_event events[] = {CALL_EV_DIAL, CALL_EV_RING, CALL_EV_ANSWER,
                                             CALL_EV_END, CALL_EV_END};
    const struct store_work_offer o = offer_of(k, a);
    const struct store_call_event e = {.seq = o.last_seq + 1 + !pick(k, 6),
                                       .at_utc_s = k->w->now - pick(k, 20),
                                       .event = events[pick(k, 5)],
                                       .end = CALL_END_BY_PERSON};
    int64_t last;
    int64_t agent;
    return store_call_report(k->w->st, pick(k, 2) ? a : NULL, o.call_id, NULL, &e, 1, k->w->now,
                             &last, &agent, &k->w->err);
}

static enum err_code do_wrapup(struct walk *k, const struct store_actor *a)
{
    static const char *const codes[] = {"busy", "no_answer", "voicemail", "rescheduled",
                                        "closed_with_data"};
    const struct store_work_offer o = offer_of(k, a);
    struct store_wrapup wrapup = {.code = codes[pick(k, pick(k, 20) ? 4 : 5)],
                                  .chosen_utc_s = k->w->now};
    struct store_outcome outcome;
    wrapup.callback_utc_s = strcmp(wrapup.code, "rescheduled") == 0 ? k->w->now + 100 : 0;
    return store_offer_wrapup(k->w->st, a, o.offer_id, o.fence, &wrapup, k->w->now, &outcome,
                              &k->w->err);
}

static enum err_code do_end(struct walk *k, const struct store_actor *a)
{
    const struct store_work_offer o = offer_of(k, a);
    return store_offer_end(k->w->st, a, o.offer_id, o.fence, k->w->now, &k->w->err);
}

static enum err_code do_release(struct walk *k, const struct store_actor *a)
{
    struct store_outcome outcome;
    const struct store_work_offer o = offer_of(k, a);
    if (pick(k, RARE / 5)) {
        return err_set(&k->w->err, ERR_STATE, NULL);
    }
    return store_offer_release(k->w->st, &k->agents[AGENTS - 1], o.offer_id, "x", k->w->now,
                               &outcome, &k->w->err);
}

static enum err_code do_login(struct walk *k, const struct store_actor *a)
{
    struct store_session s;
    if (pick(k, RARE)) {
        return err_set(&k->w->err, ERR_STATE, NULL);
    }
    return store_sign_in(k->w->st, a->agent_id, k->w->now, k->w->now + 5000, &s, &k->w->err);
}

static enum err_code do_sign_out(struct walk *k, const struct store_actor *a)
{
    if (pick(k, RARE)) {
        return err_set(&k->w->err, ERR_STATE, NULL);
    }
    return store_sign_out(k->w->st, a, k->w->now, &k->w->err);
}

static enum err_code do_on_queue(struct walk *k, const struct store_actor *a)
{
    enum err_code code = store_set_status(k->w->st, a, AGENT_AVAILABLE, k->w->now, &k->w->err);
    return code ? code : store_set_on_queue(k->w->st, a, true, k->w->now, &k->w->err);
}

static enum err_code do_gone(struct walk *k, const struct store_actor *a)
{
    bool changed;
    if (pick(k, RARE)) {
        return err_set(&k->w->err, ERR_STATE, NULL);
    }
    return store_agent_gone(k->w->st, a->agent_id, k->w->now, &changed, &k->w->err);
}

static enum err_code do_deadlines(struct walk *k, const struct store_actor *a)
{
    int64_t due[AGENTS];
    size_t n = 0;
    int64_t agent;
    (void)a;
    enum err_code code = store_deadlines_due(k->w->st, k->w->now, due, AGENTS, &n, &k->w->err);
    for (size_t i = 0; !code && i < n; i++) {
        code = store_deadline_apply(k->w->st, due[i], k->w->now, &agent, &k->w->err);
    }
    return code;
}

static enum err_code do_time(struct walk *k, const struct store_actor *a)
{
    size_t n;
    (void)a;
    k->w->now += pick(k, 40);
    enum err_code code = store_wake_people(k->w->st, k->w->now, 3, &n, &k->w->err);
    code = code ? code : store_callbacks_due(k->w->st, k->w->now, &k->w->err);
    return code ? code : store_free_phones(k->w->st, k->w->now, &n, &k->w->err);
}

static enum err_code do_miss(struct walk *k, const struct store_actor *a)
{
    int64_t late[100];
    size_t n = 0;
    bool missed;
    (void)a;
    enum err_code code = store_callbacks_to_miss(k->w->st, k->w->now, late, 100, &n, &k->w->err);
    for (size_t i = 0; !code && i < n; i++) {
        code = store_callback_miss(k->w->st, late[i], k->w->now, &missed, &k->w->err);
    }
    return code || n ? code : err_set(&k->w->err, ERR_STATE, NULL);
}

/* About somebody who was offered before; whoever is with an agent, or closed, is refused. */
static enum err_code do_agree(struct walk *k, const struct store_actor *a)
{
    const int64_t at = k->w->now + 1 + pick(k, 60);
    const struct callback_plan plan = {.at_utc_s = at,
                                       .fallback_utc_s = at + 10 * pick(k, 2),
                                       .miss_utc_s = at + 10 + pick(k, 30),
                                       .route_to_me = pick(k, 2) != 0};
    int64_t id;
    return store_callback_add(k->w->st, a, 1 + pick(k, 100), &plan, k->w->now, &id, &k->w->err);
}

/* One of those that live, of anybody: by the supervisor. */
static enum err_code some_callback(struct walk *k, struct store_callback *ret)
{
    struct store_callback rows[16];
    const struct store_callback_filter all = {.of_region = true};
    size_t n = 0;
    enum err_code code =
        store_callbacks(k->w->st, &k->agents[AGENTS - 1], &all, rows, 16, &n, &k->w->err);
    if (!code && n == 0) {
        return err_set(&k->w->err, ERR_STATE, NULL);
    }
    *ret = rows[pick(k, (unsigned)n)];
    return code;
}

static enum err_code do_move(struct walk *k, const struct store_actor *a)
{
    struct store_callback c;
    const int64_t at = k->w->now + 1 + pick(k, 60);
    const struct callback_plan plan = {.at_utc_s = at,
                                       .fallback_utc_s = at + 5,
                                       .miss_utc_s = at + 10,
                                       .route_to_me = pick(k, 2) != 0};
    (void)a;
    enum err_code code = some_callback(k, &c);
    return code ? code
                : store_callback_move(k->w->st, &k->agents[AGENTS - 1], c.callback_id, c.version,
                                      &plan, true, k->w->now, &k->w->err);
}

static enum err_code do_cancel(struct walk *k, const struct store_actor *a)
{
    struct store_callback c;
    (void)a;
    enum err_code code = pick(k, 6) ? err_set(&k->w->err, ERR_STATE, NULL) : some_callback(k, &c);
    return code ? code
                : store_callback_cancel(k->w->st, &k->agents[AGENTS - 1], c.callback_id, c.version,
                                        k->w->now, &k->w->err);
}

static enum err_code do_ring_in(struct walk *k, const struct store_actor *a)
{
    enum err_code code = ERR_OK;
    size_t rang = 0;
    for (unsigned i = 0; !code && i < 12; i++) { /* one number of many */
        char phone[PHONE_SIZE];
        size_t n = 0;
        snprintf(phone, sizeof phone, "+32470000%03u", i < 6 ? i : 102 + 3 * pick(k, 30));
        code = store_callback_person_rang_in(k->w->st, REGION_WAL, phone, a->agent_id, k->w->now,
                                             &n, &k->w->err);
        rang += n;
    }
    return code || rang ? code : err_set(&k->w->err, ERR_STATE, NULL);
}

static enum err_code do_answers(struct walk *k, const struct store_actor *a)
{
    const struct store_work_offer o = offer_of(k, a);
    struct store_response r = {0};
    int64_t version;
    bool kept;
    enum err_code code = store_response_get(k->w->st, a, o.offer_id, &r, &k->w->err);
    const struct store_response_put put = {
        .base_version = r.version, .completed = true, .json = "{}", .json_len = 2};
    store_response_deinit(&r);
    return code ? code
                : store_response_put(k->w->st, a, o.offer_id, o.fence, &put, k->w->now, &version,
                                     &kept, &k->w->err);
}

static job_fn *const jobs[] = {
    do_next,    do_accept, do_skip, do_permit,   do_report,   do_wrapup, do_end,
    do_release, do_login,  do_gone, do_sign_out, do_on_queue, do_time,   do_deadlines,
    do_answers, do_miss,   do_move, do_cancel,   do_ring_in,  do_agree,
};
#define JOB_KINDS (sizeof jobs / sizeof jobs[0])

/* Each gives the number of rows that break a promise. */
static const char *const promises[] = {
    /* One person, one agent, and the other way round. */
    "SELECT count(*) FROM (SELECT person_id FROM offer WHERE state NOT IN ('none', 'done')"
    " GROUP BY person_id HAVING count(*) > 1) AS p",
    "SELECT count(*) FROM (SELECT agent_id FROM offer WHERE state <> 'none'"
    " GROUP BY agent_id HAVING count(*) > 1) AS a",
    "SELECT count(*) FROM agent a WHERE a.offer_id IS DISTINCT FROM (SELECT o.offer_id FROM offer o"
    " WHERE o.agent_id = a.agent_id AND o.state <> 'none')",
    /* Held is who is held. */
    "SELECT count(*) FROM person p WHERE (p.state = 'held') <> EXISTS (SELECT 1 FROM offer o"
    " WHERE o.person_id = p.person_id AND o.state IN ('offered', 'preview', 'call', 'acw'))",
    "SELECT count(*) FROM offer o JOIN person p USING (person_id)"
    " WHERE o.state = 'overdue' AND p.state <> 'unresolved'",
    /* The fence of a hold is the newest of its person. */
    "SELECT count(*) FROM offer o JOIN person p USING (person_id)"
    " WHERE o.state NOT IN ('none', 'done') AND o.fence <> p.fence",
    /* A number is leased while a call may be up, and never without end otherwise. */
    "SELECT count(*) FROM offer o WHERE o.state = 'call' AND NOT EXISTS (SELECT 1 FROM call c"
    " JOIN phone_lease l USING (call_id) WHERE c.offer_id = o.offer_id AND l.free_at IS NULL)",
    "SELECT count(*) FROM phone_lease l WHERE l.free_at IS NULL AND NOT EXISTS (SELECT 1"
    " FROM offer o WHERE o.person_id = l.person_id AND o.state IN ('offered', 'preview', 'call'))",
    /* Whoever is presented has all numbers, and nobody else any of them. */
    "SELECT count(*) FROM offer o JOIN person_phone f USING (person_id)"
    " LEFT JOIN phone_lease l ON l.phone_bidx = f.phone_bidx AND l.person_id = f.person_id"
    " AND l.free_at IS NULL"
    " WHERE o.state IN ('offered', 'preview', 'call') AND l.phone_bidx IS NULL",
    /* Attempts are the calls that rang and are over. */
    "SELECT count(*) FROM person p WHERE p.attempts <> (SELECT count(*) FROM call c"
    " JOIN offer o USING (offer_id) WHERE c.person_id = p.person_id AND c.rang <> 0"
    " AND o.state <> 'call')",
    /* Nobody vanishes: who is open waits, rests, is held or is on the supervisor's list. */
    "SELECT count(*) FROM callback k JOIN person p USING (person_id)"
    " WHERE k.state IN ('open', 'due', 'missed') AND p.state = 'closed'",
    /* A callback lives, was served, or says why not; who missed one is an open alarm, and nobody
     * else is. */
    "SELECT count(*) FROM callback WHERE state = 'cancelled' AND why = ''",
    "SELECT count(*) FROM callback k WHERE (k.state = 'missed') <> EXISTS (SELECT 1 FROM alarm l"
    " WHERE l.kind = 'callback_missed' AND l.callback_id = k.callback_id AND l.state <> 'closed')",
    "SELECT (SELECT last FROM sequence WHERE name = 'callback') - count(*) FROM callback",
    "SELECT count(*) FROM callback k JOIN person p USING (person_id) WHERE p.rank <> 0"
    " AND p.state <> 'held' AND k.state IN ('open', 'due', 'missed')",
    "SELECT count(*) FROM person p WHERE rank = 0 AND state IN ('waiting', 'resting') AND NOT "
    "EXISTS"
    " (SELECT 1 FROM callback k WHERE k.person_id = p.person_id"
    " AND k.state IN ('open', 'due', 'missed'))",
    "SELECT count(*) FROM person WHERE state = 'closed' AND person_id NOT IN (SELECT o.person_id"
    " FROM offer o JOIN wrapup w USING (offer_id))",
    /* Figures. */
    "SELECT count(*) FROM waiting_count w WHERE n <> (SELECT count(*) FROM person p WHERE"
    " p.state = 'waiting' AND p.region = w.region AND p.language = w.language"
    " AND p.rank = w.rank)",
    "SELECT count(*) FROM offer WHERE state IN ('offered', 'acw') AND deadline IS NULL",
    "SELECT count(*) FROM call c JOIN offer o USING (offer_id)"
    " WHERE o.state NOT IN ('call') AND c.state <> 5",
};

static void keep_promises(struct walk *k, unsigned transaction)
{
    for (size_t i = 0; i < sizeof promises / sizeof promises[0]; i++) {
        if (world_sql(k->w, promises[i]) != 0) {
            fail_msg("after transaction %u: %s", transaction, promises[i]);
        }
    }
}

static void job(struct walk *k)
{
    size_t kind = pick(k, JOB_KINDS);
    assert_int_equal(store_savepoint(k->w->st, &k->w->err), ERR_OK);
    enum err_code code = jobs[kind](k, &k->agents[pick(k, AGENTS - 1)]);
    if (code) {
        store_rollback_to(k->w->st);
        if (err_info(code)->http_status >= 500) {
            fail_msg("%s (%s)", k->w->err.sentence, k->w->err.detail);
        }
    } else {
        assert_int_equal(store_release_savepoint(k->w->st, &k->w->err), ERR_OK);
        k->done[kind]++;
    }
}

/* pupitred dies in the middle of a transaction: what was not committed never was. */
static void die(struct walk *k)
{
    struct world *w = k->w;
    w->st = store_close(w->st);
    w->st = world_open_again(w);
    assert_int_equal(store_migrate(w->st, w->now, &w->err), ERR_OK);
}

static void no_order_of_events_breaks_a_promise(void **state)
{
    struct world *w = *state;
    struct walk k = {.w = w, .random = 0x9e3779b97f4a7c15u};
    int64_t entries;
    int64_t broken;
    for (int i = 0; i < AGENTS - 1; i++) {
        char login[8];
        snprintf(login, sizeof login, "a%d", i);
        k.agents[i] = world_on_queue(w, login, REGION_WAL, "fr,nl");
    }
    k.agents[AGENTS - 1] = world_agent(w, "boss", REGION_WAL, "fr", true);
    for (int i = 0; i < PEOPLE; i++) { /* two of them share a telephone */
        char phone[PHONE_SIZE];
        snprintf(phone, sizeof phone, "+3247000000%d", i / 2);
        world_person(w, REGION_WAL, i % 3 ? "fr" : "nl", i % 2 ? PERSON_INDEX : PERSON_CONTACT,
                     phone);
    }
    for (unsigned t = 0; t < TRANSACTIONS; t++) {
        if (t % 3 == 2) { /* so that somebody waits to the end */
            char phone[PHONE_SIZE];
            snprintf(phone, sizeof phone, "+32470000%03u", 100 + t);
            world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
        }
        assert_int_equal(store_begin(w->st, &w->err), ERR_OK);
        for (unsigned i = 0; i < JOBS; i++) {
            job(&k);
        }
        if (pick(&k, 10) == 0) {
            die(&k);
        } else {
            assert_int_equal(store_commit(w->st, &w->err), ERR_OK);
        }
        keep_promises(&k, t);
    }
    for (size_t i = 0; i < JOB_KINDS; i++) {
        if (k.done[i] <= 3) { /* the walk went everywhere */
            fail_msg("job %zu was done %u times", i, k.done[i]);
        }
    }
    assert_int_equal(store_audit_verify(w->st, &entries, &broken, &w->err), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_order_of_events_breaks_a_promise, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
