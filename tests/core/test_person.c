/* SPDX-License-Identifier: Apache-2.0 */
/* Records, column by column. Everybody here is invented. */

#include "core/person.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static enum err_code set(struct record *r, const char *name, const char *text, struct err *err)
{
    enum record_column column;
    assert_true(record_column_by_name(name, strlen(name), &column));
    return record_set_field(r, column, text, strlen(text), err);
}

static void assert_reads(const struct record *r, const char *name, const char *expected)
{
    enum record_column column;
    CLEANUP_BUF struct buf b = {0};
    assert_true(record_column_by_name(name, strlen(name), &column));
    record_get_field(r, column, &b);
    assert_string_equal(buf_text(&b), expected);
}

static void names_are_found_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < REGION_COUNT; i++) {
        enum region back;
        const char *name = region_name((enum region)i);
        assert_true(region_by_name(name, strlen(name), &back));
        assert_int_equal(back, i);
        assert_true(region_text(back)[0]);
    }
    for (unsigned i = 0; i < PERSON_KIND_COUNT; i++) {
        enum person_kind back;
        const char *name = person_kind_name((enum person_kind)i);
        assert_true(person_kind_by_name(name, strlen(name), &back));
        assert_int_equal(back, i);
        assert_true(person_kind_text(back)[0]);
    }
    for (unsigned i = 0; i < PERSON_STATE_COUNT; i++) {
        enum person_state back;
        const char *name = person_state_name((enum person_state)i);
        assert_true(person_state_by_name(name, strlen(name), &back));
        assert_int_equal(back, i);
        assert_true(person_state_text(back)[0]);
    }
    enum region region = REGION_BXL;
    assert_false(region_by_name("wal", 3, &region));
    assert_false(region_by_name("WALX", 4, &region));
    assert_false(region_by_name("WAL", 2, &region));
    assert_int_equal(region, REGION_BXL);
}

static void every_column_has_a_row(void **state)
{
    (void)state;
    static const char *const names[] = {
        "sciensano_request_ticket",
        "ticket_at",
        "niss",
        "name_index_patient",
        "given_name",
        "family_name",
        "birth_date",
        "phone",
        "phone_2",
        "phone_3",
        "phone_4",
        "language",
        "region",
        "kind",
        "municipality",
        "notes",
        "index_ticket",
        "sample_date",
        "last_contact_date",
        "queue",
    };
    assert_int_equal(sizeof names / sizeof names[0], RECORD_COLUMN_COUNT);
    for (int i = 0; i < RECORD_COLUMN_COUNT; i++) {
        const struct record_field *f = record_field((enum record_column)i);
        assert_string_equal(f->name, names[i]);
        assert_true(f->text[0] && f->max_chars > 0);
    }
    enum record_column column;
    assert_false(record_column_by_name("phone_5", 7, &column));
    assert_false(record_column_by_name("", 0, &column));
}

static void a_whole_row_is_read_and_written_back(void **state)
{
    (void)state;
    static const struct {
        const char *column, *text, *again;
    } row[] = {
        {"sciensano_request_ticket", "T-2026-000017",             "T-2026-000017"       },
        {"ticket_at",                "2026-03-28T08:05:09+01:00", "2026-03-28T07:05:09Z"},
        {"niss",                     "85.07.30-033.28",           "85073003328"         },
        {"name_index_patient",       "Bram Verzonnen",            "Bram Verzonnen"      },
        {"given_name",               "  Zoé\t",                  "Zoé"                },
        {"family_name",              "D’Invention",             "D’Invention"       },
        {"birth_date",               "1985-07-30",                "1985-07-30"          },
        {"phone",                    "0470/00.01.23",             "+32470000123"        },
        {"phone_3",                  "02 214 19 19",              "+3222141919"         },
        {"language",                 "FR",                        "fr"                  },
        {"region",                   "WAL",                       "WAL"                 },
        {"kind",                     "contact",                   "contact"             },
        {"municipality",             "Liège",                    "Liège"              },
        {"notes",                    "first\nsecond\tline",       "first\nsecond\tline" },
        {"index_ticket",             "T-2026-000003",             "T-2026-000003"       },
        {"queue",                    " WAL_Public-Health ",       "WAL_Public-Health"   },
    };
    struct record r = {0};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct err err = {0};
        assert_int_equal(set(&r, row[i].column, row[i].text, &err), ERR_OK);
        assert_reads(&r, row[i].column, row[i].again);
    }
    assert_int_equal(record_check(&r, NULL), ERR_OK);
    assert_reads(&r, "phone_2", "");
    assert_int_equal(record_phone_count(&r), 2);
    record_tidy_phones(&r);
    assert_reads(&r, "phone_2", "+3222141919");
    assert_reads(&r, "phone_3", "");
    record_wipe(&r);
    static const struct record empty;
    assert_memory_equal(&r, &empty, sizeof r);
}

