/* SPDX-License-Identifier: Apache-2.0 */
/* Who is next: services, queues, languages, lines, and numbers that somebody else has. */

#include <stdlib.h>

#include "net/api/service_json.h"
#include "net/calendar/calendar.h"
#include "net/store/store_export.h"
#include "net/store/store_hours.h"
#include "net/store/store_overload.h"
#include "store_world.h"

/* The tracing service once more, under another id. */
static void load_second(struct world *w)
{
    struct err err;
    char *text = NULL;
    size_t len = 0;
    bool is_new = false;
    struct service *service = NULL;
    assert_int_equal(store_service_json(w->st, "tracing", &text, &len, &err), ERR_OK);
    char *id = strstr(text, "\"tracing\"");
    assert_non_null(id);
    memcpy(id, "\"another\"", 9);
    assert_int_equal(service_json_load(text, len, &service, NULL, &err), ERR_OK);
    MUST(w, store_service_put(w->st, service, text, len, w->now, &is_new, &w->err));
    free(service);
    free(text);
}

static struct store_actor agent(struct world *w, struct store_agent a)
{
    struct store_session session;
    struct store_actor actor;
    a.region = REGION_WAL;
    snprintf(a.name, sizeof a.name, "Agent %s", a.login);
    MUST(w, store_agent_add(w->st, &a, "$argon2id$test", w->now, &a.agent_id, &w->err));
    MUST(w, store_sign_in(w->st, a.agent_id, w->now, w->now + 12 * 3600, &session, &w->err));
    assert_int_equal(store_session_find(w->st, session.token, w->now, &actor, &w->err), ERR_OK);
    MUST(w, store_set_status(w->st, &actor, AGENT_AVAILABLE, w->now, &w->err));
    MUST(w, store_set_on_queue(w->st, &actor, true, w->now, &w->err));
    return actor;
}

static struct store_agent describe(const char *login, const char *languages, const char *services,
                                   const char *queues, const char *skills, int line)
{
    struct store_agent a = {.line = line};
    snprintf(a.login, sizeof a.login, "%s", login);
    for (const char *at = languages; *at; at += at[2] ? 3 : 2) {
        snprintf(a.languages[a.n_languages++], LANGUAGE_SIZE, "%.2s", at);
    }
    assert_true(queue_names_parse(services, &a.services));
    assert_true(queue_names_parse(queues, &a.queues));
    assert_true(queue_names_parse(skills, &a.skills));
    return a;
}

/* The n-th person's place, by the test's own hand. */
static void place(struct world *w, int n, const char *assignments)
{
    char sql[256];
    snprintf(sql, sizeof sql, "UPDATE person SET %s WHERE person_id = %d", assignments, n);
    assert_int_equal(world_sql_result(w, sql), 0);
}

/* Let go of the one on offer, who rests then; who it was. */
static int64_t next_is(struct world *w, const struct store_actor *a)
{
    char sql[96];
    const int64_t offer = world_work(w, a).offer.offer_id;
    snprintf(sql, sizeof sql, "SELECT person_id FROM offer WHERE offer_id = %d", (int)offer);
    const int64_t person = world_sql(w, sql);
    MUST(w, store_offer_skip(w->st, a, offer, world_work(w, a).offer.fence, "known_person", w->now,
                             &w->err));
    return person;
}

/* Whom the agent is offered next, and lets go of at once; 0 = nobody. */
static int64_t next(struct world *w, const struct store_actor *a)
{
    int64_t offer = 0;
    world_begin(w);
    const enum err_code code = store_offer_next(w->st, a->agent_id, w->now, &offer, &w->err);
    (void)world_finish(w, code == ERR_NOT_FOUND ? ERR_OK : code);
    if (code == ERR_NOT_FOUND) {
        return 0;
    }
    assert_int_equal(code, ERR_OK);
    return next_is(w, a);
}

static void set_queue(struct record *r, const char *queue)
{
    struct err err;
    assert_int_equal(record_set_field(r, RECORD_QUEUE, queue, strlen(queue), &err), ERR_OK);
}

