/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts and collectivities taken from answers. Names are invented; numbers, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/script_named.h"
#include "core/script_role.h"
#include "core/script_tree.h"
#include "tests/core/script_build.h"

/* any; contact* (any) { given, family, details { phone*, born, niss, language, relation, last,
 * risk } }, place* { kind, name, town, day, role }, remark */
enum {
    ANY,
    CONTACT,
    GIVEN,
    FAMILY,
    DETAILS,
    PHONE,
    BORN,
    NISS,
    LANG,
    RELATION,
    LAST,
    RISK,
    PLACE,
    KIND,
    NAME,
    TOWN,
    DAY,
    ROLE,
    REMARK,
    N_ITEMS
};

struct interview {
    struct script s;
    struct script_answers *a;
    struct script_named named;
};

static void add(struct interview *v, const char *link_id, enum script_type type, size_t parent,
                enum script_role role)
{
    const size_t item = add_item(&v->s, link_id, type, parent);
    v->s.items[item].role = role;
}

static int make(void **state)
{
    struct interview *v = calloc(1, sizeof *v);
    const size_t top = SCRIPT_NO_PARENT;
    add(v, "any", SCRIPT_BOOLEAN, top, SCRIPT_ROLE_NONE);
    add(v, "contact", SCRIPT_GROUP, top, SCRIPT_ROLE_CONTACT);
    add(v, "given", SCRIPT_STRING, CONTACT, SCRIPT_ROLE_GIVEN);
    add(v, "family", SCRIPT_STRING, CONTACT, SCRIPT_ROLE_FAMILY);
    add(v, "details", SCRIPT_GROUP, CONTACT, SCRIPT_ROLE_NONE);
    add(v, "phone", SCRIPT_STRING, DETAILS, SCRIPT_ROLE_PHONE);
    add(v, "born", SCRIPT_DATE, DETAILS, SCRIPT_ROLE_BIRTH_DATE);
    add(v, "niss", SCRIPT_STRING, DETAILS, SCRIPT_ROLE_NISS);
    add(v, "language", SCRIPT_CHOICE, DETAILS, SCRIPT_ROLE_LANGUAGE);
    add(v, "relation", SCRIPT_CHOICE, DETAILS, SCRIPT_ROLE_RELATION);
    add(v, "last", SCRIPT_DATE, DETAILS, SCRIPT_ROLE_LAST_CONTACT);
    add(v, "risk", SCRIPT_CHOICE, DETAILS, SCRIPT_ROLE_RISK);
    add(v, "place", SCRIPT_GROUP, top, SCRIPT_ROLE_COLLECTIVITY);
    add(v, "kind", SCRIPT_OPEN_CHOICE, PLACE, SCRIPT_ROLE_KIND);
    add(v, "name", SCRIPT_STRING, PLACE, SCRIPT_ROLE_NAME);
    add(v, "town", SCRIPT_STRING, PLACE, SCRIPT_ROLE_PLACE);
    add(v, "day", SCRIPT_DATE, PLACE, SCRIPT_ROLE_LAST_PRESENCE);
    add(v, "role", SCRIPT_STRING, PLACE, SCRIPT_ROLE_FUNCTION);
    add(v, "remark", SCRIPT_STRING, top, SCRIPT_ROLE_NONE);
    assert_int_equal(v->s.n_items, N_ITEMS);
    v->s.items[CONTACT].repeats = true;
    v->s.items[PHONE].repeats = true;
    v->s.items[PLACE].repeats = true;
    add_condition(&v->s, CONTACT, ANY, SCRIPT_EQ, boolean(true));
    add_option(&v->s, RELATION, coding("urn:x", "household"));
    struct script_string *text = &v->s.items[RELATION].options[0].text;
    text->text = strdup("Household");
    text->translations = calloc(1, sizeof *text->translations);
    text->translations[0].lang = strdup("fr");
    text->translations[0].text = strdup("Même ménage");
    text->n = 1;
    v->a = script_answers_new(&v->s);
    assert_non_null(v->a);
    *state = v;
    return 0;
}

static int drop(void **state)
{
    struct interview *v = *state;
    script_named_deinit(&v->named);
    script_answers_free(v->a);
    script_deinit(&v->s);
    free(v);
    return 0;
}

/* The node of an item in the instance of its group number n, which is made where it lacks. */
static size_t node_of(struct interview *v, size_t group, size_t n, size_t item)
{
    size_t at = script_node_first(v->a, group);
    for (size_t i = 0; i < n; i++) {
        size_t next = script_node_next_instance(v->a, at);
        if (next == SCRIPT_NODE_NONE)
            assert_int_equal(script_node_append(v->a, at, &next, NULL), ERR_OK);
        at = next;
    }
    const size_t parent = v->s.items[item].parent;
    return script_node_child(v->a, parent == group ? at : script_node_child(v->a, at, parent),
                             item);
}

static void answer(struct interview *v, size_t group, size_t n, size_t item,
                   struct script_value value)
{
    const size_t at = script_node_answer(v->a, node_of(v, group, n, item));
    assert_int_equal(script_node_take(v->a, at, &value, NULL), ERR_OK);
}

