/* SPDX-License-Identifier: Apache-2.0 */
/* What each view looks like, beside pictures that were once looked at: at 80x24 and 200x60, in
 * English and French; a few with their colours, without colour, and in ASCII. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/harness/golden.h"
#include "tests/harness/tmpdir.h"
#include "tests/tui/screen.h"

struct picture {
    const char *name;
    const char *view;
    const char *keys; /* typed once the view is there, NULL = none */
};

static const struct picture pictures[] = {
    {"sign_in",             "sign-in",         NULL                                                     },
    {"home",                "home",            NULL                                                     },
    {"home_off_queue",      "off-queue",       NULL                                                     },
    {"incoming",            "rung",            NULL                                                     },
    {"incoming_talking",    "rung-talking",    "<F6><F7>"                                               },
    {"offer",               "offer",           NULL                                                     },
    {"preview",             "preview",         NULL                                                     },
    {"preview_two_numbers", "preview-two",     "<Down>"                                                 },
    {"skip",                "preview",         "s"                                                      },
    {"ringing",             "ringing",         NULL                                                     },
    {"talking",             "talking",         NULL                                                     },
    {"script_date",         "date",            "3/4"                                                    },
    {"script_choice",       "choice",          "<Down>"                                                 },
    {"script_text",         "text",            NULL                                                     },
    {"script_search",       "many",            "bus"                                                    },
    {"script_several",      "several",         "13"                                                     },
    {"script_instance",     "several",         "1<Enter>Ann<Enter>y5<Enter><S-Tab><Insert>1Bob<Enter>"  },
    {"script_repeat",       "several",         "<Enter>Ann<Enter><Insert>"                              },
    {"script_filled",       "filled",          "3 mei 2020<Enter>"                                      },
    {"script_filled_said",  "filled",          "<C-v>3 mei 2020<Enter>"                                 },
    {"script_marks",        "types",           NULL                                                     },
    {"script_moment",       "types",           "14h30<Enter>hier 9h15"                                  },
    {"script_quantity",     "types",           "14h30<Enter><Enter>37,50"                               },
    {"script_lines",        "types",           "<Tab><Tab><Tab><Tab>Baker<Enter>Nurse<Enter>"           },
    {"script_own_words",    "types",           "<Tab><Tab><Tab><Tab><Tab>boat"                          },
    {"script_sections",     "types",           "14h30<Enter><C-b>"                                      },
    {"script_end",          "complete",        NULL                                                     },
    {"missing",             "date",            "<C-s>"                                                  },
    {"poor_line",           "poor-line",       NULL                                                     },
    {"encrypted",           "encrypted",       NULL                                                     },
    {"plain_call",          "plain-call",      NULL                                                     },
    {"bad_certificate",     "bad-cert",        NULL                                                     },
    {"dialpad",             "talking",         "<F5>"                                                   },
    {"transfer",            "talking",         "<F8>"                                                   },
    {"transfer_chosen",     "talking",         "<F8>pub<Enter>"                                         },
    {"consult_window",      "talking",         "<F9>02 214 19 19<Enter>"                                },
    {"consult_ringing",     "consult-ringing", NULL                                                     },
    {"consult",             "consult",         NULL                                                     },
    {"consult_number",      "consult-number",  NULL                                                     },
    {"consult_swapped",     "consult-swapped", NULL                                                     },
    {"consult_busy",        "consult-busy",    NULL                                                     },
    {"transferring",        "transferring",    NULL                                                     },
    {"transfer_failed",     "transfer-failed", NULL                                                     },
    {"acw_expert",          "acw-expert",      NULL                                                     },
    {"record",              "talking",         "<C-d>"                                                  },
    {"questions",           "date",            "<C-f>"                                                  },
    {"backend_away",        "away",            NULL                                                     },
    {"acw",                 "acw",             NULL                                                     },
    {"acw_callback",        "acw",             "6"                                                      },
    {"acw_refused",         "acw",             "4"                                                      },
    {"acw_wrong_person",    "acw",             "1"                                                      },
    {"acw_unsubmitted",     "acw",             "3"                                                      },
    {"acw_submitted",       "acw-whole",       "3"                                                      },
    {"callback",            "acw-days",        "6<C-p>tomorrow<Tab>15:30<Tab><Tab>0475999888"           },
    {"callback_week",       "acw-days",        "6<C-p><Up><Right><Right>"                               },
    {"callback_refused",    "acw",             "6<C-p>tomorrow<Tab>15:30"                               },
    {"acw_red",             "acw-red",         NULL                                                     },
    {"acw_at_home",         "acw-red",         "<F2>"                                                   },
    {"acw_overdue",         "overdue",         NULL                                                     },
    {"done",                "done",            NULL                                                     },
    {"another",             "done",            "<C-a>"                                                  },
    {"another_party",       "done",            "<C-a>1Marie Exemple<Enter>0470 99 99 98"                },
    {"another_refused",     "done",            "<C-a>4Marie<Enter>0900 12 345<Enter>"                   },
    {"another_pending",     "done",            "<C-a>3<Enter>02 214 19 19<Enter>"                       },
    {"another_contacts",    "done-contacts",   "<C-a>5<Down><Down><Enter>"                              },
    {"another_none",        "done",            "<C-a>5"                                                 },
    {"preview_another",     "preview-another", NULL                                                     },
    {"talking_another",     "talking-another", NULL                                                     },
    {"record_another",      "talking-another", "<C-d><PageDown>"                                        },
    {"help",                "home",            "<F1>"                                                   },
    {"preferences",         "home",            "<C-o>"                                                  },
    {"sign_out",            "home",            "<C-q>"                                                  },
    {"locked",              "locked",          NULL                                                     },
    {"incident",            "home",            "<F12>"                                                  },
    {"incident_person",     "talking",         "<F12>A list went astray.<Tab>-45<Tab> "                 },
    {"preview_unwanted",    "unwanted",        NULL                                                     },
    {"wish",                "talking",         "<C-y><Down>"                                            },
    {"wish_number",         "talking",         "<C-y><Down><Enter>"                                     },
    {"wish_any",            "done",            "<C-y><Down><Down><Enter>"                               },
    {"wish_overdue",        "overdue",         "<C-y><Down><Enter>"                                     },
    {"alarms",              "alarms",          "<F11>"                                                  },
    {"alarm_incident",      "alarms",          "<F11>1"                                                 },
    {"alarm_stuck",         "alarms",          "<F11>2"                                                 },
    {"alarm_release",       "alarms",          "<F11>2rNobody is at that desk.<Tab>"                    },
    {"correct_which",       "home",            "c"                                                      },
    {"correct",             "home",            "c<Down><Enter>"                                         },
    {"correct_when",        "home-days",       "c<Down><Enter>6tomorrow<Tab>15:30"                      },
    {"sound",               "sound",           "s<Down>"                                                },
    {"sound_silent",        "sound-silent",    "<C-o>4<Up>"                                             },
    {"sound_many",          "sound-many",      "s<Down><Down><Down><Down><Down><Down><Down><Down><Down>"},
    {"sound_gone",          "headset-gone",    "<C-o>4"                                                 },
    {"headset_gone",        "headset-gone",    NULL                                                     },
    {"mic_silent",          "mic-silent",      NULL                                                     },
};
#define PICTURE_COUNT (sizeof pictures / sizeof pictures[0])

