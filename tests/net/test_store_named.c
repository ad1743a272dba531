/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts whom index cases name become people to call, once. People are invented. */
#include "net/store/store_named.h"

#include <stdlib.h>

#include "net/store/store_contact.h"
#include "net/store/store_export.h"
#include "net/store/store_keys.h"
#include "net/store/store_purge.h"
#include "net/store/store_wish.h"
#include "store_world.h"

#define DAY 86400
#define NISS "90010100123"
#define OTHER_NISS "91020200319"

static struct script_contact contact(const char *given, const char *family, const char *phone)
{
    struct script_contact c = {0};
    snprintf(c.given, sizeof c.given, "%s", given);
    snprintf(c.family, sizeof c.family, "%s", family);
    snprintf(c.phones[0], sizeof c.phones[0], "%s", phone);
    c.n_phones = phone[0] ? 1 : 0;
    return c;
}

static struct script_contact with_niss(struct script_contact c, const char *digits)
{
    assert_int_equal(niss_parse(digits, strlen(digits), &c.niss, NULL), ERR_OK);
    return c;
}

/* An index case of a region who is called: the offer. */
static int64_t interview(struct world *w, struct store_actor *ret, const char *login,
                         enum region region, const char *phone)
{
    world_person(w, region, "fr", PERSON_INDEX, phone);
    *ret = world_on_queue(w, login, region, "fr");
    (void)world_call(w, ret);
    return world_work(w, ret).offer.offer_id;
}

static struct store_named_sum take(struct world *w, const struct store_actor *a, int64_t offer_id,
                                   const struct script_contact *contacts, size_t n)
{
    struct store_named_sum sum;
    MUST(w, store_named_take(w->st, a, offer_id, contacts, n, w->now, &sum, &w->err));
    return sum;
}

#define TAKE(w, a, offer, ...)                                                                     \
    take(w, a, offer, (const struct script_contact[]){__VA_ARGS__},                                \
         sizeof((const struct script_contact[]){__VA_ARGS__}) / sizeof(struct script_contact))

static void assert_sum(struct store_named_sum sum, size_t n_new, size_t n_known, size_t n_no_number)
{
    assert_int_equal(sum.n_new, n_new);
    assert_int_equal(sum.n_known, n_known);
    assert_int_equal(sum.n_no_number, n_no_number);
}

static int64_t index_of(struct world *w, enum region region, int64_t person_id)
{
    int64_t ret = -1;
    assert_int_equal(store_index_of(w->st, region, person_id, &ret, &w->err), ERR_OK);
    return ret;
}

static size_t contacts_of(struct world *w, enum region region, int64_t person_id)
{
    int64_t ids[16];
    size_t n = 99;
    assert_int_equal(store_contacts_of(w->st, region, person_id, 0, ids, 16, &n, &w->err), ERR_OK);
    return n;
}

static int64_t people(struct world *w)
{
    return world_sql(w, "SELECT count(*) FROM person");
}

static void a_contact_waits_and_is_presented_with_what_was_told(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    struct script_contact c = with_niss(contact("Élise", "Plantedname", "+32470000002"), NISS);
    memcpy(c.language, "nl", sizeof "nl"); /* WAL has a queue for it */
    memcpy(c.last_contact, "2025-11-20", sizeof "2025-11-20");
    memcpy(c.relation, "Voisine", sizeof "Voisine");
    c.may_name = true;
    assert_sum(TAKE(w, &a, offer, c), 1, 0, 0);
    assert_int_equal(index_of(w, REGION_WAL, 2), 1);
    assert_int_equal(contacts_of(w, REGION_WAL, 1), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM person WHERE person_id = 2 AND rank = 2"
                                  " AND kind = 'contact' AND state = 'waiting'"
                                  " AND service_id = 'tracing' AND region = 'WAL'"),
                     1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM audit WHERE action = 'contact_named'"
                                  " AND person_id = 2 AND offer_id = 1"),
                     1);

    struct store_actor b = world_on_queue(w, "bob", REGION_WAL, "nl");
    (void)world_call(w, &b);
    const struct store_work_offer o = world_work(w, &b).offer;
    struct record seen;
    MUST(w, store_record_read(w->st, &b, o.offer_id, o.fence, w->now, &seen, &w->err));
    assert_string_equal(seen.given_name, "Élise");
    assert_string_equal(seen.family_name, "Plantedname");
    assert_string_equal(seen.niss.digits, NISS);
    assert_string_equal(seen.phones[0].number, "+32470000002");
    assert_string_equal(seen.index_ticket, "TICKET-0001");
    assert_string_equal(seen.last_contact_date, "2025-11-20");
    assert_string_equal(seen.notes, "Voisine");
    assert_string_equal(seen.language, "nl");
    record_wipe(&seen);
}