static void stage_and_decide(struct world *w, const struct record *r)
{
    const struct store_import_figures figures = {.n_new = 1};
    enum store_import_row row;
    int64_t run = 0;
    MUST(w, store_import_begin(w->st, "tracing", w->now, &run, &w->err));
    MUST(w, store_import_stage(w->st, run, 2, r, &row, &w->err));
    MUST(w, store_import_commit_run(w->st, run, &figures, w->now, &w->err));
}

static int person(struct world *w, const char *language, enum person_kind kind)
{
    char phone[PHONE_SIZE];
    snprintf(phone, sizeof phone, "+32470001%03d", w->tickets);
    return world_person(w, REGION_WAL, language, kind, phone);
}

static void all_services_of_an_agent_are_one_waiting_line(void **state)
{
    struct world *w = *state;
    load_second(w);
    struct store_actor both = agent(w, describe("both", "fr", "tracing,another", "", "", 1));
    struct store_actor one = agent(w, describe("one", "fr", "another", "", "", 1));
    const int contact = person(w, "fr", PERSON_CONTACT);
    const int old = person(w, "fr", PERSON_INDEX);
    const int young = person(w, "fr", PERSON_INDEX);
    place(w, contact, "service_id = 'another'");
    place(w, old, "service_id = 'another'");
    assert_int_equal(next(w, &both), old);
    assert_int_equal(next(w, &both), young);
    assert_int_equal(next(w, &one), contact); /* young is of a service that is not the agent's */
    assert_int_equal(next(w, &one), 0);
    assert_int_equal(next(w, &both), 0);
}

/* The screen needs the codes of the service whose person it shows. */
static void the_work_names_the_service_of_the_offer(void **state)
{
    struct world *w = *state;
    char service[SERVICE_ID_SIZE];
    load_second(w);
    struct store_actor a = agent(w, describe("ann", "fr", "tracing,another", "", "", 1));
    assert_string_equal(world_work(w, &a).service_id, "tracing");
    place(w, person(w, "fr", PERSON_INDEX), "service_id = 'another'");
    world_offer(w, &a);
    assert_string_equal(world_work(w, &a).service_id, "another");
    assert_int_equal(store_agent_service_now(w->st, a.agent_id, service, &w->err), ERR_OK);
    assert_string_equal(service, "another");
    assert_int_not_equal(next_is(w, &a), 0);
    assert_string_equal(world_work(w, &a).service_id, "tracing");
}

static void a_callback_comes_before_all_and_its_own_agent_before_others(void **state)
{
    struct world *w = *state;
    load_second(w);
    struct store_actor a = agent(w, describe("ann", "fr", "tracing,another", "", "", 1));
    struct store_actor b = agent(w, describe("bob", "fr", "tracing", "", "", 1));
    char mine[96];
    person(w, "fr", PERSON_INDEX);
    const int theirs = person(w, "fr", PERSON_CONTACT);
    const int own = person(w, "fr", PERSON_CONTACT);
    place(w, theirs, "rank = 0, order_at = 5");
    snprintf(mine, sizeof mine, "rank = 0, order_at = 9, service_id = 'another', for_agent_id = %d",
             (int)a.agent_id);
    place(w, own, mine);
    assert_int_equal(next(w, &a), own); /* although the other one is due longer */
    assert_int_equal(next(w, &b), theirs);
    assert_int_equal(next(w, &b), 1);
}

