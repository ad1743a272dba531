/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/api/json.h"

static const struct json_limits small = {.bytes = 1000, .depth = 3, .elements = 5};

static enum err_code parse(const char *text, size_t len, const struct json_limits *limits,
                           cJSON **ret, struct err *err)
{
    return json_parse(text, len, limits, ret, err);
}

static void assert_refused(const char *text, size_t len, const char *sentence)
{
    cJSON *j = NULL;
    struct err err = {0};
    assert_int_equal(parse(text, len, &json_limits_api, &j, &err), ERR_INVALID);
    assert_null(j);
    assert_string_equal(err.sentence, sentence);
}

static void what_json_forbids_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"",                        "line 1, column 1: the text ends too early"                   },
        {"  \n ",                   "line 2, column 2: the text ends too early"                   },
        {"[1,]",                    "line 1, column 4: a value is expected"                       },
        {"[1 2]",                   "line 1, column 4: a comma or ] is expected"                  },
        {"{\"a\":1,}",              "line 1, column 8: a name in quotation marks is expected"     },
        {"{\"a\" 1}",               "line 1, column 6: a colon is expected"                       },
        {"{\"a\":1 \"b\":2}",       "line 1, column 8: a comma or } is expected"                  },
        {"{a:1}",                   "line 1, column 2: a name in quotation marks is expected"     },
        {"'a'",                     "line 1, column 1: a value is expected"                       },
        {"True",                    "line 1, column 1: a value is expected"                       },
        {"NaN",                     "line 1, column 1: a value is expected"                       },
        {"1 1",                     "line 1, column 3: something follows the end of the JSON text"},
        {"{}}",                     "line 1, column 3: something follows the end of the JSON text"},
        {"nullx",                   "line 1, column 5: something follows the end of the JSON text"},
        {"\xEF\xBB\xBF{}",          "line 1, column 1: a byte order mark"                         },
        {"/* */ 1",                 "line 1, column 1: a value is expected"                       },
        {"\"abc",                   "line 1, column 5: the text ends too early, inside a string"  },
        {"[\"\xC3\xA9\",\"a\tb\"]", "line 1, column 8: a control character inside a string"       },
        {"[\n\"\xC3\xA9\xFF\"]",    "line 2, column 3: not UTF-8"                                 },
        {"\"\xC0\xAF\"",            "line 1, column 2: not UTF-8"                                 },
        {"\"\xED\xA0\x80\"",        "line 1, column 2: not UTF-8"                                 },
        {"\"\xF4\x90\x80\x80\"",    "line 1, column 2: not UTF-8"                                 },
        {"\"\xE2\x82\"",            "line 1, column 2: not UTF-8"                                 },
        {"\"\\x41\"",               "line 1, column 2: no such escape"                            },
        {"\"\\u12G4\"",             "line 1, column 6: \\u takes four hexadecimal digits"         },
        {"\"\\u0000\"",             "line 1, column 2: \\u0000 is not allowed"                    },
        {"\"\\uD800\"",             "line 1, column 2: a lone surrogate"                          },
        {"\"\\uDC00\"",             "line 1, column 2: a lone surrogate"                          },
        {"\"\\uD83D\\u0041\"",      "line 1, column 2: a lone surrogate"                          },
        {"[01]",                    "line 1, column 2: not a number as JSON writes them"          },
        {"-01",                     "line 1, column 1: not a number as JSON writes them"          },
        {".5",                      "line 1, column 1: a value is expected"                       },
        {"+5",                      "line 1, column 1: a value is expected"                       },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(cases[i].text, strlen(cases[i].text), cases[i].sentence);
}