static void nobody_is_made_twice(void **state)
{
    struct world *w = *state;
    struct store_actor a, b;
    const struct script_contact one = contact("Élise", "Brume", "+32470000002");
    const int64_t first = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    assert_sum(TAKE(w, &a, first, one, contact("elise", "BRUME", "+32470000002"),
                    contact("Élise", "Brume", "+32470000003")),
               2, 0, 0);
    const int64_t before = people(w);
    assert_sum(TAKE(w, &a, first, one), 0, 0, 0); /* the answers once more */
    w->now += 60;
    assert_sum(TAKE(w, &a, first, one, contact("Zoé", "Lune", "+32470000004")), 1, 0, 0);

    const int64_t second = interview(w, &b, "bob", REGION_WAL, "+32470000009");
    assert_sum(TAKE(w, &b, second, one), 0, 1, 0); /* by another index case */
    assert_int_equal(people(w), before + 2);
    const int64_t other = world_work(w, &b).offer.person_id;
    assert_int_equal(contacts_of(w, REGION_WAL, 1), 3);
    assert_int_equal(contacts_of(w, REGION_WAL, other), 1);
    assert_int_equal(index_of(w, REGION_WAL, 2), 1); /* as the record says */
}

static struct record read(struct world *w, int64_t person_id)
{
    char sql[96];
    struct record r;
    struct store_actor b = world_on_queue(w, "reader", REGION_WAL, "fr");
    snprintf(sql, sizeof sql, "UPDATE person SET rank = 0 WHERE person_id = %lld",
             (long long)person_id);
    assert_int_equal(world_sql(w, sql), -1);
    (void)world_call(w, &b);
    const struct store_work_offer o = world_work(w, &b).offer;
    assert_int_equal(o.person_id, person_id);
    MUST(w, store_record_read(w->st, &b, o.offer_id, o.fence, w->now, &r, &w->err));
    return r;
}

static void what_is_corrected_reaches_the_contact(void **state)
{
    struct world *w = *state;
    struct store_actor a, b;
    struct script_contact c = contact("Élise", "Brume", "+32470000002");
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    c.may_name = true;
    memcpy(c.last_contact, "2025-11-20", sizeof "2025-11-20");
    assert_sum(TAKE(w, &a, offer, c), 1, 0, 0);
    c.may_name = false; /* on second thoughts */
    memcpy(c.last_contact, "2025-11-22", sizeof "2025-11-22");
    assert_sum(TAKE(w, &a, offer, c), 0, 0, 0);
    /* Another index case met her earlier, and may be named to nobody but by himself. */
    const int64_t other = interview(w, &b, "bob", REGION_WAL, "+32470000009");
    struct script_contact again = contact("Élise", "Brume", "+32470000002");
    again.may_name = true;
    memcpy(again.last_contact, "2025-11-19", sizeof "2025-11-19");
    assert_sum(TAKE(w, &b, other, again), 0, 1, 0);
    assert_sum(TAKE(w, &b, other, again), 0, 0, 0); /* however often */
    const struct record r = read(w, 2);
    assert_string_equal(r.name_index_patient, "");
    assert_string_equal(r.last_contact_date, "2025-11-22");
}