static void queues_by_competence_are_for_those_who_serve_them(void **state)
{
    struct world *w = *state;
    struct store_actor first = agent(w, describe("first", "fr", "tracing", "", "", 1));
    struct store_actor named =
        agent(w, describe("named", "fr", "tracing", "WAL_Public-Health", "", 1));
    struct store_actor nurse =
        agent(w, describe("nurse", "fr,nl", "tracing", "", "Public-Health", 2));
    const int dutch = person(w, "nl", PERSON_INDEX);
    const int health = person(w, "fr", PERSON_INDEX);
    const int health_nl = person(w, "nl", PERSON_CONTACT);
    const int plain = person(w, "fr", PERSON_CONTACT);
    place(w, health, "queue = 'WAL_Public-Health'");
    place(w, health_nl, "queue = 'WAL_Public-Health'");
    struct store_queue queues[SERVICE_QUEUES];
    size_t n = 0;
    assert_int_equal(store_queues(w->st, &first, w->now, queues, SERVICE_QUEUES, &n, &w->err),
                     ERR_OK);
    assert_int_equal(n, 6);
    for (size_t i = 0; i < n; i++) {
        const bool competence = strcmp(queues[i].queue, "WAL_Public-Health") == 0;
        const bool french = strcmp(queues[i].queue, "WAL_French") == 0;
        const bool by_name = strcmp(queues[i].queue, "WAL_Dutch") == 0;
        assert_string_equal(queues[i].service_id, "tracing");
        assert_int_equal(queues[i].kind,
                         competence ? SERVICE_QUEUE_COMPETENCE : SERVICE_QUEUE_LANGUAGE);
        assert_int_equal(queues[i].waiting, competence ? 2 : french || by_name);
        assert_int_equal(queues[i].agents_on_queue, competence || french ? 2 : 0);
    }
    assert_int_equal(next(w, &first), plain);
    assert_int_equal(next(w, &first), 0);
    assert_int_equal(next(w, &named), health);
    assert_int_equal(next(w, &named), 0); /* speaks no Dutch */
    assert_int_equal(next(w, &nurse), health_nl);
    assert_int_equal(next(w, &nurse), 0); /* the second line takes nobody by language ... */
    struct store_actor doctor = agent(w, describe("doctor", "fr", "tracing", "WAL_Dutch", "", 3));
    assert_int_equal(next(w, &doctor), dutch); /* ... unless the queue is named */
}

static enum err_code keep_queue(void *arg, const char *const *values, size_t n, struct err *err)
{
    (void)n, (void)err;
    snprintf(arg, SERVICE_ID_SIZE, "%s", values[RECORD_QUEUE] ? values[RECORD_QUEUE] : "-");
    return ERR_OK;
}

static const char *exported_queue(struct world *w, char ret[SERVICE_ID_SIZE])
{
    assert_int_equal(store_export(w->st, STORE_EXPORT_PEOPLE, NULL, keep_queue, ret, &w->err),
                     ERR_OK);
    return ret;
}

/* One person, whose file says again and again where to wait; offered moved and unmoved. */
static void a_file_says_who_waits_in_a_queue_by_competence(void **state)
{
    struct world *w = *state;
    struct store_actor first = agent(w, describe("first", "fr", "tracing", "", "", 1));
    struct store_actor nurse = agent(w, describe("nurse", "fr", "tracing", "", "Public-Health", 2));
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    char queue[SERVICE_ID_SIZE];
    set_queue(&r, "WAL_Public-Health");
    world_import(w, &r, 1);
    assert_string_equal(exported_queue(w, queue), "WAL_Public-Health");
    assert_int_equal(next(w, &first), 0);
    world_offer(w, &nurse);
    assert_string_equal(world_work(w, &nurse).offer.queue, "WAL_Public-Health");
    assert_int_equal(next_is(w, &nurse), 1);
    place(w, 1, "state = 'waiting', due_at = NULL");
    set_queue(&r, "WAL_French"); /* that of the language, which is none */
    world_import(w, &r, 1);
    assert_string_equal(exported_queue(w, queue), "-");
    assert_int_equal(next(w, &nurse), 0);
    assert_int_equal(next(w, &first), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE queue <> ''"), 0);

    struct record later = world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000002");
    set_queue(&later, "WAL_Public-Health");
    stage_and_decide(w, &later); /* and not moved yet */
    assert_string_equal(exported_queue(w, queue), "WAL_Public-Health");
    assert_int_equal(next(w, &first), 0);
    assert_int_equal(next(w, &nurse), 2);
}

static void of_two_who_are_equal_the_better_spoken_language_comes_first(void **state)
{
    struct world *w = *state;
    struct store_actor a = agent(w, describe("ann", "nl,fr", "tracing", "", "", 1));
    const int french = person(w, "fr", PERSON_INDEX);
    const int dutch = person(w, "nl", PERSON_INDEX);
    const int older = person(w, "fr", PERSON_INDEX);
    place(w, french, "order_at = 10");
    place(w, dutch, "order_at = 10");
    place(w, older, "order_at = 9");
    assert_int_equal(next(w, &a), older);
    assert_int_equal(next(w, &a), dutch);
    assert_int_equal(next(w, &a), french);
}

/* A care home: many with one telephone come first. */
static void a_number_that_is_taken_holds_nobody_up(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "fr");
    struct store_actor c = world_on_queue(w, "col", REGION_BXL, "fr");
    for (int i = 0; i < 20; i++) {
        world_person(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    }
    world_person(w, REGION_BXL, "fr", PERSON_INDEX, "+32470000001");
    const int free_one = person(w, "fr", PERSON_CONTACT);
    world_offer(w, &a);
    int64_t got = 0;
    int looks = 0;
    for (; got == 0 && looks < 4; looks++) {
        got = next(w, &b);
    }
    assert_int_equal(got, free_one);
    assert_int_equal(looks, 3); /* 19 in front, eight a look at the most */
    assert_int_equal(next(w, &c), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE state = 'waiting'"), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease"), 1);

    /* They come back, and one of them is next when the number is free. */
    size_t n = 0;
    MUST(w, store_offer_skip(w->st, &a, world_work(w, &a).offer.offer_id,
                             world_work(w, &a).offer.fence, "not_ready", w->now, &w->err));
    assert_int_equal(world_sql(w, "SELECT count(*) FROM phone_lease"), 0);
    w->now += 60;
    MUST(w, store_wake_people(w->st, w->now, 100, &n, &w->err));
    assert_int_equal(n, 20);
    assert_int_equal(next(w, &b), 2);
}