/* A file that was cut off says so, wherever it was. */
static void a_text_that_is_cut_ends_too_early(void **state)
{
    (void)state;
    static const char whole[] = "{\"a\": [1.5e+3, null, \"\\u00e9\\n\", {}], \"b\": false}";
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        struct err err = {0};
        cJSON *j = NULL;
        assert_int_equal(parse(whole, n, &json_limits_api, &j, &err), ERR_INVALID);
        if (!strstr(err.sentence, ": the text ends too early"))
            fail_msg("%.*s: %s", (int)n, whole, err.sentence);
    }
    static const char *const cut[] = {"{", "[1", "[1,", "nul", "-", "1.", "1e", "1e+", "{\"a\""};
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
        char sentence[64];
        snprintf(sentence, sizeof sentence, "line 1, column %zu: the text ends too early",
                 strlen(cut[i]) + 1);
        assert_refused(cut[i], strlen(cut[i]), sentence);
    }
    assert_refused("[-]", 3, "line 1, column 2: not a number as JSON writes them");
    assert_refused("[1.]", 4, "line 1, column 2: not a number as JSON writes them");
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    assert_refused("\"a\0b\"", 5, "line 1, column 3: a NUL byte");
    assert_refused("\0", 1, "line 1, column 1: a NUL byte");
    assert_refused("1\0", 2, "line 1, column 2: something follows the end of the JSON text");
}

static void a_name_used_twice_is_refused(void **state)
{
    (void)state;
    static const char rule[] = "a name is used twice in one object";
    static const struct {
        const char *text;
        unsigned line, column;
    } cases[] = {
        {"{\"a\":1,\"a\":2}",                          1, 8 },
        {"{\"a\":1,\"b\":{\"a\":1},\n \"\\u0061\":2}", 2, 2 },
        {"[{\"c\":{\"x\":[],\"y\":1,\"x\":2}}]",       1, 21},
        {"{\"\":1,\"\":2}",                            1, 7 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sentence[100];
        snprintf(sentence, sizeof sentence, "line %u, column %u: %s", cases[i].line,
                 cases[i].column, rule);
        assert_refused(cases[i].text, strlen(cases[i].text), sentence);
    }
    cJSON *j = NULL;
    static const char good[] = "{\"a\":{\"a\":{\"a\":1}},\"A\":[{\"a\":1},{\"a\":1}],\"aa\":1}";
    assert_int_equal(parse(good, strlen(good), &json_limits_api, &j, NULL), ERR_OK);
    j = json_free(j);
}

static void a_large_object_is_checked_for_names_used_twice(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf b = {0};
    buf_char(&b, '{');
    for (unsigned i = 0; i < 200000; i++)
        buf_printf(&b, "\"name%u\":%u,", i * 7919U, i);
    const size_t before = b.len;
    buf_str(&b, "\"last\":0}");
    CLEANUP_JSON cJSON *j = NULL;
    assert_int_equal(parse(b.data, b.len, &json_limits_script, &j, NULL), ERR_OK);
    b.len = before;
    buf_str(&b, "\"name7919\":0}");
    struct err err;
    cJSON *none = NULL;
    assert_int_equal(parse(b.data, b.len, &json_limits_script, &none, &err), ERR_INVALID);
}

static void limits_are_kept(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
    } cases[] = {
        {"[[[]]]",        ERR_OK       },
        {"[[[[]]]]",      ERR_TOO_LARGE},
        {"{\"a\":[{}]}",  ERR_OK       },
        {"[1,2,3,4]",     ERR_OK       },
        {"[1,2,3,4,5]",   ERR_TOO_LARGE},
        {"[[],[],[],[]]", ERR_OK       },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cJSON *j = NULL;
        assert_int_equal(parse(cases[i].text, strlen(cases[i].text), &small, &j, NULL),
                         cases[i].code);
        j = json_free(j);
    }
    char wide[1002];
    memset(wide, ' ', sizeof wide);
    wide[0] = '1';
    cJSON *j = NULL;
    assert_int_equal(parse(wide, 1001, &small, &j, NULL), ERR_TOO_LARGE);
    assert_int_equal(parse(wide, 1000, &small, &j, NULL), ERR_OK);
    j = json_free(j);
    char digits[70];
    memset(digits, '7', sizeof digits);
    assert_int_equal(parse(digits, 61, &json_limits_api, &j, NULL), ERR_INVALID);
    assert_int_equal(parse(digits, 60, &json_limits_api, &j, NULL), ERR_OK);
    j = json_free(j);
}

static void two_hundred_levels_pass_and_one_more_does_not(void **state)
{
    (void)state;
    char text[402];
    cJSON *j = NULL;
    memset(text, '[', 201);
    memset(text + 201, ']', 201);
    assert_int_equal(parse(text, 402, &json_limits_script, &j, NULL), ERR_TOO_LARGE);
    assert_int_equal(parse(text + 1, 400, &json_limits_script, &j, NULL), ERR_OK);
    j = json_free(j);
}