static void the_national_number_decides(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    const struct script_contact one = with_niss(contact("Élise", "Brume", "+32470000002"), NISS);
    assert_sum(TAKE(w, &a, offer, one, with_niss(contact("Lise", "Brune", "+32470000008"), NISS),
                    with_niss(contact("Élise", "Brume", "+32470000002"), OTHER_NISS)),
               2, 0, 0);
    /* Whom an import brought with nothing but a number. */
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+32470000005");
    world_import(w, &r, 1);
    struct script_contact same = contact(r.given_name, r.family_name, "+32470000005");
    assert_sum(TAKE(w, &a, offer, same), 0, 1, 0);
    record_wipe(&r);
}

/* A switchboard: what it costs to name one more does not grow with those who are behind it. */
static void of_a_number_that_very_many_have_the_newest_are_looked_at(void **state)
{
    static struct record all[STORE_NAMED_SHARED_MAX + 1];
    struct world *w = *state;
    struct store_actor a;
    char family[24];
    const size_t n = sizeof all / sizeof all[0];
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    for (size_t i = 0; i < n; i++) {
        all[i] = world_record(w, REGION_WAL, "fr", PERSON_CONTACT, "+3281000000");
        snprintf(family, sizeof family, "Guichet %zu", i);
        assert_int_equal(
            record_set_field(&all[i], RECORD_FAMILY_NAME, family, strlen(family), &w->err), ERR_OK);
    }
    world_import(w, all, n);
    const char *given = all[0].given_name;
    assert_sum(TAKE(w, &a, offer, contact(given, "Guichet 1", "+3281000000")), 0, 1, 0);
    assert_sum(TAKE(w, &a, offer, contact(given, family, "+3281000000")), 0, 1, 0);
    assert_sum(TAKE(w, &a, offer, contact(given, "Guichet 0", "+3281000000")), 1, 0, 0);
}