/* From 17:00 to 18:00 in Brussels, whatever the date: T0 is 17:00 there. */
static enum err_code one_hour(void *arg, const char *zone, const char *calendar, int64_t from_utc_s,
                              int64_t to_utc_s, struct hours_span *ret, size_t cap, size_t *ret_n,
                              struct err *err)
{
    (void)arg;
    (void)zone;
    (void)calendar;
    (void)from_utc_s;
    (void)to_utc_s;
    (void)cap;
    (void)err;
    ret[0] = (struct hours_span){.from_utc_s = T0, .to_utc_s = T0 + 3600, .day_utc_s = T0 - 61200};
    *ret_n = 1;
    return ERR_OK;
}

static void nobody_is_presented_whose_call_would_begin_too_late(void **state)
{
    struct world *w = *state;
    const struct hours_ops ops = {.expand = one_hour};
    const struct service *s = NULL;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    char mine[64];
    for (int i = 0; i < 3; i++) {
        person(w, "fr", PERSON_INDEX);
    }
    snprintf(mine, sizeof mine, "rank = 0, for_agent_id = %d", (int)a.agent_id);
    place(w, 3, mine);
    assert_int_equal(store_service(w->st, "tracing", &s, &w->err), ERR_OK);
    const int64_t lead_s = s->times.offer_s + s->times.preview_s;
    assert_true(lead_s > 0);
    store_use_calendar(w->st, &ops);
    w->now = T0 - 1;
    assert_int_equal(next(w, &a), 0);
    w->now = T0;
    assert_int_equal(next(w, &a), 3);
    w->now = T0 + 3600 - lead_s - 1;
    assert_int_equal(next(w, &a), 1);
    w->now = T0 + 3600 - lead_s;
    assert_int_equal(next(w, &a), 0); /* it would ring and be prepared until it is closed */
    MUST(w, store_wake_people(w->st, w->now, 10, &(size_t){0}, &w->err));
    assert_int_equal(next(w, &a), 0); /* nor an own callback */
    store_use_calendar(w->st, NULL);
}

/* The tracing service as it is, with its hours, under another id. */
static void load_with_hours(struct world *w)
{
    static char text[1 << 16];
    struct err err;
    struct service *service = NULL;
    bool is_new = false;
    FILE *f = fopen(SOURCE_ROOT "/scripts/services/tracing.json", "r");
    assert_non_null(f);
    const size_t len = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    char *id = strstr(text, "\"tracing\"");
    assert_non_null(id);
    memcpy(id, "\"closing\"", 9);
    assert_int_equal(service_json_load(text, len, &service, NULL, &err), ERR_OK);
    MUST(w, store_service_put(w->st, service, text, len, w->now, &is_new, &w->err));
    free(service);
}