static void a_broken_value_names_its_column_and_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *column, *text;
        enum err_code code;
    } cases[] = {
        {"sciensano_request_ticket", "a b",         ERR_INVALID  },
        {"sciensano_request_ticket", "é",          ERR_INVALID  },
        {"sciensano_request_ticket", "",            ERR_INVALID  },
        {"ticket_at",                "2026-03-28",  ERR_INVALID  },
        {"niss",                     "85073003329", ERR_INVALID  },
        {"niss",                     "8507300332",  ERR_INVALID  },
        {"given_name",               "a\x1b[2J",    ERR_INVALID  },
        {"given_name",               "a\nb",        ERR_INVALID  },
        {"family_name",              "Ren\xE9",     ERR_INVALID  },
        {"family_name",              "  ",          ERR_INVALID  },
        {"birth_date",               "1985-02-30",  ERR_INVALID  },
        {"birth_date",               "30/07/1985",  ERR_INVALID  },
        {"phone",                    "470000123",   ERR_PHONE    },
        {"phone",                    "112",         ERR_PHONE    },
        {"phone_4",                  "x",           ERR_PHONE    },
        {"language",                 "french",      ERR_TOO_LARGE},
        {"language",                 "xx",          ERR_INVALID  },
        {"region",                   "FLA",         ERR_INVALID  },
        {"kind",                     "suspect",     ERR_INVALID  },
        {"notes",                    "a\x08",       ERR_INVALID  },
    };
    struct record r = {0};
    assert_int_equal(set(&r, "family_name", "Verzonnen", NULL), ERR_OK);
    assert_int_equal(set(&r, "phone", "0470000123", NULL), ERR_OK);
    const struct record before = r;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        assert_int_equal(set(&r, cases[i].column, cases[i].text, &err), cases[i].code);
        assert_string_equal(err.field, cases[i].column);
        assert_int_equal(err.code, cases[i].code);
        assert_true(err.sentence[0]);
        assert_memory_equal(&r, &before, sizeof r);
        assert_int_equal(set(&r, cases[i].column, cases[i].text, NULL), cases[i].code);
    }
}

static void the_longest_value_of_each_text_fits(void **state)
{
    (void)state;
    static const enum record_column texts[] = {RECORD_NAME_INDEX_PATIENT, RECORD_GIVEN_NAME,
                                               RECORD_FAMILY_NAME, RECORD_MUNICIPALITY,
                                               RECORD_NOTES};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct record r = {0};
        struct err err = {0};
        CLEANUP_BUF struct buf b = {0};
        CLEANUP_BUF struct buf back = {0};
        for (size_t k = 0; k < record_field(texts[i])->max_chars; k++)
            buf_str(&b, "😀");
        assert_int_equal(record_set_field(&r, texts[i], b.data, b.len, &err), ERR_OK);
        record_get_field(&r, texts[i], &back);
        assert_string_equal(buf_text(&back), buf_text(&b));
        buf_str(&b, "x");
        assert_int_equal(record_set_field(&r, texts[i], b.data, b.len, &err), ERR_TOO_LARGE);
        assert_string_equal(err.field, record_field(texts[i])->name);
    }
    struct record r = {0};
    char ticket[RECORD_TICKET_CHARS + 1];
    memset(ticket, 'T', sizeof ticket);
    assert_int_equal(record_set_field(&r, RECORD_TICKET, ticket, RECORD_TICKET_CHARS, NULL),
                     ERR_OK);
    assert_int_equal(record_set_field(&r, RECORD_TICKET, ticket, sizeof ticket, NULL),
                     ERR_TOO_LARGE);
}

