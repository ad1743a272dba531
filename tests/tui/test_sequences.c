/* SPDX-License-Identifier: Apache-2.0 */
/* What the bytes that a terminal sends press: whole, torn at any byte, pasted, and rubbish. */

#define _GNU_SOURCE /* F_SETPIPE_SZ */

#include "tui/keys.h"

#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"

struct typist {
    int fds[2]; /* a pipe: what is typed goes in at [1] */
    int64_t now_ms;
    struct keys *keys;
    struct buf seen; /* the keys, one after the other, as text */
};

static int64_t now_of(void *arg)
{
    return ((struct typist *)arg)->now_ms;
}

static void start(struct typist *p)
{
    *p = (struct typist){.now_ms = 1000000};
    assert_int_equal(pipe(p->fds), 0);
    fcntl(p->fds[0], F_SETPIPE_SZ, 1 << 20);
    p->keys = keys_new(p->fds[0], true, now_of, p);
    assert_non_null(p->keys);
}

static void stop(struct typist *p)
{
    p->keys = keys_free(p->keys);
    close(p->fds[0]);
    close(p->fds[1]);
    buf_free(&p->seen);
}

static int setup(void **state)
{
    static struct typist p;
    start(&p);
    *state = &p;
    return 0;
}

static int teardown(void **state)
{
    stop(*state);
    return 0;
}

/* "a", "<27>" for control characters, "<up>" for a key of curses, "(a)" when it was pasted. */
static void note(struct typist *p, int key, bool pasted)
{
    char text[64];
    if (key >= KEY_BASE)
        snprintf(text, sizeof text, "<%s>", keyname(key - KEY_BASE));
    else if (key < ' ' || key >= 0x7f)
        snprintf(text, sizeof text, "<%d>", key);
    else
        snprintf(text, sizeof text, "%c", key);
    buf_printf(&p->seen, pasted ? "(%s)" : "%s", text);
}

static void take(struct typist *p)
{
    bool pasted;
    int key;
    keys_begin(p->keys);
    while ((key = keys_next(p->keys, &pasted)) != KEYS_NONE)
        note(p, key, pasted);
}

static void type_bytes(struct typist *p, const char *bytes, size_t len)
{
    assert_int_equal(write(p->fds[1], bytes, len), len);
    take(p);
}

static void type(struct typist *p, const char *bytes)
{
    type_bytes(p, bytes, strlen(bytes));
}

static void later(struct typist *p, int64_t ms)
{
    p->now_ms += ms;
}

#define assert_pressed(p, text)                                                                    \
    do {                                                                                           \
        assert_string_equal(buf_text(&(p)->seen), text);                                           \
        buf_clear(&(p)->seen);                                                                     \
    } while (0)

static void letters_and_known_keys_are_themselves(void **state)
{
    struct typist *p = *state;
    type(p, "a\r\t\x18é李\x7f");
    assert_pressed(p, "a<13><9><24><233><26446><127>");
    type(p, "\033[A\033OA\033[15~\033[24~\033[3~\033[Z\033[[B\033OP\033[1~");
    assert_pressed(p, "<KEY_UP><KEY_UP><KEY_F(5)><KEY_F(12)><KEY_DC><KEY_BTAB><KEY_F(2)><KEY_F(1)>"
                      "<KEY_HOME>");
}