/* By the calendar of the definition: until 20:00 in Brussels, three hours after T0. */
static void no_call_is_permitted_outside_opening_hours(void **state)
{
    struct world *w = *state;
    struct store_permit p;
    load_with_hours(w);
    struct store_actor a = agent(w, describe("ann", "fr", "closing", "", "", 1));
    store_use_calendar(w->st, calendar_hours());
    place(w, person(w, "fr", PERSON_INDEX), "service_id = 'closing'");
    const int64_t offer = world_offer(w, &a);
    const int64_t fence = world_work(w, &a).offer.fence;
    MUST(w, store_offer_accept(w->st, &a, offer, fence, w->now, &w->err));
    static const int64_t closed[] = {T0 + 3 * 3600, T0 + 15 * 3600 - 1, T0 - 9 * 3600 - 1};
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        assert_int_equal(
            TRY(w, store_call_permit(w->st, &a, offer, fence, 0, closed[i], &p, &w->err)),
            ERR_STATE);
        assert_non_null(strstr(w->err.sentence, "closed"));
    }
    assert_int_equal(world_sql(w, "SELECT count(*) FROM call"), 0);
    assert_int_equal(world_work(w, &a).offer.state, HOLD_PREVIEW);
    MUST(w, store_call_permit(w->st, &a, offer, fence, 0, T0 + 3 * 3600 - 1, &p, &w->err));
    store_use_calendar(w->st, NULL);
}

/* The tracing service once more, whose queue by competence has this priority. */
static void load_with_priority(struct world *w, const char *id, int priority)
{
    static const char queue[] = "\"WAL_Public-Health\",";
    struct err err;
    char *text = NULL;
    size_t len = 0;
    bool is_new = false;
    struct service *service = NULL;
    CLEANUP_BUF struct buf changed = {0};
    assert_int_equal(store_service_json(w->st, "tracing", &text, &len, &err), ERR_OK);
    const char *name = strstr(text, "\"tracing\"");
    const char *at = strstr(text, queue);
    assert_true(name && at > name);
    buf_add(&changed, text, (size_t)(name - text));
    buf_printf(&changed, "\"%s\"", id);
    name += strlen("\"tracing\"");
    at += strlen(queue);
    buf_add(&changed, name, (size_t)(at - name));
    buf_printf(&changed, " \"priority\": %d,", priority);
    buf_add(&changed, at, len - (size_t)(at - text));
    assert_int_equal(service_json_load(changed.data, changed.len, &service, NULL, &err), ERR_OK);
    MUST(w, store_service_put(w->st, service, changed.data, changed.len, w->now, &is_new, &w->err));
    free(service);
    free(text);
}

/* Before the kind and the age, after the callbacks; 5 when the definition states none. */
static void an_agent_of_two_queues_takes_from_the_lower_priority_first(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *id;
        int priority;
        bool is_first;
    } cases[] = {
        {"urgent", 1, true },
        {"calm",   9, false},
        {"equal",  5, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char service[64];
        load_with_priority(w, cases[i].id, cases[i].priority);
        struct store_actor a =
            agent(w, describe(cases[i].id, "fr", cases[i].id, "WAL_Public-Health", "", 1));
        const int health = person(w, "fr", PERSON_CONTACT);
        const int index = person(w, "fr", PERSON_INDEX);
        const int callback = person(w, "fr", PERSON_CONTACT);
        snprintf(service, sizeof service, "service_id = '%s'", cases[i].id);
        place(w, health, service);
        place(w, index, service);
        place(w, callback, service);
        place(w, health, "queue = 'WAL_Public-Health'");
        place(w, callback, "rank = 0");
        assert_int_equal(next(w, &a), callback);
        assert_int_equal(next(w, &a), cases[i].is_first ? health : index);
        assert_int_equal(next(w, &a), cases[i].is_first ? index : health);
        assert_int_equal(next(w, &a), 0);
    }
}

