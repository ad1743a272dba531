/* SPDX-License-Identifier: Apache-2.0 */
/* Answers are put right after they were handed in: what they leave out is called, and told to the
 * inspection, no more. People are invented. */
#include "net/store/store_named.h"

#include <stdio.h>
#include <string.h>

#include "net/store/store_admin.h"
#include "net/store/store_collectivity.h"
#include "store_world.h"

#define WRONG "bad_number"
#define RIGHT "closed_with_data"
#define NISS "90010100123"

static struct script_contact contact(const char *given, const char *phone)
{
    struct script_contact c = {.family = "Brume", .may_name = true};
    snprintf(c.given, sizeof c.given, "%s", given);
    snprintf(c.phones[0], sizeof c.phones[0], "%s", phone);
    c.n_phones = phone[0] ? 1 : 0;
    return c;
}

/* An index case who talks with an agent. */
struct talk {
    struct world *w;
    struct store_actor a;
    int64_t offer_id;
    int64_t version;
};

static struct talk talk_begin(struct world *w, const char *login, const char *phone)
{
    struct talk t = {.w = w};
    world_person(w, REGION_WAL, "fr", PERSON_INDEX, phone);
    t.a = world_on_queue(w, login, REGION_WAL, "fr");
    (void)world_call(w, &t.a);
    t.offer_id = world_work(w, &t.a).offer.offer_id;
    return t;
}

/* As the backend does with answers that are handed in; school: "" = of none. */
static enum err_code submit(struct talk *t, const char *school, const struct script_contact *list,
                            size_t n)
{
    struct world *w = t->w;
    struct store_named_sum sum;
    struct store_collectivity entry = {.kind = "school", .place = "Testville"};
    bool kept;
    int64_t id;
    char json[32];
    snprintf(json, sizeof json, "{\"a\":%d}", (int)t->version);
    snprintf(entry.name, sizeof entry.name, "%s", school);
    const struct store_response_put put = {
        .base_version = t->version, .completed = true, .json = json, .json_len = strlen(json)};
    enum err_code code =
        store_response_put(w->st, &t->a, t->offer_id, world_work(w, &t->a).offer.fence, &put,
                           w->now, &t->version, &kept, &w->err);
    code = code ? code : store_named_anew(w->st, &t->a, t->offer_id, &w->err);
    if (!code && school[0])
        code = store_collectivity_add(w->st, &t->a, t->offer_id, &entry, w->now, &id, &w->err);
    return code ? code
                : store_named_take(w->st, &t->a, t->offer_id, list, n, w->now, &sum, &w->err);
}

#define SUBMIT_AT(t, school, ...)                                                                  \
    MUST((t)->w, submit(t, school, (const struct script_contact[]){__VA_ARGS__},                   \
                        sizeof((const struct script_contact[]){__VA_ARGS__}) /                     \
                            sizeof(struct script_contact)))
#define SUBMIT(t, ...) SUBMIT_AT(t, "", __VA_ARGS__)

static void hang_up(struct world *w, const struct store_actor *a)
{
    const int64_t call = world_work(w, a).offer.call_id;
    world_report(w, call, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, call, 2, CALL_EV_RING, CALL_END_NONE);
    world_report(w, call, 3, CALL_EV_END, CALL_END_NO_ANSWER);
}

static void choose(struct talk *t, const char *code)
{
    struct store_outcome o;
    hang_up(t->w, &t->a);
    assert_int_equal(world_wrapup(t->w, &t->a, code, 0, &o), ERR_OK);
}

static void correct(struct talk *t, const char *code)
{
    struct store_outcome o;
    const struct store_wrapup chosen = {.code = code, .chosen_utc_s = t->w->now};
    MUST(t->w,
         store_offer_correct(t->w->st, &t->a, t->offer_id, -1, &chosen, t->w->now, &o, &t->w->err));
}

static void assert_states(struct world *w, const char *two, const char *three)
{
    assert_string_equal(world_person_state(w, 2), two);
    assert_string_equal(world_person_state(w, 3), three);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 3);
}

