/* SPDX-License-Identifier: Apache-2.0 */
/* How characters show, on terminals with Unicode and with ASCII only. */

#include "tui/glyph.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/utf8.h"

static int in_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

static const char *in_ascii(const char *text, char *ret, size_t size)
{
    size_t n = 0;
    for (size_t i = 0, len = strlen(text); i < len;) {
        struct glyph g = glyph_at(text + i, len - i, false);
        for (int j = 0; j < g.n && n + 1 < size; j++) {
            assert_in_range(g.text[j], ' ', '~');
            ret[n++] = (char)g.text[j];
        }
        assert_int_equal(g.cols, g.n);
        i += g.bytes;
    }
    ret[n] = '\0';
    return ret;
}

static void names_are_written_in_ascii_letters(void **state)
{
    static const char *const names[][2] = {
        {"Amélie Modèle, Noël à Liège",            "Amelie Modele, Noel a Liege"       },
        {"sœur d’Œdipe, Æneas, Straße",           "soeur d'OEdipe, AEneas, Strasse"   },
        {"e\xcc\x81lodie n\xcc\x83",                    "elodie n"                          },
        {"Şükrü İğdır Çiğdem Öztürk",         "Sukru Igdir Cigdem Ozturk"         },
        {"Þórður Jónsdóttir",                      "Thordur Jonsdottir"                },
        {"Łukasz Żółć, Dvořák, Ștefan Țiriac", "Lukasz Zolc, Dvorak, Stefan Tiriac"},
        {"Nguyễn Thị Phượng, Əliyev",           "Nguyen Thi Phuong, Eliyev"         },
        {"« oui » – 5 € … n° 3",               "\" oui \" - 5 EUR ... no 3"        },
    };
    char text[128];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_string_equal(in_ascii(names[i][0], text, sizeof text), names[i][1]);
}

static void every_latin_letter_has_an_ascii_form(void **state)
{
    (void)state;
    for (uint32_t c = 0xC0; c <= 0x1EFF; c = c == 0x17F ? 0x1E00 : c + 1) {
        char bytes[4];
        struct glyph g = glyph_at(bytes, utf8_encode(c, bytes), false);
        assert_true(g.n >= 1);
        assert_int_not_equal(g.text[0], '?');
    }
}

static void widths_are_those_of_the_terminal(void **state)
{
    (void)state;
    assert_int_equal(glyph_at("李", 3, true).cols, 2);
    assert_int_equal(glyph_at("\xcc\x81", 2, true).cols, 0);
    assert_int_equal(glyph_at("\xcc\x81", 2, true).n, 1);
    assert_int_equal(glyph_at("李", 3, false).cols, 1);
}

static void what_terminals_disagree_about_is_replaced(void **state)
{
    static const char *const some[] = {"\xee\x80\x80", "\xf3\xb0\x80\x80", "\xef\xbf\xbe", "\xff",
                                       "\xf0\x9f"};
    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        struct glyph g = glyph_at(some[i], strlen(some[i]), true);
        assert_int_equal(g.text[0], 0xFFFD);
        assert_int_equal(g.cols, 1);
        assert_in_range(g.bytes, 1, strlen(some[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_written_in_ascii_letters),
        cmocka_unit_test(every_latin_letter_has_an_ascii_form),
        cmocka_unit_test(widths_are_those_of_the_terminal),
        cmocka_unit_test(what_terminals_disagree_about_is_replaced),
    };
    return cmocka_run_group_tests(tests, in_utf8, NULL);
}
