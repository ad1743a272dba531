/* SPDX-License-Identifier: Apache-2.0 */
/* Help: the table of keys, one part a group of scopes; the part that matters now comes first. */

#include <stdio.h>

#include "tui/command.h"

struct part {
    scope_set scopes;
    const char *title;
};

/* A command stands in the first part that has one of its scopes. */
static const struct part parts[] = {
    {SCOPE_CALL,                                 N_("During a call, also while typing")},
    {SCOPE_DEMO,                                 N_("A demonstration")                 },
    {SCOPE_OFFER | SCOPE_PREVIEW,                N_("Offer and preview")               },
    {SCOPE_SCRIPT | SCOPE_YES_NO | SCOPE_CHOICE, N_("Script")                          },
    {SCOPE_WRAPUP | SCOPE_CODES | SCOPE_DONE,    N_("After the call")                  },
    {SCOPE_WORK,                                 N_("The person")                      },
    {SCOPE_FRAME | SCOPE_HOME,                   N_("Everywhere")                      },
    {~0U,                                        N_("Lists and the screen")            },
};
#define PART_COUNT (sizeof parts / sizeof parts[0])

static size_t part_of(const struct command *c)
{
    size_t i = 0;
    if (c->scopes & SCOPE_DEMO && c->scopes & ~(SCOPE_DEMO | SCOPE_SMALL))
        return !(c->scopes & SCOPE_FRAME) ? PART_COUNT - 3 : PART_COUNT - 2;
    if (c->scopes & SCOPE_FRAME) /* also reachable in a call, but not about it */
        return PART_COUNT - 2;
    while (!(parts[i].scopes & c->scopes))
        i++;
    return i;
}

/* In a demonstration there is no call and no agent's day, and elsewhere no demonstration. */
static bool is_of_use(const struct tui *t, const struct command *c)
{
    const unsigned shown = SCOPE_DEMO | SCOPE_SCRIPT | SCOPE_YES_NO | SCOPE_CHOICE | SCOPE_POPUP |
                           SCOPE_LIST | SCOPE_SCROLL | SCOPE_ALWAYS;
    return t->options.demo ? (c->scopes & shown) != 0
                           : (c->scopes & ~(unsigned)SCOPE_SMALL) != SCOPE_DEMO;
}

static int draw_part(const struct tui *t, struct area a, int y, size_t part)
{
    size_t n;
    const struct command *all = command_all(&n);
    int top = y;
    y++;
    for (size_t i = 0; i < n; i++) {
        char key[16];
        if (!all[i].help || part_of(&all[i]) != part || !is_of_use(t, &all[i]))
            continue;
        draw_text(a, y, 2, 9, ROLE_KEY, command_key_text(&all[i], key, sizeof key));
        y += draw_wrapped(area_part(a, 0, 11, -1, -1), y, 0, ROLE_TEXT, gettext(all[i].help));
    }
    if (y == top + 1)
        return 0;
    draw_text(a, top, 0, -1, ROLE_STRONG, gettext(parts[part].title));
    return y - top + 1;
}

static int draw_parts(const struct tui *t, struct area a, int y)
{
    int top = y;
    y += draw_wrapped(a, y, 0, ROLE_DIM, _("^X means: hold Ctrl and press X.")) + 1;
    for (size_t i = 0; i < PART_COUNT; i++)
        y += draw_part(t, a, y, i);
    return y - top - 1;
}

static void help_draw(struct tui *t, struct area a)
{
    struct area nothing = a;
    nothing.rows = 0;
    int lines = draw_parts(t, nothing, 0);
    int most = lines > a.rows ? lines - a.rows : 0;
    t->scroll = t->scroll > most ? most : t->scroll;
    draw_parts(t, a, -t->scroll);
    if (t->scroll < most)
        draw_text(a, a.rows - 1, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_DOWN));
    if (t->scroll > 0)
        draw_text(a, 0, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_UP));
    tui_cursor(t, a, 0, 0);
}

const struct popup popup_help = {
    .title = N_("Help: keys"),
    .scopes = SCOPE_SCROLL,
    .rows = 0,
    .cols = 76,
    .draw = help_draw,
};