static bool has_painted(struct term *t, void *arg)
{
    (void)arg;
    return term_row(t, term_rows(t) - 1)[0] != '\0';
}

static void take_picture(const struct picture *p, int rows, int cols, const char *const *env,
                         const char *suffix, int flags)
{
    char name[96];
    struct screen s;
    screen_start(&s, p->view, rows, cols, env);
    assert_true(term_wait(s.term, has_painted, NULL, TERM_DEADLINE_MS));
    if (p->keys)
        term_send_keys(s.term, p->keys);
    snprintf(name, sizeof name, "%s_%s", p->name, suffix);
    assert_golden(s.term, name, flags);
    screen_stop(&s);
}

static void all_views_are_right_at_80x24_in_english(void **state)
{
    (void)state;
    for (size_t i = 0; i < PICTURE_COUNT; i++)
        take_picture(&pictures[i], 24, 80, NULL, "80x24", GOLDEN_CURSOR);
}

static void all_views_are_right_at_80x24_in_french(void **state)
{
    (void)state;
    static const char *const french[] = {"LANGUAGE=fr", NULL};
    for (size_t i = 0; i < PICTURE_COUNT; i++)
        take_picture(&pictures[i], 24, 80, french, "80x24_fr", GOLDEN_CURSOR);
}

static void all_views_use_the_room_of_200x60(void **state)
{
    (void)state;
    static const char *const french[] = {"LANGUAGE=fr", NULL};
    for (size_t i = 0; i < PICTURE_COUNT; i++) {
        take_picture(&pictures[i], 60, 200, NULL, "200x60", GOLDEN_CURSOR);
        take_picture(&pictures[i], 60, 200, french, "200x60_fr", GOLDEN_CURSOR);
    }
}