static void contact(struct interview *v, size_t n, size_t item, const char *text)
{
    answer(v, CONTACT, n, item, plain(v->s.items[item].type, text));
}

static void another_phone(struct interview *v, size_t n, const char *text)
{
    size_t at;
    const size_t last =
        script_node_last_instance(v->a, script_node_answer(v->a, node_of(v, CONTACT, n, PHONE)));
    assert_int_equal(script_node_append(v->a, last, &at, NULL), ERR_OK);
    const struct script_value value = plain(SCRIPT_STRING, text);
    assert_int_equal(script_node_take(v->a, at, &value, NULL), ERR_OK);
}

static void open_contacts(struct interview *v, bool open)
{
    const struct script_value value = boolean(open);
    const size_t at = script_node_answer(v->a, script_node_first(v->a, ANY));
    assert_int_equal(script_node_take(v->a, at, &value, NULL), ERR_OK);
}

static void read_named(struct interview *v, const char *lang)
{
    script_named_deinit(&v->named);
    assert_int_equal(script_named_read(v->a, lang, &v->named, NULL), ERR_OK);
}

static void a_contact_is_taken_with_all_that_was_told(void **state)
{
    struct interview *v = *state;
    open_contacts(v, true);
    contact(v, 0, GIVEN, "Zoé");
    contact(v, 0, FAMILY, " Van  Testen ");
    contact(v, 0, PHONE, "0470 12 34 56");
    contact(v, 0, BORN, "1985-07-30");
    contact(v, 0, NISS, "85.07.30-033.28");
    contact(v, 0, LAST, "2020-11-03");
    answer(v, CONTACT, 0, LANG, coding(NULL, "NL"));
    answer(v, CONTACT, 0, RELATION, coding("urn:x", "household"));
    answer(v, CONTACT, 0, RISK, coding(NULL, "high"));
    read_named(v, "fr");
    assert_int_equal(v->named.n_contacts, 1);
    assert_int_equal(v->named.n_collectivities, 0);
    const struct script_contact *c = &v->named.contacts[0];
    assert_string_equal(c->given, "Zoé");
    assert_string_equal(c->family, "Van  Testen");
    assert_int_equal(c->n_phones, 1);
    assert_string_equal(c->phones[0], "+32470123456");
    assert_string_equal(c->birth_date, "1985-07-30");
    assert_string_equal(c->niss.digits, "85073003328");
    assert_string_equal(c->last_contact, "2020-11-03");
    assert_string_equal(c->language, "nl");
    assert_string_equal(c->relation, "Même ménage");
    assert_int_equal(c->risk, SCRIPT_NAMED_RISK_HIGH);
    assert_string_equal(c->unread, "");
}

static void what_cannot_be_read_is_kept_as_it_was_told(void **state)
{
    struct interview *v = *state;
    open_contacts(v, true);
    contact(v, 0, FAMILY, "Testers");
    contact(v, 0, PHONE, "0470 12 34");
    contact(v, 0, BORN, "1985-07");
    contact(v, 0, NISS, "85.07.30-033.29");
    answer(v, CONTACT, 0, LANG, coding(NULL, "other"));
    read_named(v, NULL);
    const struct script_contact *c = &v->named.contacts[0];
    assert_int_equal(c->n_phones, 0);
    assert_string_equal(c->birth_date, "");
    assert_false(niss_is_set(&c->niss));
    assert_string_equal(c->language, "");
    assert_string_equal(c->unread, "0470 12 34; 1985-07; 85.07.30-033.29; other");
}

static void numbers_stand_once_and_those_beyond_four_are_kept(void **state)
{
    struct interview *v = *state;
    open_contacts(v, true);
    contact(v, 0, PHONE, "0470 12 34 56");
    another_phone(v, 0, "+32 470 12 34 56");
    another_phone(v, 0, "112");
    another_phone(v, 0, "02 214 19 19");
    another_phone(v, 0, "0470 12 34 57");
    another_phone(v, 0, "0470 12 34 58");
    another_phone(v, 0, "0470 12 34 59");
    read_named(v, NULL);
    const struct script_contact *c = &v->named.contacts[0];
    assert_int_equal(c->n_phones, 4);
    assert_string_equal(c->phones[1], "+3222141919");
    assert_string_equal(c->phones[3], "+32470123458");
    assert_string_equal(c->unread, "112; +32470123459");
}

static void a_closed_branch_names_nobody(void **state)
{
    struct interview *v = *state;
    open_contacts(v, true);
    contact(v, 0, FAMILY, "Testers");
    open_contacts(v, false);
    read_named(v, NULL);
    assert_int_equal(v->named.n_contacts, 0);
    open_contacts(v, true);
    read_named(v, NULL);
    assert_int_equal(v->named.n_contacts, 1);
}

