/* SPDX-License-Identifier: Apache-2.0 */
/* Random keys, pastes and sizes at any moment: what the screen shows afterwards is what a fresh
 * painting shows, cell by cell, with the cursor. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/cleanup.h"
#include "tests/harness/golden.h"
#include "tests/tui/screen.h"

static const char *const views[] = {
    "home",     "offer", "preview-two", "ringing", "talking", "date", "choice",  "text",
    "complete", "long",  "acw",         "acw-red", "done",    "away", "hostile", "wide"};

/* All but those that leave the program or its terminal. Esc alone stands at the end of a turn
 * (screen_settle). */
static const char *const keys[] = {
    "y",         "n",
    "1",         "3",
    "6",         "x",
    "é",         "李",
    "e\xcc\x81", "s",
    "\r",        "\t",
    " ",         "\033[A",
    "\033[B",    "\033[C",
    "\033[D",    "\033[5~",
    "\033[6~",   "\033[Z",
    "\033OP",    "\033OQ",
    "\033OR",    "\033OS",
    "\033[15~",  "\033[17~",
    "\033[18~",  "\033[3~",
    "\x7f",      "\x04",
    "\x06",      "\x07",
    "\x0e",      "\x0f",
    "\x12",      "\x13",
    "\x14",      "\x15",
    "\x16",      "\x17",
    "\x0c",      "\033[<0;1;1M",
    "\033y",     "\033[200~pasted 12\r\n\033[201~",
};

static size_t below(size_t n)
{
    return (size_t)random() % n;
}

static void resize(struct screen *s)
{
    static const int usual[][2] = {
        {24, 80 },
        {60, 200},
        {25, 81 },
        {23, 80 },
        {24, 79 },
        {1,  1  },
    };
    size_t i = below(12);
    bool is_usual = i < sizeof usual / sizeof usual[0];
    term_resize(s->term, is_usual ? usual[i][0] : 1 + (int)below(100),
                is_usual ? usual[i][1] : 1 + (int)below(300));
}

static void act(struct screen *s)
{
    size_t what = below(10);
    if (what == 0)
        resize(s);
    else if (what == 1)
        term_kill(s->term, SIGUSR1); /* a second passes */
    else {
        const char *key = keys[below(sizeof keys / sizeof keys[0])];
        term_send_bytes(s->term, key, strlen(key));
    }
}

static void assert_as_fresh(struct screen *s, const char *view, unsigned seed)
{
    screen_settle(s);
    if (screen_gave(s, "unsteady")) {
        print_error("view %s, seed %u: painting again sends more:\n%s\n", view, seed,
                    term_text(s->term));
        fail();
    }
    CLEANUP_FREE char *grown = golden_picture(s->term, GOLDEN_ATTRIBUTES);
    term_send_bytes(s->term, "\x0c", 1);
    screen_settle(s);
    CLEANUP_FREE char *fresh = golden_picture(s->term, GOLDEN_ATTRIBUTES);
    CLEANUP_FREE char *diff = golden_diff(fresh, grown);
    if (!diff && !strstr(fresh, "cursor: hidden"))
        return;
    print_error("view %s, seed %u, %dx%d (row, - fresh, + grown):\n", view, seed,
                term_cols(s->term), term_rows(s->term));
    fprintf(stderr, "%s\n", diff ? diff : "cursor hidden"); /* cmocka cuts at 1 KiB */
    fail();
}

static void storm(const char *view, unsigned seed)
{
    struct screen s;
    screen_start(&s, view, 24, 80, NULL);
    screen_settle(&s);
    srandom(seed);
    for (int turn = 0; turn < 12; turn++) {
        for (size_t i = 1 + below(12); i > 0; i--)
            act(&s);
        if (below(4) == 0)
            term_send_bytes(s.term, "\033", 1);
        assert_as_fresh(&s, view, seed);
    }
    term_resize(s.term, 24, 80);
    assert_as_fresh(&s, view, seed);
    screen_stop(&s);
}

static void the_picture_is_always_that_of_a_fresh_painting(void **state)
{
    (void)state;
    const char *again = getenv("PUPITRE_SEED"); /* of a storm that failed */
    unsigned seed = again ? (unsigned)strtoul(again, NULL, 10) : (unsigned)time(NULL);
    print_message("# seed %u\n", seed);
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        storm(views[i], seed + (unsigned)i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_picture_is_always_that_of_a_fresh_painting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