/* Questions of every type, long lists, and texts in the two languages that may be spoken. */
static bool is_of_script(const struct picture *p)
{
    static const char *const of_script[] = {"types", "many", "filled"};
    for (size_t i = 0; i < sizeof of_script / sizeof of_script[0]; i++)
        if (strcmp(p->view, of_script[i]) == 0)
            return true;
    return false;
}

/* The width of many a second screen: the script between record and questions. */
static void every_type_of_question_fits_132x43(void **state)
{
    (void)state;
    static const char *const french[] = {"LANGUAGE=fr", NULL};
    for (size_t i = 0; i < PICTURE_COUNT; i++) {
        if (!is_of_script(&pictures[i]))
            continue;
        take_picture(&pictures[i], 43, 132, NULL, "132x43", GOLDEN_CURSOR);
        take_picture(&pictures[i], 43, 132, french, "132x43_fr", GOLDEN_CURSOR);
    }
}

/* Too narrow for the whole record beside the script, and wide enough for its sections. */
static void the_sections_stand_beside_the_script_at_112x30(void **state)
{
    (void)state;
    static const char *const french[] = {"LANGUAGE=fr", NULL};
    static const char *const some[] = {"script_filled", "script_filled_said", "script_search",
                                       "script_lines"};
    for (size_t i = 0; i < PICTURE_COUNT; i++)
        for (size_t k = 0; k < sizeof some / sizeof some[0]; k++) {
            if (strcmp(pictures[i].name, some[k]) != 0)
                continue;
            take_picture(&pictures[i], 30, 112, NULL, "112x30", GOLDEN_CURSOR);
            take_picture(&pictures[i], 30, 112, french, "112x30_fr", GOLDEN_CURSOR);
        }
}

static void colours_mark_what_matters(void **state)
{
    (void)state;
    static const struct picture some[] = {
        {"colours_talking", "choice",  NULL},
        {"colours_offer",   "offer",   NULL},
        {"colours_acw_red", "acw-red", NULL},
    };
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        take_picture(&some[i], 24, 80, NULL, "256", GOLDEN_ATTRIBUTES);
    static const char *const eight[] = {"TERM=xterm", NULL};
    take_picture(&some[0], 24, 80, eight, "8", GOLDEN_ATTRIBUTES);
}

/* Kinds of terminals that Debian's ncurses-base does not have, compiled into a directory. */
static char *compile_kinds(void)
{
    static const char script[] =
        "kind() { printf '%s|a kind of xterm,\\n\\t%s,\\n' \"$1\" \"$2\"; "
        "infocmp -1x xterm | grep -vE '^(#|xterm)|colors|pairs|seta[bf]|set[bf]='; }\n"
        "{ kind sixteen 'colors#16, pairs#256, setaf=\\E[3%p1%dm, setab=\\E[4%p1%dm'\n"
        "kind eighty-eight 'colors#88, pairs#7744, setaf=\\E[3%p1%dm, setab=\\E[4%p1%dm'\n"
        "rgb='%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m'\n"
        "kind direct \"RGB, colors#0x1000000, pairs#0x7fff, "
        "setaf=\\E[%?%p1%{8}%<%t3%p1%d%e38;2;$rgb, setab=\\E[%?%p1%{8}%<%t4%p1%d%e48;2;$rgb\"\n"
        "} >kinds && tic -x -o . kinds";
    static const char *const argv[] = {"bash", "-c", script, NULL};
    char *dir = tmpdir_new();
    struct term *t = term_start(&(struct term_opts){
        .spawn = {.argv = argv, .home = dir}
    });
    assert_term_exits(t, 0);
    term_close(t);
    return dir;
}