static void empty_text_takes_a_value_away(void **state)
{
    (void)state;
    struct record r = {0};
    assert_int_equal(set(&r, "given_name", "Zoé", NULL), ERR_OK);
    assert_int_equal(set(&r, "given_name", " ", NULL), ERR_OK);
    assert_int_equal(set(&r, "niss", "", NULL), ERR_OK);
    static const struct record empty;
    assert_memory_equal(&r, &empty, sizeof r);
}

static void the_first_missing_column_is_named(void **state)
{
    (void)state;
    struct record r = {0};
    struct err err = {0};
    assert_int_equal(record_check(&r, &err), ERR_INVALID);
    assert_string_equal(err.field, "sciensano_request_ticket");
}

static void a_doubtful_register_number_is_kept_and_marked(void **state)
{
    (void)state;
    struct record r = {0};
    struct err err = {0};
    assert_int_equal(record_set_doubtful_niss(&r, "85073003329", 11, &err), ERR_OK);
    assert_true(r.niss_doubtful);
    assert_reads(&r, "niss", "85073003329");
    assert_int_equal(record_set_doubtful_niss(&r, "85073", 5, &err), ERR_INVALID);
    assert_string_equal(err.field, "niss");
    assert_int_equal(set(&r, "niss", "85.07.30-033.28", NULL), ERR_OK);
    assert_false(r.niss_doubtful);
}

static void the_same_phone_twice_is_one_phone(void **state)
{
    (void)state;
    struct record r = {0};
    assert_int_equal(set(&r, "phone", "0470000123", NULL), ERR_OK);
    assert_int_equal(set(&r, "phone_2", "+32 470 00 01 23", NULL), ERR_OK);
    assert_int_equal(set(&r, "phone_4", "0470000124", NULL), ERR_OK);
    record_tidy_phones(&r);
    assert_int_equal(record_phone_count(&r), 2);
    assert_reads(&r, "phone_2", "+32470000124");
    assert_reads(&r, "phone_4", "");
}

static void languages_are_those_of_iso_639_1(void **state)
{
    (void)state;
    char code[LANGUAGE_SIZE] = "";
    assert_true(language_parse("NL", 2, code));
    assert_string_equal(code, "nl");
    assert_string_equal(language_name(code), "Dutch");
    assert_true(language_parse("za", 2, code));
    assert_string_equal(language_name(code), "za");
    assert_false(language_parse("xx", 2, code));
    assert_false(language_parse("af", 1, code));
    assert_false(language_parse("aa ", 3, code));
    assert_false(language_parse("fa\0", 3, code));
    assert_string_equal(code, "za");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_again),
        cmocka_unit_test(every_column_has_a_row),
        cmocka_unit_test(a_whole_row_is_read_and_written_back),
        cmocka_unit_test(a_broken_value_names_its_column_and_changes_nothing),
        cmocka_unit_test(the_longest_value_of_each_text_fits),
        cmocka_unit_test(empty_text_takes_a_value_away),
        cmocka_unit_test(the_first_missing_column_is_named),
        cmocka_unit_test(a_doubtful_register_number_is_kept_and_marked),
        cmocka_unit_test(the_same_phone_twice_is_one_phone),
        cmocka_unit_test(languages_are_those_of_iso_639_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
