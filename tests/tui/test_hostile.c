/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile text in every field at once: every byte that reaches the terminal is looked at. */

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

#include "core/utf8.h"
#include "tests/tui/screen.h"

/* --- what may be sent --- */

/* Sequences of terminfo's xterm-256color that place, scroll, erase and colour, and our own few. */
static size_t allowed_csi(const char *s, size_t len)
{
    static const char *const whole[] = {
        "?1049h",  "?1049l", "?1h",    "?1l", "?7h",     "?12l",    "?25h",  "?25l",
        "?12;25h", "?2004h", "?2004l", "4l",  "22;0;0t", "23;0;0t", "22;2t", "23;2t",
    };
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (len >= strlen(whole[i]) && memcmp(s, whole[i], strlen(whole[i])) == 0)
            return strlen(whole[i]);
    size_t n = 0;
    while (n < len && (s[n] == ';' || (s[n] >= '0' && s[n] <= '9')))
        n++;
    return n < len && memchr("ABCDGHdJKXPLM@mbrST", s[n], 19) ? n + 1 : 0;
}

static size_t allowed_escape(const char *s, size_t len)
{
    static const char *const whole[] = {
        "(B",
        "(0",
        "=",
        ">",
        "7",
        "8",
        "M",
        "]2;Pupitre\a",
        "]2;(!) Pupitre: somebody is offered\a",
        "]2;(!) Pupitre: somebody calls\a",
    };
    if (len && s[0] == '[') {
        size_t n = allowed_csi(s + 1, len - 1);
        return n ? n + 1 : 0;
    }
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (len >= strlen(whole[i]) && memcmp(s, whole[i], strlen(whole[i])) == 0)
            return strlen(whole[i]);
    return 0;
}

static bool is_allowed(uint32_t c, bool ascii)
{
    static const uint32_t refused[][2] = {
        {0x7F,    0x9F    },
        {0xAD,    0xAD    },
        {0x61C,   0x61C   },
        {0x200B,  0x200F  },
        {0x2028,  0x202E  },
        {0x2060,  0x206F  },
        {0xE000,  0xF8FF  },
        {0xFE00,  0xFE0F  },
        {0xFEFF,  0xFEFF  },
        {0xFFFE,  0xFFFF  },
        {0xE0000, 0x10FFFF},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (c >= refused[i][0] && c <= refused[i][1])
            return false;
    return c >= ' ' ? !ascii || c < 0x7F : c && strchr("\r\n\b\t\a", (int)c) != NULL;
}

/* Where something stands that may not be sent; len when all is well. */
static size_t first_refused(const char *raw, size_t len, bool ascii)
{
    for (size_t i = 0; i < len;) {
        uint32_t c;
        size_t n = raw[i] == '\033' ? allowed_escape(raw + i + 1, len - i - 1)
                                    : utf8_decode(raw + i, len - i, &c);
        if (n == 0 || (raw[i] != '\033' && !is_allowed(c, ascii)))
            return i;
        i += n + (raw[i] == '\033');
    }
    return len;
}

static void assert_harmless(struct screen *s, bool ascii, const char *view, unsigned seed)
{
    size_t len;
    screen_settle(s);
    const char *raw = term_raw(s->term, &len);
    size_t at = first_refused(raw, len, ascii);
    if (at == len)
        return;
    print_error("view %s, seed %u: byte %zu of %zu:", view, seed, at, len);
    for (size_t i = at; i < len && i < at + 12; i++)
        print_error(" %02x", (unsigned char)raw[i]);
    print_error("\n%s\n", term_text(s->term));
    fail();
}

/* --- everywhere --- */

static const struct {
    const char *view;
    const char *keys; /* each opens something else in front */
} places[] = {
    {"sign-in-error", ""                      },
    {"home",          "\x0f\033\x11\033"      },
    {"rung",          ""                      },
    {"offer",         "s"                     },
    {"preview-two",   "\033[Bs"               },
    {"ringing",       ""                      },
    {"talking",       "\x04\033[6~\033[6~\x0e"},
    {"date",          "\x06"                  },
    {"date",          "\x13"                  },
    {"choice",        "\033[B\033[B"          },
    {"text",          "x"                     },
    {"complete",      "\033OQ"                },
    {"long",          "\033[6~\033[6~"        },
    {"acw",           "6\x14"                 },
    {"overdue",       "\033[B"                },
    {"done",          ""                      },
    {"away",          "\033OQ"                },
};

static void look_everywhere(unsigned seed, const char *locale, int rows, int cols)
{
    char planted[48];
    snprintf(planted, sizeof planted, "FIXTURE_HOSTILE=%u", seed);
    const char *const env[] = {planted, locale, NULL};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct screen s;
        bool ascii = strcmp(locale, "LC_ALL=C") == 0;
        screen_start(&s, places[i].view, rows, cols, env);
        screen_settle(&s);
        term_send_bytes(s.term, places[i].keys, strlen(places[i].keys));
        assert_harmless(&s, ascii, places[i].view, seed);
        assert_true(term_on_alternate_screen(s.term));
        assert_in_range(term_bells(s.term), 0, 1);
        term_kill(s.term, SIGTERM);
        assert_term_exits(s.term, 0);
        screen_stop(&s);
    }
}

static void hostile_text_never_reaches_the_terminal(void **state)
{
    (void)state;
    unsigned seed = (unsigned)time(NULL);
    print_message("# seed %u\n", seed);
    for (unsigned i = 0; i < 4; i++)
        look_everywhere(seed + i, "LC_ALL=C.UTF-8", 24, 80);
}

static void an_ascii_terminal_gets_ascii_only(void **state)
{
    (void)state;
    unsigned seed = (unsigned)time(NULL);
    print_message("# seed %u\n", seed);
    for (unsigned i = 0; i < 2; i++)
        look_everywhere(seed + i, "LC_ALL=C", 24, 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_text_never_reaches_the_terminal),
        cmocka_unit_test(an_ascii_terminal_gets_ascii_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