static void assert_printed_again(const char *text, const char *expected)
{
    CLEANUP_JSON cJSON *j = NULL;
    CLEANUP_BUF struct buf b = {0};
    struct err err = {0};
    if (parse(text, strlen(text), &json_limits_api, &j, &err) != ERR_OK)
        fail_msg("%s: %s", text, err.sentence);
    json_print(j, &b);
    assert_string_equal(buf_text(&b), expected);
}

static void numbers_are_printed_as_they_were_written(void **state)
{
    (void)state;
    static const char text[] = "[37.50,0,-0,-0.0,1e400,1E5,9007199254740993,0.1,123456789012345678,"
                               "{\"a\":[1.10,{\"b\":2.20}],\"c\":3.30},4.40]";
    assert_printed_again(text, text);
}

static void copies_keep_the_literals(void **state)
{
    (void)state;
    CLEANUP_JSON cJSON *j = NULL;
    CLEANUP_BUF struct buf b = {0};
    assert_int_equal(parse("{\"t\":37.50}", 11, &json_limits_api, &j, NULL), ERR_OK);
    CLEANUP_JSON cJSON *copy = cJSON_Duplicate(j, true);
    json_print(copy, &b);
    assert_string_equal(buf_text(&b), "{\"t\":37.50}");
    assert_string_equal(json_literal(cJSON_GetObjectItem(copy, "t")), "37.50");
    assert_null(json_literal(j));
}

static void decimals_are_built_from_their_digits(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "1.", "01", "1,5", " 1", "1 ", "NaN", "1e", "--1", "0x1"};
    CLEANUP_BUF struct buf b = {0};
    CLEANUP_JSON cJSON *j = json_decimal("-0.50");
    json_print(j, &b);
    assert_string_equal(buf_text(&b), "-0.50");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_null(json_decimal(bad[i]));
}

static void built_numbers_print_whole_or_exact(void **state)
{
    (void)state;
    static const struct {
        double number;
        const char *text;
    } cases[] = {
        {0,                  "0"               },
        {-5,                 "-5"              },
        {1e15,               "1000000000000000"},
        {9007199254740992.0, "9007199254740992"},
        {0.1,                "0.1"             },
        {1e300,              "1e+300"          },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP_BUF struct buf b = {0};
        CLEANUP_JSON cJSON *j = cJSON_CreateNumber(cases[i].number);
        json_print(j, &b);
        assert_string_equal(buf_text(&b), cases[i].text);
    }
}

static void strings_are_printed_safely(void **state)
{
    (void)state;
    assert_printed_again("\"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\\\/\\u007A\"",
                         "\"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/z\"");
    assert_printed_again("\"\\uD83D\\uDE00\xF0\x9F\x98\x80\\u20ac\"",
                         "\"\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xE2\x82\xAC\"");
    assert_printed_again(" { \"a\" : [ true , false , null , { } , [ ] ] }\r\n",
                         "{\"a\":[true,false,null,{},[]]}");
}

static void readers_fall_back(void **state)
{
    (void)state;
    static const char text[] = "{\"s\":\"x\",\"b\":true,\"i\":-7,\"f\":1.5,\"big\":1e300,"
                               "\"o\":{},\"a\":[],\"n\":null}";
    CLEANUP_JSON cJSON *j = NULL;
    assert_int_equal(parse(text, strlen(text), &json_limits_api, &j, NULL), ERR_OK);
    assert_string_equal(json_str(j, "s", "-"), "x");
    assert_string_equal(json_str(j, "S", "-"), "-");
    assert_string_equal(json_str(j, "i", "-"), "-");
    assert_null(json_str(NULL, "s", NULL));
    assert_true(json_bool(j, "b", false));
    assert_true(json_bool(j, "n", true));
    assert_int_equal(json_int(j, "i", 1), -7);
    assert_int_equal(json_int(j, "f", 1), 1);
    assert_int_equal(json_int(j, "big", 1), 1);
    assert_non_null(json_obj(j, "o"));
    assert_null(json_obj(j, "a"));
    assert_non_null(json_arr(j, "a"));
    assert_null(json_arr(j, "none"));
}