static void unknown_sequences_press_nothing(void **state)
{
    static const char *const sequences[] = {
        "\033[1;5A",                        /* Ctrl-Up */
        "\033[15;2~",                       /* Shift-F5 */
        "\033[I\033[O",                     /* focus in and out */
        "\033[<64;10;10M",                  /* the mouse, SGR */
        "\033[<0;1;1m",                     /*   released */
        "\033[M !!",                        /*   as X10 sends it */
        "\033[M\x20yn",                     /*   whose place is text */
        "\033[32;1;1M",                     /*   as rxvt sends it */
        "\033[0n",                          /* status */
        "\033[24;80R",                      /* the cursor's place */
        "\033[?1;2c",                       /* what kind of terminal it is */
        "\033[>41;354;0c",                  /*   which one */
        "\033[?2026;2$y",                   /* a mode's state */
        "\033]11;rgb:1111/2222/3333\033\\", /* a colour */
        "\033]11;rgb:1111/2222/3333\007",
        "\033P1$r0m\033\\", /* a setting */
        "\033P>|XTerm(353)\033\\",
        "\033_Gi=1;OK\033\\", /* a picture */
        "\033[27;5;9~",       /* modifyOtherKeys */
        "\033[57414u",        /* the kitty protocol */
        "\033y",              /* Alt-y */
        "\0331",
        "\033\r",
        "\033\033[A", /* Alt-Up of rxvt */
        "\033Ox",
        "\033[200;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1y",
        "\xc2\x9b"
        "31m",                              /* eight bits */
        "\x80\xff\xc0\xaf\xed\xa0\x80\xf5", /* no UTF-8 */
        "\xc3",
    };
    struct typist *p = *state;
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        type(p, sequences[i]);
        assert_pressed(p, "");
        later(p, 3000);
        type(p, "y");
        assert_pressed(p, "y");
    }
}

/* Wherever a slow line tears a key, its pieces press no letter and no digit. */
static void torn_keys_press_no_letter(void **state)
{
    static const char *const sequences[] = {
        "\033[A",          "\033OA",  "\033[15~", "\033[24~",   "\033[1;5A",
        "\033[<64;10;10M", "\033[[A", "\033OP",   "\033[?1;2c", "\033[201~",
    };
    struct typist *p = *state;
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        size_t len = strlen(sequences[i]);
        for (size_t cut = 1; cut < len; cut++)
            for (int gap_ms = 40; gap_ms <= 640; gap_ms *= 4) {
                type_bytes(p, sequences[i], cut);
                later(p, gap_ms);
                type_bytes(p, sequences[i] + cut, len - cut);
                later(p, 5000);
                const char *seen = buf_text(&p->seen);
                if (cut == 1) { /* Esc has acted: nothing else may */
                    assert_pressed(p, "<27>");
                } else {
                    assert_null(
                        strpbrk(seen[0] == '<' ? strchr(seen, '>') : seen, "0123456789ynosap["));
                    buf_clear(&p->seen);
                }
            }
    }
}

static void a_lone_escape_is_a_key_and_leaves_the_next_one_alone(void **state)
{
    struct typist *p = *state;
    type(p, "\033");
    assert_pressed(p, "<27>");
    type(p, "y");
    assert_pressed(p, "y");
    type(p, "\033\033");
    assert_pressed(p, "<27><27>");
    type(p, "\033");
    later(p, 200);
    type(p, "O"); /* somebody goes on typing "Oui" */
    later(p, 100);
    type(p, "u");
    assert_pressed(p, "<27>Ou");
    type(p, "\033");
    later(p, 1500);
    type(p, "[5");
    assert_pressed(p, "<27>[5");
}

static void what_never_ends_is_forgotten(void **state)
{
    struct typist *p = *state;
    type(p, "\033[2"); /* Alt-[, it may be */
    later(p, 2500);
    type(p, "4");
    assert_pressed(p, "4");
    type(p, "\033]"); /* Alt-] */
    later(p, 600);
    type(p, "n");
    assert_pressed(p, "n");
    type(p, "\033]12\r"); /* a control character breaks off what is under way */
    assert_pressed(p, "<13>");
    type(p, "\033[1\x18");
    assert_pressed(p, "<24>");
}

static void pasted_text_is_text(void **state)
{
    struct typist *p = *state;
    type(p, "\033[200~y1\r\n\t\x18\x03\033[31mé\033]2;x\007\033y!\033[201~n");
    assert_pressed(p, "(y)(1)(<13>)(<10>)(<9>)(<233>)(!)n");
    type(p, "\033[200~a\033[200~b\033[Ac\033[201~");
    assert_pressed(p, "(a)(b)(c)");
    assert_false(keys_is_pasting(p->keys));
}

static void a_torn_bracket_is_a_bracket(void **state)
{
    static const char text[] = "\033[200~yes\033[201~";
    struct typist *p = *state;
    for (size_t cut = 1; cut < sizeof text - 1; cut++) {
        type_bytes(p, text, cut);
        later(p, 400);
        type_bytes(p, text + cut, sizeof text - 1 - cut);
        assert_pressed(p, cut == 1 ? "<27>(y)(e)(s)" : "(y)(e)(s)");
        later(p, 3000);
    }
}

