/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts whom an index case named: who is whom, and what record they get. People are invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/contact.h"

#define AT 1588507200 /* 2020-05-03T12:00:00Z */

static struct script_contact contact(const char *given, const char *family, const char *phone)
{
    struct script_contact c = {0};
    snprintf(c.given, sizeof c.given, "%s", given);
    snprintf(c.family, sizeof c.family, "%s", family);
    snprintf(c.phones[0], sizeof c.phones[0], "%s", phone);
    c.n_phones = phone[0] ? 1 : 0;
    return c;
}

static struct record record(const char *given, const char *family, const char *phone)
{
    struct record r = {0};
    snprintf(r.given_name, sizeof r.given_name, "%s", given);
    snprintf(r.family_name, sizeof r.family_name, "%s", family);
    snprintf(r.phones[1].number, sizeof r.phones[1].number, "%s", phone);
    return r;
}

static void niss(struct niss *n, const char *digits)
{
    if (digits[0])
        assert_int_equal(niss_parse(digits, strlen(digits), n, NULL), ERR_OK);
}

#define ONE "85073003328"
#define TWO "00010100105"

static void who_is_the_same_person(void **state)
{
    (void)state;
    static const struct {
        const char *given, *family, *phone, *niss;
        const char *given_there, *family_there, *phone_there, *niss_there;
        bool same;
    } cases[] = {
        {"Élise", "Brume", "+32470000001", "",  "elise",  "BRUME",   "+32470000001", "",  true },
        {"Élise", "Brume", "+32470000001", ONE, "elise",  "BRUME",   "+32470000001", "",  true },
        {"Élise", "Brume", "+32470000001", "",  "elise",  "BRUME",   "+32470000002", "",  false},
        {"Élise", "Brume", "+32470000001", "",  "Elsa",   "Brume",   "+32470000001", "",  false},
        {"Élise", "Brume", "+32470000001", "",  "Élise", "Brumeau", "+32470000001", "",  false},
        {"Élise", "",      "+32470000001", "",  "Élise", "?",       "+32470000001", "",  true },
        {"Élise", "",      "+32470000001", "",  "Élise", "Brume",   "+32470000001", "",  false},
        {"Élise", "Brume", "",             "",  "Élise", "Brume",   "",             "",  false},
 /* The national number decides where both have one. */
        {"Élise", "Brume", "+32470000001", ONE, "Élise", "Brume",   "+32470000001", TWO, false},
        {"Lise",   "Brune", "+32470000009", ONE, "Élise", "Brume",   "+32470000001", ONE, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script_contact c = contact(cases[i].given, cases[i].family, cases[i].phone);
        struct record r = record(cases[i].given_there, cases[i].family_there, cases[i].phone_there);
        niss(&c.niss, cases[i].niss);
        niss(&r.niss, cases[i].niss_there);
        if (contact_is(&c, &r) != cases[i].same)
            fail_msg("case %zu", i);
    }
}

static void two_birth_dates_are_two_people(void **state)
{
    (void)state;
    struct script_contact c = contact("Jean", "Brume", "+32470000001");
    struct record r = record("Jean", "Brume", "+32470000001");
    memcpy(c.birth_date, "1950-01-01", sizeof "1950-01-01");
    assert_true(contact_is(&c, &r)); /* nobody said when */
    memcpy(r.birth_date, "1980-01-01", sizeof "1980-01-01");
    assert_false(contact_is(&c, &r));
    memcpy(r.birth_date, "1950-01-01", sizeof "1950-01-01");
    assert_true(contact_is(&c, &r));
}

static struct service *service(void)
{
    static struct service s;
    s = (struct service){.n_queues = 2};
    static const char *const languages[] = {"fr", "en"};
    for (size_t i = 0; i < 2; i++) {
        s.queues[i] = (struct service_queue){.region = REGION_WAL, .kind = SERVICE_QUEUE_LANGUAGE};
        snprintf(s.queues[i].language, LANGUAGE_SIZE, "%s", languages[i]);
    }
    return &s;
}

static struct record index_case(void)
{
    struct record r = record("Basile", "Tournevaux", "+32470000077");
    snprintf(r.ticket, sizeof r.ticket, "TICKET-INDEX");
    snprintf(r.language, sizeof r.language, "fr");
    return r;
}

static void assert_made(const struct script_contact *c, struct record *ret)
{
    const struct record index = index_case();
    const struct contact_named_by by = {&index, service(), REGION_WAL, "TICKET-OWN", AT};
    struct err err = {0};
    if (contact_record(c, &by, ret, &err) != ERR_OK)
        fail_msg("%s: %s", err.field, err.sentence);
}

static void what_was_told_stands_in_the_record(void **state)
{
    (void)state;
    struct script_contact c = contact("Élise", "Brume", "+32470000001");
    niss(&c.niss, ONE);
    memcpy(c.birth_date, "1985-07-30", sizeof "1985-07-30");
    memcpy(c.last_contact, "2020-05-01", sizeof "2020-05-01");
    memcpy(c.language, "en", sizeof "en");
    memcpy(c.relation, "Voisine", sizeof "Voisine");
    memcpy(c.unread, "0470 00", sizeof "0470 00");
    c.may_name = true;
    struct record r;
    assert_made(&c, &r);
    assert_string_equal(r.ticket, "TICKET-OWN");
    assert_int_equal(r.ticket_at_utc_s, AT);
    assert_string_equal(r.niss.digits, ONE);
    assert_string_equal(r.name_index_patient, "Basile Tournevaux");
    assert_string_equal(r.index_ticket, "TICKET-INDEX");
    assert_string_equal(r.given_name, "Élise");
    assert_string_equal(r.family_name, "Brume");
    assert_string_equal(r.birth_date, "1985-07-30");
    assert_string_equal(r.last_contact_date, "2020-05-01");
    assert_string_equal(r.phones[0].number, "+32470000001");
    assert_string_equal(r.language, "en");
    assert_int_equal(r.region, REGION_WAL);
    assert_int_equal(r.kind, PERSON_CONTACT);
    assert_string_equal(r.notes, "Voisine\n0470 00");
    assert_string_equal(r.queue, "");
}

static void without_a_yes_nobody_is_told_who_named_him(void **state)
{
    (void)state;
    const struct script_contact c = contact("Élise", "Brume", "+32470000001");
    struct record r;
    assert_made(&c, &r);
    assert_string_equal(r.name_index_patient, "");
    assert_string_equal(r.index_ticket, "TICKET-INDEX");
}

static void a_language_without_a_queue_is_that_of_the_index_case(void **state)
{
    (void)state;
    struct script_contact c = contact("Élise", "Brume", "+32470000001");
    struct record r;
    assert_made(&c, &r);
    assert_string_equal(r.language, "fr");
    memcpy(c.language, "tr", sizeof "tr");
    c.risk = SCRIPT_NAMED_RISK_HIGH;
    assert_made(&c, &r);
    assert_string_equal(r.language, "fr");
    assert_string_equal(r.notes, "risk: high\nlanguage: tr");
}

static void a_name_may_lack_and_a_number_may_not(void **state)
{
    (void)state;
    struct script_contact c = contact("Élise", "", "+32470000001");
    struct record r;
    assert_made(&c, &r);
    assert_string_equal(r.family_name, "?");
    assert_true(contact_is(&c, &r)); /* told again, it is the same */
    c = contact("", "", "+32470000001");
    assert_made(&c, &r);
    assert_string_equal(r.given_name, "");
    assert_string_equal(r.family_name, "?");

    const struct record index = index_case();
    const struct contact_named_by by = {&index, service(), REGION_WAL, "TICKET-OWN", AT};
    struct err err = {0};
    c = contact("Élise", "Brume", "");
    assert_int_equal(contact_record(&c, &by, &r, &err), ERR_INVALID);
    assert_string_equal(err.field, "phone");
    assert_int_equal(r.set, 0);
}

static void a_number_that_may_not_be_dialled_is_in_the_notes(void **state)
{
    (void)state;
    struct script_contact c = contact("Élise", "Brume", "+33612345678");
    assert_false(contact_can_be_called(&c, service()));
    memcpy(c.phones[1], "+32470000001", sizeof "+32470000001");
    c.n_phones = 2;
    assert_true(contact_can_be_called(&c, service()));
    struct record r;
    assert_made(&c, &r);
    assert_string_equal(r.phones[0].number, "+32470000001");
    assert_string_equal(r.phones[1].number, "");
    assert_string_equal(r.notes, "+33612345678");
    c = contact("Élise", "Brume", "");
    assert_false(contact_can_be_called(&c, service()));
}

static void a_contact_is_told_of_one_index_case_or_none(void **state)
{
    (void)state;
    const struct record index = index_case();
    struct record r = record("Élise", "Brume", "+32470000001");
    struct err err;
    bool changed = false;
    assert_int_equal(contact_tell(&index, true, &r, &changed, &err), ERR_OK);
    assert_true(changed);
    assert_string_equal(r.index_ticket, "TICKET-INDEX");
    assert_string_equal(r.name_index_patient, "Basile Tournevaux");
    assert_int_equal(contact_tell(&index, true, &r, &changed, &err), ERR_OK);
    assert_false(changed);
    assert_int_equal(contact_tell(&index, false, &r, &changed, &err), ERR_OK);
    assert_true(changed);
    assert_string_equal(r.index_ticket, "TICKET-INDEX");
    assert_string_equal(r.name_index_patient, "");
    assert_int_equal(contact_tell(NULL, true, &r, &changed, &err), ERR_OK);
    assert_true(changed);
    assert_string_equal(r.index_ticket, "");
    assert_int_equal(r.set & 1u << RECORD_INDEX_TICKET, 0);
}

static void the_longest_name_of_an_index_case_is_cut(void **state)
{
    (void)state;
    struct record index = index_case();
    memset(index.given_name, 'g', RECORD_NAME_CHARS);
    memset(index.family_name, 'f', RECORD_NAME_CHARS);
    const struct contact_named_by by = {&index, service(), REGION_WAL, "TICKET-OWN", AT};
    struct script_contact c = contact("Élise", "Brume", "+32470000001");
    struct record r;
    struct err err;
    bool changed = false;
    c.may_name = true;
    assert_int_equal(contact_record(&c, &by, &r, &err), ERR_OK);
    assert_int_equal(strlen(r.name_index_patient), RECORD_NAME_CHARS * 2);
    assert_int_equal(contact_amend(&c, &index, &r, &changed, &err), ERR_OK);
    assert_false(changed);
}

static void the_longest_answers_fit(void **state)
{
    (void)state;
    struct script_contact c = contact("", "", "+32470000001");
    memset(c.given, 'g', RECORD_NAME_CHARS);
    memset(c.family, 'f', RECORD_NAME_CHARS);
    for (size_t i = 0; i < SCRIPT_NAMED_CHARS; i++) { /* four bytes each */
        memcpy(c.relation + 4 * i, "\xf0\x9f\x8c\xb3", 4);
        memcpy(c.unread + 4 * i, "\xf0\x9f\x8c\xb3", 4);
    }
    struct record r;
    assert_made(&c, &r);
    assert_int_equal(strlen(r.given_name), RECORD_NAME_CHARS);
    assert_int_equal(strlen(r.notes), 2 * 4 * SCRIPT_NAMED_CHARS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_the_same_person),
        cmocka_unit_test(two_birth_dates_are_two_people),
        cmocka_unit_test(what_was_told_stands_in_the_record),
        cmocka_unit_test(without_a_yes_nobody_is_told_who_named_him),
        cmocka_unit_test(a_language_without_a_queue_is_that_of_the_index_case),
        cmocka_unit_test(a_name_may_lack_and_a_number_may_not),
        cmocka_unit_test(a_number_that_may_not_be_dialled_is_in_the_notes),
        cmocka_unit_test(a_contact_is_told_of_one_index_case_or_none),
        cmocka_unit_test(the_longest_name_of_an_index_case_is_cut),
        cmocka_unit_test(the_longest_answers_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