/* Nobody is called on a number that was put right, and the right one is. */
static void another_number_or_name_takes_the_place(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"));
    w->now += 60;
    SUBMIT(&t, contact("Élise", "+32470000003"));
    assert_states(w, "closed", "waiting");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'contact_withdrawn'"
                                  " AND subject = 'closed' AND person_id = 2"),
                     1);
    SUBMIT(&t, contact("Élise", "+32470000003")); /* the same once more changes nothing */
    assert_states(w, "closed", "waiting");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action LIKE 'contact\\_w%'"
                                  " ESCAPE '\\'"),
                     1);
    SUBMIT(&t, contact("Élise", "+32470000002")); /* it was the first after all */
    assert_states(w, "waiting", "closed");
    SUBMIT(&t, contact("Elisa", "+32470000002"));
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_string_equal(world_person_state(w, 4), "waiting");
    assert_int_equal(world_sql(w, "SELECT coalesce(sum(n), 0) FROM waiting_count"), 1);
}

/* Whose national number is known is the same person, whatever else is put right. */
static void with_a_national_number_nobody_is_left_out(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    struct script_contact c = contact("Élise", "+32470000002");
    assert_int_equal(niss_parse(NISS, strlen(NISS), &c.niss, &w->err), ERR_OK);
    SUBMIT(&t, c);
    snprintf(c.given, sizeof c.given, "Elisa");
    SUBMIT(&t, c);
    assert_string_equal(world_person_state(w, 2), "waiting");
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person"), 2);
}

static void who_was_left_out_does_not_come_back_with_the_answers(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"), contact("Zoé", "+32470000003"));
    SUBMIT(&t, contact("Élise", "+32470000002"));
    assert_states(w, "waiting", "closed");
    choose(&t, WRONG);
    assert_states(w, "closed", "closed");
    correct(&t, RIGHT);
    assert_states(w, "waiting", "closed");
    /* Somebody else names her too: that is another word. */
    struct talk other = talk_begin(w, "bob", "+32470000009");
    SUBMIT(&other, contact("Zoé", "+32470000003"));
    assert_string_equal(world_person_state(w, 3), "waiting");
}

static void the_last_one_can_be_left_out_too(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"));
    MUST(w, submit(&t, "", NULL, 0));
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_int_equal(world_sql(w, "SELECT coalesce(sum(n), 0) FROM waiting_count"), 0);
}

/* Whom an agent has is hers; whom others name is theirs. */
static void who_is_called_or_named_by_others_stays(void **state)
{
    struct world *w = *state;
    struct store_outcome o;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    SUBMIT(&t, contact("Élise", "+32470000002"), contact("Zoé", "+32470000003"));
    struct talk other = talk_begin(w, "bob", "+32470000009");
    SUBMIT(&other, contact("Zoé", "+32470000003"));
    struct store_actor eve = world_on_queue(w, "eve", REGION_WAL, "fr");
    (void)world_call(w, &eve);
    assert_int_equal(world_work(w, &eve).offer.person_id, 2);
    MUST(w, submit(&t, "", NULL, 0));
    assert_string_equal(world_person_state(w, 2), "held");
    assert_string_equal(world_person_state(w, 3), "waiting");
    hang_up(w, &eve);
    assert_int_equal(world_wrapup(w, &eve, "no_answer", 0, &o), ERR_OK);
    const struct store_work_offer held = world_work(w, &eve).offer;
    MUST(w, store_offer_end(w->st, &eve, held.offer_id, held.fence, w->now, &w->err));
    assert_string_equal(world_person_state(w, 2), "resting"); /* it rang there */
}

static int64_t counting(struct world *w)
{
    return world_sql(w, "SELECT count(*) FROM collectivity WHERE withdrawn_at IS NULL");
}

static void what_the_inspection_is_told_follows(void **state)
{
    struct world *w = *state;
    struct talk t = talk_begin(w, "ann", "+32470000001");
    const struct script_contact silent = contact("Zoé", "");
    SUBMIT_AT(&t, "Les Tilleuls", silent);
    assert_int_equal(counting(w), 1);
    SUBMIT_AT(&t, "Les Peupliers", silent);
    assert_int_equal(counting(w), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM collectivity"), 2);
    SUBMIT_AT(&t, "Les Tilleuls", silent);
    assert_int_equal(counting(w), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM collectivity"), 2);
    SUBMIT(&t, silent);
    assert_int_equal(counting(w), 0);
    choose(&t, WRONG);
    correct(&t, RIGHT);
    assert_int_equal(counting(w), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM named_contact WHERE withdrawn_at IS NULL"),
                     1);
}

#define W(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        W(another_number_or_name_takes_the_place),
        W(with_a_national_number_nobody_is_left_out),
        W(who_was_left_out_does_not_come_back_with_the_answers),
        W(the_last_one_can_be_left_out_too),
        W(who_is_called_or_named_by_others_stays),
        W(what_the_inspection_is_told_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