static void a_paste_without_an_end_is_ended_by_escape(void **state)
{
    struct typist *p = *state;
    type(p, "\033[200~half");
    later(p, 60000);
    type(p, "y"); /* perhaps the rest of it: a slow line */
    assert_pressed(p, "(h)(a)(l)(f)(y)");
    assert_true(keys_is_pasting(p->keys));
    type(p, "\033");
    assert_true(keys_is_pasting(p->keys));
    later(p, 499);
    type(p, "z"); /* it was part of the text */
    assert_pressed(p, "");
    type(p, "\033");
    later(p, 500);
    assert_false(keys_is_pasting(p->keys));
    type(p, "y");
    assert_pressed(p, "y");
}

static void a_flood_is_read_in_portions(void **state)
{
    static char text[100000];
    struct typist *p = *state;
    bool pasted;
    size_t n = 0, turns = 0;
    memset(text, 'y', sizeof text);
    memcpy(text, "\033[200~", 6);
    memcpy(text + sizeof text - 6, "\033[201~", 6);
    assert_int_equal(write(p->fds[1], text, sizeof text), sizeof text);
    do {
        keys_begin(p->keys);
        while (keys_next(p->keys, &pasted) != KEYS_NONE) {
            assert_true(pasted);
            n++;
        }
        turns++;
    } while (keys_is_pasting(p->keys));
    assert_int_equal(n, sizeof text - 12);
    assert_in_range(turns, 6, 100);
    assert_int_equal(keys_bytes(p->keys), sizeof text);
}

static void the_end_is_seen(void **state)
{
    struct typist *p = *state;
    assert_int_equal(write(p->fds[1], "x\033", 2), 2);
    close(p->fds[1]);
    take(p);
    assert_pressed(p, "x");
    assert_true(keys_is_gone(p->keys));
    p->fds[1] = open("/dev/null", O_WRONLY);
}

/* Random bytes, cut at random: nothing is read past the end, and a bracket always gets through. */
static void rubbish_is_survived(void **state)
{
    static const char dictionary[] =
        "\033\033\033\033[[[]OPX^_M<?;0129~$\r\x18\x07\x9b\xc3\xe2\xf0yn";
    struct typist *p = *state;
    unsigned seed = (unsigned)time(NULL);
    print_message("# seed %u\n", seed);
    srandom(seed);
    for (int round = 0; round < 3000; round++) {
        char bytes[64];
        size_t len = 1 + (size_t)random() % sizeof bytes;
        for (size_t i = 0; i < len; i++)
            bytes[i] = random() % 4 ? dictionary[(size_t)random() % (sizeof dictionary - 1)]
                                    : (char)random();
        if (bytes[len - 1] == 033)
            bytes[len - 1] = 'y'; /* or each round waits 25 ms */
        type_bytes(p, bytes, len);
        later(p, random() % 100);
    }
    type(p, "\x18\033[201~");
    buf_clear(&p->seen);
    later(p, 5000);
    type(p, "\033[200~y\033[201~n");
    assert_pressed(p, "(y)n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(letters_and_known_keys_are_themselves, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_sequences_press_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(torn_keys_press_no_letter, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lone_escape_is_a_key_and_leaves_the_next_one_alone, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_never_ends_is_forgotten, setup, teardown),
        cmocka_unit_test_setup_teardown(pasted_text_is_text, setup, teardown),
        cmocka_unit_test_setup_teardown(a_torn_bracket_is_a_bracket, setup, teardown),
        cmocka_unit_test_setup_teardown(a_paste_without_an_end_is_ended_by_escape, setup, teardown),
        cmocka_unit_test_setup_teardown(a_flood_is_read_in_portions, setup, teardown),
        cmocka_unit_test_setup_teardown(the_end_is_seen, setup, teardown),
        cmocka_unit_test_setup_teardown(rubbish_is_survived, setup, teardown),
    };
    setlocale(LC_ALL, "C.UTF-8");
    if (setupterm("xterm-256color", STDOUT_FILENO, NULL) == ERR)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