static void an_index_case_is_no_contact_of_his_own(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    struct record r = world_record(w, REGION_WAL, "fr", PERSON_INDEX, "+32470000001");
    world_import(w, &r, 1);
    a = world_on_queue(w, "ann", REGION_WAL, "fr");
    (void)world_call(w, &a);
    const int64_t offer = world_work(w, &a).offer.offer_id;
    assert_sum(TAKE(w, &a, offer, contact(r.given_name, r.family_name, "+32470000001")), 0, 0, 0);
    assert_int_equal(people(w), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM named_contact"), 0);
}

static void a_region_is_a_wall(void **state)
{
    struct world *w = *state;
    struct store_actor a, b;
    const struct script_contact one = with_niss(contact("Élise", "Brume", "+32470000002"), NISS);
    const int64_t there = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    assert_sum(TAKE(w, &a, there, one), 1, 0, 0);
    const int64_t here = interview(w, &b, "bob", REGION_BXL, "+32470000009");
    assert_sum(TAKE(w, &b, here, one), 1, 0, 0);
    assert_int_equal(
        world_sql(w, "SELECT count(*) FROM person WHERE kind = 'contact' AND region = 'BXL'"), 1);
    struct store_named_sum sum;
    assert_int_equal(TRY(w, store_named_take(w->st, &b, there, &one, 1, w->now, &sum, &w->err)),
                     ERR_NOT_FOUND); /* not his offer */
}

static void who_was_closed_long_ago_is_called_anew(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    const struct script_contact one = contact("Élise", "Brume", "+32470000002");
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    assert_sum(TAKE(w, &a, offer, one), 1, 0, 0);
    const struct service *s = NULL;
    assert_int_equal(store_service(w->st, "tracing", &s, &w->err), ERR_OK);
    const int64_t days = s->contacts.again_after_days;
    assert_true(days > 0);
    char sql[160];
    snprintf(sql, sizeof sql,
             "UPDATE person SET state = 'closed', state_since = %lld"
             " WHERE person_id = 2",
             (long long)w->now);
    assert_int_equal(world_sql(w, sql), -1);
    struct store_actor b;
    w->now += days * DAY - 1;
    const int64_t second = interview(w, &b, "bob", REGION_WAL, "+32470000009");
    assert_sum(TAKE(w, &b, second, one), 0, 1, 0);
    assert_string_equal(world_person_state(w, 2), "closed");
    struct store_actor c;
    w->now += 1;
    const int64_t third = interview(w, &c, "cis", REGION_WAL, "+32470000019");
    assert_sum(TAKE(w, &c, third, one), 1, 0, 0);
    assert_sum(TAKE(w, &b, second, one), 0, 1, 0); /* the one who waits comes first */
}

static void a_wish_not_to_be_called_holds_for_who_is_named(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    int64_t held_by;
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    const int64_t fence = world_work(w, &a).offer.fence;
    MUST(w, store_wish_record(w->st, &a, offer, fence, STORE_WISH_ANY, w->now, &held_by, &w->err));
    assert_sum(TAKE(w, &a, offer, contact("Élise", "Brume", "+32470000001"),
                    contact("Zoé", "Lune", "+32470000003")),
               2, 0, 0);
    assert_string_equal(world_person_state(w, 2), "closed");
    assert_string_equal(world_person_state(w, 3), "waiting");
}

struct seen {
    size_t n;
    char last[512]; /* row, with '|' between */
};

static enum err_code see(void *arg, const char *const *values, size_t n, struct err *err)
{
    struct seen *s = arg;
    (void)err;
    s->last[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const size_t len = strlen(s->last);
        snprintf(s->last + len, sizeof s->last - len, "%s|", values[i] ? values[i] : "-");
    }
    s->n++;
    return ERR_OK;
}

static struct seen list(struct world *w, const enum region *region, bool again)
{
    struct seen s = {.n = 0};
    assert_int_equal(
        store_export_list(w->st, STORE_EXPORT_NO_NUMBER, region, again, see, &s, &w->err), ERR_OK);
    return s;
}

static void who_has_no_number_stands_in_a_list(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    const enum region bxl = REGION_BXL;
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    struct script_contact c = contact("Élise", "Plantedname", "");
    memcpy(c.birth_date, "1985-07-30", sizeof "1985-07-30");
    memcpy(c.unread, "0470", sizeof "0470");
    c.risk = SCRIPT_NAMED_RISK_HIGH;
    assert_sum(TAKE(w, &a, offer, c), 0, 0, 1);
    assert_int_equal(people(w), 1);
    const char row[] = "Élise|Plantedname|1985-07-30|-|-|-|-|high|0470|-|%d|WAL|tracing|1|1|"
                       "2025-11-24T16:00:00Z|-|-|";
    char wanted[160];
    snprintf(wanted, sizeof wanted, row, 1);
    struct seen s = list(w, NULL, false);
    assert_int_equal(s.n, 1);
    assert_string_equal(s.last, wanted);
    assert_int_equal(list(w, &bxl, false).n, 0);
    if (world_is_sqlite(w)) {
        assert_int_equal(world_sql(w, "SELECT count(*) FROM named_contact"
                                      " WHERE instr(entry_enc, 'Planted')"),
                         0);
    }
    assert_sum(TAKE(w, &a, offer, c), 0, 0, 1); /* told once more: one entry */
    assert_int_equal(list(w, NULL, false).n, 1);

    /* With the number that was found meanwhile it is a person, and no entry. */
    struct script_contact found = c;
    memcpy(found.phones[0], "+32470000002", sizeof "+32470000002");
    found.n_phones = 1;
    assert_sum(TAKE(w, &a, offer, found), 1, 0, 0);
    assert_int_equal(list(w, NULL, true).n, 0);
    assert_int_equal(people(w), 2);

    /* A number abroad that the service may not dial is none. */
    assert_sum(TAKE(w, &a, offer, contact("Zoé", "Lune", "+8613912345678")), 0, 0, 1);
    s = list(w, NULL, false);
    assert_non_null(strstr(s.last, "Zoé|Lune|"));
    assert_non_null(strstr(s.last, "|+8613912345678|"));
}

static void what_was_handed_out_is_not_handed_out_again(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    int64_t handout;
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    const struct script_contact c = contact("Élise", "Brume", "");
    assert_sum(TAKE(w, &a, offer, c), 0, 0, 1);
    MUST(w, store_list_export_begin(w->st, STORE_EXPORT_NO_NUMBER, NULL, "root", w->now, &handout,
                                    &w->err));
    const int64_t id = world_sql(w, "SELECT max(named_contact_id) FROM named_contact");
    MUST(w, store_list_mark(w->st, STORE_EXPORT_NO_NUMBER, id, false, handout, &w->err));
    assert_sum(TAKE(w, &a, offer, c), 0, 0, 0);
    assert_int_equal(list(w, NULL, false).n, 0);
    assert_int_equal(list(w, NULL, true).n, 1);
    assert_sum(TAKE(w, &a, offer, c, contact("Zoé", "", "")), 0, 0, 1);
    assert_int_equal(list(w, NULL, false).n, 1);
}

/* All or nothing: the last of them cannot be kept. */
static void what_fails_leaves_nothing(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    struct script_contact list_of[] = {contact("Élise", "Brume", "+32470000002"),
                                       contact("Zoé", "Lune", ""),
                                       contact("Zoé", "Lune", "+32470000003")};
    memcpy(list_of[2].birth_date, "no day", sizeof "no day");
    struct store_named_sum sum;
    assert_int_equal(TRY(w, store_named_take(w->st, &a, offer, list_of, 3, w->now, &sum, &w->err)),
                     ERR_INVALID);
    assert_int_equal(people(w), 1);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM named_contact"), 0);
}

static void of_one_who_goes_nothing_stays(void **state)
{
    struct world *w = *state;
    struct store_actor a;
    int64_t number = 0;
    struct store_outcome outcome;
    const int64_t offer = interview(w, &a, "ann", REGION_WAL, "+32470000001");
    assert_sum(TAKE(w, &a, offer, contact("Élise", "Brume", "+32470000002"),
                    contact("Zoé", "Plantedlune", "")),
               1, 0, 1);

    CLEANUP_BUF struct buf text = {0};
    assert_int_equal(store_person_export(w->st, 1, &text, &w->err), ERR_OK);
    assert_non_null(strstr(buf_text(&text), "Plantedlune"));
    buf_clear(&text);
    assert_int_equal(store_person_export(w->st, 2, &text, &w->err), ERR_OK);
    assert_non_null(strstr(buf_text(&text), "\"named_by\": [{\"named_contact_id\": 1"));
    assert_null(strstr(buf_text(&text), "Plantedlune"));

    world_report(w, 1, 1, CALL_EV_DIAL, CALL_END_NONE);
    world_report(w, 1, 2, CALL_EV_END, CALL_END_BUSY);
    assert_int_equal(world_wrapup(w, &a, "closed_with_data", 0, &outcome), ERR_OK);
    MUST(w, store_offer_end(w->st, &a, offer, world_work(w, &a).offer.fence, w->now, &w->err));
    MUST(w, store_person_erase(w->st, 1, "asked for it", w->now, &number, &w->err));
    assert_string_equal(world_person_state(w, 1), "none");
    assert_string_equal(world_person_state(w, 2), "waiting");
    assert_int_equal(index_of(w, REGION_WAL, 2), 0);
    assert_int_equal(world_sql(w, "SELECT count(*) FROM named_contact"), 0);
}

int main(void)
{
#define W(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        W(a_contact_waits_and_is_presented_with_what_was_told),
        W(nobody_is_made_twice),
        W(what_is_corrected_reaches_the_contact),
        W(the_national_number_decides),
        W(of_a_number_that_very_many_have_the_newest_are_looked_at),
        W(an_index_case_is_no_contact_of_his_own),
        W(a_region_is_a_wall),
        W(who_was_closed_long_ago_is_called_anew),
        W(a_wish_not_to_be_called_holds_for_who_is_named),
        W(who_has_no_number_stands_in_a_list),
        W(what_was_handed_out_is_not_handed_out_again),
        W(what_fails_leaves_nothing),
        W(of_one_who_goes_nothing_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