/* clang-format off */
static const struct json_field fields[] = {
    {.name = "name",  .kind = JSON_STRING, .required = true, .min = 1, .max = 5},
    {.name = "count", .kind = JSON_INT, .min = -1, .max = 10},
    {.name = "note",  .kind = JSON_STRING, .nullable = true},
    {.name = "tags",  .kind = JSON_ARRAY, .min = 0, .max = 2},
    {.name = "on",    .kind = JSON_BOOL},
    {.name = "more",  .kind = JSON_OBJECT},
    {.name = "any",   .kind = JSON_INT},
};
/* clang-format on */

static void bodies_are_checked_by_table(void **state)
{
    (void)state;
    static const struct {
        const char *text, *field;
    } cases[] = {
        {"{\"name\":\"a\"}",                                        NULL    },
        {"{\"name\":\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\"}", NULL    },
        {"{\"name\":\"a\",\"count\":10,\"note\":null,\"tags\":[1,2],\"on\":false,"
         "\"more\":{},\"any\":-9007199254740992}",         NULL    },
        {"{}",                                                      "/name" },
        {"{\"name\":null}",                                         "/name" },
        {"{\"name\":\"\"}",                                         "/name" },
        {"{\"name\":\"abcdef\"}",                                   "/name" },
        {"{\"name\":1}",                                            "/name" },
        {"{\"name\":\"a\",\"count\":11}",                           "/count"},
        {"{\"name\":\"a\",\"count\":-2}",                           "/count"},
        {"{\"name\":\"a\",\"count\":1.5}",                          "/count"},
        {"{\"name\":\"a\",\"count\":\"1\"}",                        "/count"},
        {"{\"name\":\"a\",\"tags\":[1,2,3]}",                       "/tags" },
        {"{\"name\":\"a\",\"on\":1}",                               "/on"   },
        {"{\"name\":\"a\",\"more\":[]}",                            "/more" },
        {"{\"name\":\"a\",\"Name\":1}",                             "/Name" },
        {"{\"name\":\"a\",\"85.07.30-033.28\":1}",                  "/"     },
        {"{\"x\":1}",                                               "/name" },
        {"[]",                                                      ""      },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP_JSON cJSON *j = NULL;
        struct err err = {0};
        assert_int_equal(parse(cases[i].text, strlen(cases[i].text), &json_limits_api, &j, NULL),
                         ERR_OK);
        const enum err_code code = json_check(j, fields, sizeof fields / sizeof fields[0], &err);
        assert_int_equal(code, cases[i].field ? ERR_INVALID : ERR_OK);
        if (cases[i].field)
            assert_string_equal(err.field, cases[i].field);
    }
}

static void a_length_is_told_with_its_limit(void **state)
{
    (void)state;
    CLEANUP_JSON cJSON *j = NULL;
    struct err err = {0};
    assert_int_equal(parse("{\"name\":\"abcdef\"}", 17, &json_limits_api, &j, NULL), ERR_OK);
    assert_int_equal(json_check(j, fields, 1, &err), ERR_INVALID);
    assert_string_equal(err.sentence, "The field “name” must have at most 5 characters.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_json_forbids_is_refused_with_its_place),
        cmocka_unit_test(a_text_that_is_cut_ends_too_early),
        cmocka_unit_test(a_nul_byte_is_refused_wherever_it_stands),
        cmocka_unit_test(a_name_used_twice_is_refused),
        cmocka_unit_test(a_large_object_is_checked_for_names_used_twice),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(two_hundred_levels_pass_and_one_more_does_not),
        cmocka_unit_test(numbers_are_printed_as_they_were_written),
        cmocka_unit_test(copies_keep_the_literals),
        cmocka_unit_test(decimals_are_built_from_their_digits),
        cmocka_unit_test(built_numbers_print_whole_or_exact),
        cmocka_unit_test(strings_are_printed_safely),
        cmocka_unit_test(readers_fall_back),
        cmocka_unit_test(bodies_are_checked_by_table),
        cmocka_unit_test(a_length_is_told_with_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
