/* SPDX-License-Identifier: Apache-2.0 */
/* Who is called in the person's place, whom one may call, and where the person goes back to. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/another.h"
#include "core/party.h"

static void what_an_agent_types_is_read(void **state)
{
    (void)state;
    struct party p;
    struct err err;
    assert_int_equal(party_read("parent", "  Marie D'Haese ", "0470/00.00.99", &p, &err), ERR_OK);
    assert_int_equal(p.relation, PARTY_PARENT);
    assert_string_equal(p.name, "Marie D'Haese");
    assert_string_equal(p.number, "+32470000099");
    assert_int_equal(party_read("helper", "", "+33 1 23 45 67 89", &p, &err), ERR_OK);
    assert_string_equal(p.number, "+33123456789");
    assert_int_equal(party_read("guardian", "", "112", &p, &err), ERR_OK);
    assert_string_equal(p.number, "112");
}

static void faults_name_their_field_and_change_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *relation, *name, *number, *field;
        enum err_code code;
    } rows[] = {
        {"mother", "",        "0470000099",            "relation", ERR_INVALID},
        {"",       "",        "0470000099",            "relation", ERR_INVALID},
        {"parent", "a\nb",    "0470000099",            "name",     ERR_INVALID},
        {"parent", "\x1b[2J", "0470000099",            "name",     ERR_INVALID},
        {"parent", "\xff",    "0470000099",            "name",     ERR_INVALID},
        {"other",  "  ",      "0470000099",            "name",     ERR_INVALID},
        {"parent", "",        "",                      "number",   ERR_PHONE  },
        {"parent", "",        "470000099",             "number",   ERR_PHONE  },
        {"parent", "",        "0470 00 00",            "number",   ERR_PHONE  },
        {"parent", "",        "+32470000099;tag=1",    "number",   ERR_PHONE  },
        {"parent", "",        "sip:mother@example.be", "number",   ERR_PHONE  },
        {"parent", "",        "*31#0470000099",        "number",   ERR_PHONE  },
        {"parent", "",        "999",                   "number",   ERR_PHONE  },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct party p = {.name = "before"};
        struct err err = {0};
        assert_int_equal(party_read(rows[i].relation, rows[i].name, rows[i].number, &p, &err),
                         rows[i].code);
        assert_string_equal(err.field, rows[i].field);
        assert_string_equal(p.name, "before");
        assert_int_not_equal(party_read(rows[i].relation, rows[i].name, rows[i].number, &p, NULL),
                             ERR_OK);
    }
    char name[PARTY_NAME_CHARS + 2];
    struct party p;
    struct err err;
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(party_read("parent", name, "112", &p, &err), ERR_TOO_LARGE);
    name[PARTY_NAME_CHARS] = '\0';
    assert_int_equal(party_read("parent", name, "112", &p, &err), ERR_OK);
}

static void names_round_trip(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PARTY_RELATION_COUNT; i++) {
        enum party_relation r = PARTY_OTHER;
        assert_true(party_relation_by_name(party_relation_name((enum party_relation)i), &r));
        assert_int_equal(r, i);
        assert_true(party_relation_text(r)[0] != '\0');
    }
    for (unsigned i = 0; i < ANOTHER_REFUSAL_COUNT; i++) {
        enum another_refusal r = ANOTHER_MAY;
        assert_true(another_refusal_by_name(another_refusal_name((enum another_refusal)i), &r));
        assert_int_equal(r, i);
        assert_int_equal(another_refusal_text(r)[0] != '\0', i != ANOTHER_MAY);
    }
    enum another_refusal r = ANOTHER_HELD;
    assert_false(another_refusal_by_name("x", &r));
    assert_int_equal(r, ANOTHER_HELD);
}

static void each_reason_alone_refuses(void **state)
{
    (void)state;
    const struct another_person good = {.state = PERSON_WAITING, .served = true, .open = true};
    struct another_person p = good;
    assert_int_equal(another_refuse(&p), ANOTHER_MAY);
    p.state = PERSON_RESTING;
    assert_int_equal(another_refuse(&p), ANOTHER_MAY);
    p.state = PERSON_HELD;
    assert_int_equal(another_refuse(&p), ANOTHER_HELD);
    p.state = PERSON_UNRESOLVED;
    assert_int_equal(another_refuse(&p), ANOTHER_UNRESOLVED);
    p.state = PERSON_CLOSED;
    assert_int_equal(another_refuse(&p), ANOTHER_CLOSED);
    p.same = true; /* its code closed the call as having gone well */
    assert_int_equal(another_refuse(&p), ANOTHER_MAY);
    p = good;
    p.damaged = true;
    assert_int_equal(another_refuse(&p), ANOTHER_UNREADABLE);
    p = good;
    p.unwanted = true;
    assert_int_equal(another_refuse(&p), ANOTHER_UNWANTED);
    p = good;
    p.served = false;
    assert_int_equal(another_refuse(&p), ANOTHER_NOT_SERVED);
    p = good;
    p.open = false;
    assert_int_equal(another_refuse(&p), ANOTHER_HOURS);
    p = good;
    p.number_busy = true;
    assert_int_equal(another_refuse(&p), ANOTHER_NUMBER);
}

static void the_person_goes_back_to_what_the_first_code_decided(void **state)
{
    (void)state;
    static const struct {
        enum person_state before;
        int64_t due, pause;
        enum person_state to;
        int64_t to_due;
    } rows[] = {
        {PERSON_WAITING,    0,    0,    PERSON_WAITING,    0   },
        {PERSON_WAITING,    0,    1300, PERSON_RESTING,    1300},
        {PERSON_RESTING,    1500, 0,    PERSON_RESTING,    1500},
        {PERSON_RESTING,    1500, 1300, PERSON_RESTING,    1500},
        {PERSON_RESTING,    1200, 1300, PERSON_RESTING,    1300},
        {PERSON_RESTING,    1000, 0,    PERSON_WAITING,    0   },
        {PERSON_RESTING,    900,  0,    PERSON_WAITING,    0   },
        {PERSON_CLOSED,     0,    1300, PERSON_CLOSED,     0   },
        {PERSON_UNRESOLVED, 0,    1300, PERSON_UNRESOLVED, 0   },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t due = -1;
        assert_int_equal(another_back(rows[i].before, rows[i].due, rows[i].pause, 1000, &due),
                         rows[i].to);
        assert_int_equal(due, rows[i].to_due);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_agent_types_is_read),
        cmocka_unit_test(faults_name_their_field_and_change_nothing),
        cmocka_unit_test(names_round_trip),
        cmocka_unit_test(each_reason_alone_refuses),
        cmocka_unit_test(the_person_goes_back_to_what_the_first_code_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