static void sixteen_and_millions_of_colours_look_as_they_should(void **state)
{
    static const char *const old[] = {"TERM=sixteen", "TERM=eighty-eight"};
    static const struct picture some = {"colours_talking", "choice", NULL};
    (void)state;
    char *dir = compile_kinds();
    char terminfo[256];
    snprintf(terminfo, sizeof terminfo, "TERMINFO=%s", dir);
    for (size_t i = 0; i < 2; i++) {
        const char *const env[] = {terminfo, old[i], NULL};
        take_picture(&some, 24, 80, env, "8", GOLDEN_ATTRIBUTES);
    }
    const char *const env[] = {terminfo, "TERM=direct", NULL};
    take_picture(&some, 24, 80, env, "direct", GOLDEN_ATTRIBUTES);
    tmpdir_free(dir);
}

static void no_color_takes_the_colours_away_and_nothing_else(void **state)
{
    (void)state;
    static const char *const plain[] = {"NO_COLOR=1", NULL};
    static const char *const mono[] = {"TERM=xterm-mono", NULL};
    static const struct picture some = {"plain_talking", "choice", NULL};
    take_picture(&some, 24, 80, plain, "no_color", GOLDEN_ATTRIBUTES);
    take_picture(&some, 24, 80, mono, "mono", GOLDEN_ATTRIBUTES);
}

static void a_terminal_without_utf8_gets_ascii(void **state)
{
    (void)state;
    static const char *const ascii[] = {"LC_ALL=C", "LANGUAGE=fr", NULL};
    static const struct picture some[] = {
        {"ascii_talking", "choice",  NULL   },
        {"ascii_record",  "talking", "<C-d>"},
    };
    take_picture(&some[0], 24, 80, ascii, "80x24_fr", GOLDEN_CURSOR);
    take_picture(&some[1], 24, 80, ascii, "80x24_fr", GOLDEN_CURSOR);
}

static void a_terminal_too_small_says_so_and_comes_back(void **state)
{
    (void)state;
    struct screen s;
    screen_start(&s, "talking", 24, 80, NULL);
    assert_screen_shows(s.term, "F6 Mute");
    term_resize(s.term, 10, 40);
    assert_screen_shows(s.term, "Enlarge it.");
    assert_golden(s.term, "too_small_40x10", GOLDEN_CURSOR);
    term_resize(s.term, 60, 200);
    assert_golden(s.term, "talking_200x60", GOLDEN_CURSOR);
    term_resize(s.term, 24, 80);
    assert_golden(s.term, "talking_80x24", GOLDEN_CURSOR);
    screen_stop(&s);
}

/* Whoever made the window small for a moment still has to choose a code in time. */
static void a_terminal_too_small_still_counts_down(void **state)
{
    (void)state;
    struct screen s;
    screen_start(&s, "acw", 24, 80, NULL);
    assert_screen_shows(s.term, "After-call work");
    term_resize(s.term, 10, 40);
    assert_golden(s.term, "too_small_acw_40x10", GOLDEN_CURSOR);
    term_resize(s.term, 24, 80);
    assert_screen_shows(s.term, "choose a code first");
    screen_stop(&s);
    screen_start(&s, "preview", 24, 80, NULL);
    assert_screen_shows(s.term, "calls by itself");
    term_resize(s.term, 10, 40);
    assert_golden(s.term, "too_small_preview_40x10", GOLDEN_CURSOR);
    term_resize(s.term, 24, 80);
    assert_screen_shows(s.term, "Kind");
    screen_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_views_are_right_at_80x24_in_english),
        cmocka_unit_test(all_views_are_right_at_80x24_in_french),
        cmocka_unit_test(all_views_use_the_room_of_200x60),
        cmocka_unit_test(every_type_of_question_fits_132x43),
        cmocka_unit_test(the_sections_stand_beside_the_script_at_112x30),
        cmocka_unit_test(colours_mark_what_matters),
        cmocka_unit_test(sixteen_and_millions_of_colours_look_as_they_should),
        cmocka_unit_test(no_color_takes_the_colours_away_and_nothing_else),
        cmocka_unit_test(a_terminal_without_utf8_gets_ascii),
        cmocka_unit_test(a_terminal_too_small_says_so_and_comes_back),
        cmocka_unit_test(a_terminal_too_small_still_counts_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