/* Contacts whom overload holds back stand in nobody's way, whatever their queue comes before. */
static void in_overload_contacts_of_an_urgent_queue_hide_no_index_case(void **state)
{
    struct world *w = *state;
    bool changed = false;
    load_with_priority(w, "urgent", 1);
    struct store_actor a = agent(w, describe("ann", "fr", "urgent", "WAL_Public-Health", "", 1));
    const int health = person(w, "fr", PERSON_CONTACT);
    const int contact = person(w, "fr", PERSON_CONTACT);
    const int old = person(w, "fr", PERSON_INDEX);
    const int young = person(w, "fr", PERSON_INDEX);
    const int callback = person(w, "fr", PERSON_CONTACT);
    for (int i = health; i <= callback; i++) {
        place(w, i, "service_id = 'urgent'");
    }
    place(w, health, "queue = 'WAL_Public-Health'");
    place(w, young, "queue = 'WAL_Public-Health'");
    place(w, callback, "rank = 0");
    struct store_overload_switch s = {
        .service_id = "urgent", .region = REGION_WAL, .on = true, .account = "root", .reason = "x"};
    MUST(w, store_overload_set(w->st, &s, w->now, &changed, &w->err));
    assert_int_equal(next(w, &a), callback);
    assert_int_equal(next(w, &a), young);
    assert_int_equal(next(w, &a), old);
    assert_int_equal(next(w, &a), 0);
    s.on = false;
    MUST(w, store_overload_set(w->st, &s, w->now, &changed, &w->err));
    assert_int_equal(next(w, &a), health);
    assert_int_equal(next(w, &a), contact);
}

static void each_reason_to_skip_has_its_pause(void **state)
{
    struct world *w = *state;
    struct store_actor a = world_on_queue(w, "ann", REGION_WAL, "fr");
    const struct service *s = NULL;
    assert_int_equal(store_service(w->st, "tracing", &s, &w->err), ERR_OK);
    assert_true(s->n_skips >= 4);
    for (size_t i = 0; i < s->n_skips; i++) {
        char reason[SERVICE_ID_SIZE];
        const int64_t rest_s = s->skips[i].rest_s;
        int64_t offer = 0;
        size_t n = 0;
        snprintf(reason, sizeof reason, "%s", s->skips[i].id);
        assert_true(rest_s > 0);
        if (i == 0) {
            person(w, "fr", PERSON_INDEX);
        }
        world_offer(w, &a);
        const struct store_work_offer o = world_work(w, &a).offer;
        if (i % 2) { /* from the preview, too */
            MUST(w, store_offer_accept(w->st, &a, o.offer_id, o.fence, w->now, &w->err));
        }
        MUST(w, store_offer_skip(w->st, &a, o.offer_id, o.fence, reason, w->now, &w->err));
        assert_int_equal(TRY(w, store_offer_next(w->st, a.agent_id, w->now, &offer, &w->err)),
                         ERR_NOT_FOUND);
        MUST(w, store_wake_people(w->st, w->now + rest_s - 1, 10, &n, &w->err));
        assert_int_equal(n, 0);
        w->now += rest_s;
        MUST(w, store_wake_people(w->st, w->now, 10, &n, &w->err));
        assert_int_equal(n, 1);
        assert_int_equal(store_service(w->st, "tracing", &s, &w->err), ERR_OK);
    }
    assert_int_equal(world_sql(w, "SELECT attempts FROM person"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_services_of_an_agent_are_one_waiting_line),
        TEST(the_work_names_the_service_of_the_offer),
        TEST(a_callback_comes_before_all_and_its_own_agent_before_others),
        TEST(queues_by_competence_are_for_those_who_serve_them),
        TEST(a_file_says_who_waits_in_a_queue_by_competence),
        TEST(of_two_who_are_equal_the_better_spoken_language_comes_first),
        TEST(a_number_that_is_taken_holds_nobody_up),
        TEST(nobody_is_presented_whose_call_would_begin_too_late),
        TEST(no_call_is_permitted_outside_opening_hours),
        TEST(an_agent_of_two_queues_takes_from_the_lower_priority_first),
        TEST(in_overload_contacts_of_an_urgent_queue_hide_no_index_case),
        TEST(each_reason_to_skip_has_its_pause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