static void instances_stand_in_their_order_and_empty_ones_not_at_all(void **state)
{
    struct interview *v = *state;
    open_contacts(v, true);
    contact(v, 0, FAMILY, "Aa");
    contact(v, 2, PHONE, "02 214 19 19");
    contact(v, 3, GIVEN, "Dé");
    read_named(v, NULL);
    assert_int_equal(v->named.n_contacts, 3);
    assert_string_equal(v->named.contacts[0].family, "Aa");
    assert_string_equal(v->named.contacts[1].phones[0], "+3222141919");
    assert_string_equal(v->named.contacts[2].given, "Dé");
}

static void a_collectivity_is_taken(void **state)
{
    struct interview *v = *state;
    answer(v, PLACE, 0, KIND, coding(NULL, "Care Home"));
    answer(v, PLACE, 0, NAME, plain(SCRIPT_STRING, "Les Tilleuls"));
    answer(v, PLACE, 0, TOWN, plain(SCRIPT_STRING, "Testville"));
    answer(v, PLACE, 0, DAY, plain(SCRIPT_DATE, "2020-11-02"));
    answer(v, PLACE, 0, ROLE, plain(SCRIPT_STRING, "cook"));
    answer(v, PLACE, 1, KIND, plain(SCRIPT_STRING, "choir"));
    answer(v, PLACE, 1, DAY, plain(SCRIPT_DATE, "2020-11"));
    read_named(v, NULL);
    assert_int_equal(v->named.n_collectivities, 2);
    const struct script_collectivity *c = v->named.collectivities;
    assert_string_equal(c[0].kind, "care_home");
    assert_string_equal(c[0].name, "Les Tilleuls");
    assert_string_equal(c[0].place, "Testville");
    assert_string_equal(c[0].last_day, "2020-11-02");
    assert_string_equal(c[0].role, "cook");
    assert_string_equal(c[0].unread, "");
    assert_string_equal(c[1].kind, "other");
    assert_string_equal(c[1].last_day, "");
    assert_string_equal(c[1].unread, "choir; 2020-11");
}

static void texts_are_one_line_that_a_terminal_may_see(void **state)
{
    struct interview *v = *state;
    char longer[RECORD_BYTES(RECORD_NAME_CHARS) + 200];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    open_contacts(v, true);
    contact(v, 0, GIVEN, "A\xe2\x80\x8bnne\xe2\x80\xa8Marie");
    contact(v, 0, FAMILY, longer);
    contact(v, 0, PHONE, longer);
    contact(v, 0, NISS, "not a number");
    read_named(v, NULL);
    const struct script_contact *c = &v->named.contacts[0];
    assert_string_equal(c->given, "Anne Marie");
    assert_int_equal(strlen(c->family), RECORD_NAME_CHARS);
    assert_true(strncmp(c->unread, "xxx", 3) == 0);
    assert_non_null(strstr(c->unread, "; not a number"));
}

static void more_than_the_limit_is_refused(void **state)
{
    struct interview *v = *state;
    struct err err;
    open_contacts(v, true);
    size_t at = script_node_first(v->a, CONTACT);
    for (size_t i = 0; i <= SCRIPT_NAMED_MAX; i++) {
        const struct script_value family = plain(SCRIPT_STRING, "Testers");
        const size_t node = script_node_child(v->a, at, FAMILY);
        assert_int_equal(script_node_take(v->a, script_node_answer(v->a, node), &family, NULL),
                         ERR_OK);
        if (i == SCRIPT_NAMED_MAX - 1) {
            read_named(v, NULL);
            assert_int_equal(v->named.n_contacts, SCRIPT_NAMED_MAX);
            script_named_deinit(&v->named);
        }
        assert_int_equal(script_node_append(v->a, at, &at, NULL), ERR_OK);
    }
    assert_int_equal(script_named_read(v->a, NULL, &v->named, &err), ERR_TOO_LARGE);
    assert_null(v->named.contacts);
    assert_int_equal(v->named.n_contacts, 0);
}

static void a_script_without_such_codes_names_nobody(void **state)
{
    struct interview *v = *state;
    assert_true(script_names(&v->s));
    for (size_t i = 0; i < v->s.n_items; i++)
        v->s.items[i].role = i == CONTACT ? SCRIPT_ROLE_CONTACT : SCRIPT_ROLE_NONE;
    assert_false(script_names(&v->s));
    open_contacts(v, true);
    contact(v, 0, FAMILY, "Testers");
    read_named(v, NULL);
    assert_int_equal(v->named.n_contacts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_contact_is_taken_with_all_that_was_told, make, drop),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_kept_as_it_was_told, make, drop),
        cmocka_unit_test_setup_teardown(numbers_stand_once_and_those_beyond_four_are_kept, make,
                                        drop),
        cmocka_unit_test_setup_teardown(a_closed_branch_names_nobody, make, drop),
        cmocka_unit_test_setup_teardown(instances_stand_in_their_order_and_empty_ones_not_at_all,
                                        make, drop),
        cmocka_unit_test_setup_teardown(a_collectivity_is_taken, make, drop),
        cmocka_unit_test_setup_teardown(texts_are_one_line_that_a_terminal_may_see, make, drop),
        cmocka_unit_test_setup_teardown(more_than_the_limit_is_refused, make, drop),
        cmocka_unit_test_setup_teardown(a_script_without_such_codes_names_nobody, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
