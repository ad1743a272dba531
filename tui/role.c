/* SPDX-License-Identifier: Apache-2.0 */
/* The looks of the roles. Colours stay readable on dark and on light backgrounds: text keeps the
 * terminal's own colours, and only few roles have a background of their own. Without colours every
 * difference that matters is still there as reverse, bold or underline, and in words. */

#include "tui/role.h"

#include <term.h>

#define DEFAULT (-1)

struct look {
    short fg256, bg256;
    short fg8, bg8; /* also with 16 colours */
    attr_t attributes;
    attr_t mono; /* without colours */
};

/* clang-format off */
static const struct look looks[] = {
    [ROLE_TEXT]             = {DEFAULT, DEFAULT, DEFAULT,       DEFAULT,       A_NORMAL,         A_NORMAL},
    [ROLE_DIM]              = {245,     DEFAULT, DEFAULT,       DEFAULT,       A_NORMAL,         A_NORMAL},
    [ROLE_STRONG]           = {DEFAULT, DEFAULT, DEFAULT,       DEFAULT,       A_BOLD,           A_BOLD},
    [ROLE_BAR]              = {254,     236,     COLOR_WHITE,   COLOR_BLUE,    A_NORMAL,         A_REVERSE},
    [ROLE_BAR_KEY]          = {117,     236,     COLOR_CYAN,    COLOR_BLUE,    A_BOLD,           A_REVERSE | A_BOLD},
    [ROLE_BAR_OK]           = {114,     236,     COLOR_GREEN,   COLOR_BLUE,    A_BOLD,           A_REVERSE},
    [ROLE_BAR_WARNING]      = {215,     236,     COLOR_YELLOW,  COLOR_BLUE,    A_BOLD,           A_REVERSE | A_BOLD},
    [ROLE_BAR_ERROR]        = {231,     160,     COLOR_WHITE,   COLOR_RED,     A_BOLD,           A_REVERSE | A_BOLD | A_UNDERLINE},
    [ROLE_KEY]              = {32,      DEFAULT, COLOR_CYAN,    DEFAULT,       A_BOLD,           A_BOLD},
    [ROLE_RULE]             = {242,     DEFAULT, DEFAULT,       DEFAULT,       A_NORMAL,         A_NORMAL},
    [ROLE_OK]               = {35,      DEFAULT, COLOR_GREEN,   DEFAULT,       A_NORMAL,         A_NORMAL},
    [ROLE_WARNING]          = {172,     DEFAULT, COLOR_YELLOW,  DEFAULT,       A_BOLD,           A_BOLD},
    [ROLE_ERROR]            = {196,     DEFAULT, COLOR_RED,     DEFAULT,       A_BOLD,           A_BOLD | A_UNDERLINE},
    [ROLE_SPEECH]           = {DEFAULT, DEFAULT, DEFAULT,       DEFAULT,       A_BOLD,           A_BOLD},
    [ROLE_INSTRUCTION]      = {172,     DEFAULT, COLOR_YELLOW,  DEFAULT,       A_NORMAL,         A_NORMAL},
    [ROLE_QUESTION]         = {32,      DEFAULT, COLOR_CYAN,    DEFAULT,       A_BOLD,           A_BOLD},
    [ROLE_INPUT]            = {231,     238,     DEFAULT,       DEFAULT,       A_UNDERLINE,      A_UNDERLINE},
    [ROLE_FOCUS]            = {231,     25,      COLOR_WHITE,   COLOR_BLUE,    A_BOLD,           A_REVERSE},
    [ROLE_CHOSEN]           = {35,      DEFAULT, COLOR_GREEN,   DEFAULT,       A_BOLD,           A_BOLD},
    [ROLE_ON]               = {231,     130,     COLOR_BLACK,   COLOR_YELLOW,  A_BOLD,           A_REVERSE | A_BOLD},
    [ROLE_DISABLED]         = {245,     DEFAULT, DEFAULT,       DEFAULT,       A_NORMAL,         A_NORMAL},
    [ROLE_BANNER]           = {231,     28,      COLOR_WHITE,   COLOR_GREEN,   A_BOLD,           A_REVERSE | A_BOLD},
    [ROLE_COUNTDOWN]        = {32,      DEFAULT, COLOR_CYAN,    DEFAULT,       A_BOLD,           A_BOLD},
    [ROLE_LATE]             = {231,     160,     COLOR_WHITE,   COLOR_RED,     A_BOLD,           A_REVERSE | A_BOLD},
    [ROLE_STATUS_AVAILABLE] = {114,     236,     COLOR_GREEN,   COLOR_BLUE,    A_BOLD,           A_REVERSE | A_BOLD},
    [ROLE_STATUS_BUSY]      = {210,     236,     COLOR_RED,     COLOR_BLUE,    A_BOLD,           A_REVERSE | A_BOLD},
    [ROLE_STATUS_AWAY]      = {250,     236,     COLOR_WHITE,   COLOR_BLUE,    A_BOLD,           A_REVERSE | A_BOLD},
    [ROLE_STATUS_PAUSE]     = {222,     236,     COLOR_YELLOW,  COLOR_BLUE,    A_BOLD,           A_REVERSE | A_BOLD},
    [ROLE_STATUS_WORK]      = {153,     236,     COLOR_CYAN,    COLOR_BLUE,    A_BOLD,           A_REVERSE | A_BOLD},
};
/* clang-format on */
_Static_assert(sizeof looks / sizeof looks[0] == ROLE_COUNT, "one look a role");

/* Terminals with direct colours take red, green and blue as one number (terminfo's RGB, see
 * user_caps(5)); their first eight colours stay the old ones. */
static bool is_direct(void)
{
    const char *bits = tigetstr("RGB");
    return COLORS > 256 &&
           (tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || (bits && bits != (char *)-1));
}

/* The red, green and blue of a colour of xterm's 256: a cube of 6x6x6, then 24 greys. */
static int rgb_of(int c)
{
    static const int levels[] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
    if (c < 16)
        return c;
    if (c >= 232)
        return 0x010101 * (8 + 10 * (c - 232));
    c -= 16;
    return levels[c / 36] << 16 | levels[c / 6 % 6] << 8 | levels[c % 6];
}

void role_init(bool want_colour)
{
    if (!want_colour || !has_colors() || start_color() == ERR)
        return;
    bool has_default = use_default_colors() == OK;
    bool many = COLORS >= 256, direct = is_direct();
    for (int i = 0; i < ROLE_COUNT; i++) {
        int fg = many ? looks[i].fg256 : looks[i].fg8;
        int bg = many ? looks[i].bg256 : looks[i].bg8;
        if (!has_default) {
            fg = fg == DEFAULT ? COLOR_WHITE : fg;
            bg = bg == DEFAULT ? COLOR_BLACK : bg;
        }
        init_extended_pair(i + 1, direct ? rgb_of(fg) : fg, direct ? rgb_of(bg) : bg);
    }
}

/* Colours were started for this screen: curses itself remembers it. */
static bool coloured(void)
{
    int fg = 0, bg = 0;
    return has_colors() && COLOR_PAIRS > ROLE_COUNT &&
           extended_pair_content(1 + ROLE_FOCUS, &fg, &bg) == OK && fg != bg;
}

attr_t role_attributes(enum role role)
{
    return coloured() ? looks[role].attributes : looks[role].mono;
}

short role_pair(enum role role)
{
    return coloured() ? (short)(role + 1) : 0;
}
