/* SPDX-License-Identifier: Apache-2.0 */
/* A demonstration: what no walk has come to, then what walks have. */

#include <stdio.h>

#include "core/script_coverage.h"
#include "tui/command.h"
#include "tui/panes.h"
#include "tui/script_place.h"
#include "tui/script_text.h"

enum part { NEVER_OPEN, NOT_REACHED, REACHED };

static enum part part_of(const struct script_coverage_row *row)
{
    const struct script_coverage_count n = script_coverage_of(row);
    return n.reached ? REACHED : n.opened ? NOT_REACHED : NEVER_OPEN;
}

/* "3  Do you have a fever? (fever)", and below what has not been opened: on what it depends. */
static int draw_row(const struct tui *t, struct area a, int y,
                    const struct script_coverage_row *row)
{
    const struct script_item *it = &t->view->offer.script->items[row->item];
    const enum part part = part_of(row);
    char walks[24], id[128], text[SCRIPT_TEXT_SIZE];
    if (part == REACHED)
        snprintf(walks, sizeof walks, "%u", script_coverage_of(row).reached);
    else
        snprintf(walks, sizeof walks, "%s", draw_sign(a, SIGN_OPEN));
    snprintf(id, sizeof id, "(%.100s)", row->link_id);
    draw_text(a, y, 2, 4, part == REACHED ? ROLE_CHOSEN : ROLE_WARNING, walks);
    const int room = a.cols - 10 - draw_width(id);
    const int used = draw_text(a, y, 7, room > 20 ? room : 20, ROLE_TEXT,
                               script_text_spoken(t, &it->text, text, sizeof text));
    draw_text(a, y, 7 + used + (used > 0), -1, ROLE_DIM, id);
    if (part != NEVER_OPEN)
        return 1;
    const struct script_words words = {.lang = script_language(t), .translate = script_text_ours};
    CLEANUP_BUF struct buf condition = {0};
    script_coverage_condition(t->view->offer.answers, row->item, &words, &condition);
    draw_text(a, y + 1, 7, a.cols - 9, ROLE_DIM, buf_text(&condition));
    return condition.len ? 2 : 1;
}

static int draw_part(const struct tui *t, struct area a, int y, enum part part)
{
    static const char *const heads[] = {
        [NEVER_OPEN] = N_("No walk has opened"),
        [NOT_REACHED] = N_("Opened, and no walk has gone to"),
        [REACHED] = N_("Reached, with the number of walks"),
    };
    const struct script_coverage *c = t->options.demo->coverage;
    const int top = y;
    for (size_t i = 0; i < c->n && c->rows[i].item != SCRIPT_NONE; i++) {
        if (!c->rows[i].counts || part_of(&c->rows[i]) != part)
            continue;
        if (y == top) {
            draw_text(a, y + 1, 0, -1, ROLE_STRONG, gettext(heads[part]));
            y += 2;
        }
        y += draw_row(t, a, y, &c->rows[i]);
    }
    return y - top;
}

static int draw_lines(const struct tui *t, struct area a, int y)
{
    const struct script_coverage_total n = script_coverage_total(t->options.demo->coverage);
    char walks[96], reached[160];
    snprintf(walks, sizeof walks, ngettext("%u walk", "%u walks", n.walks), n.walks);
    snprintf(reached, sizeof reached, _("%zu of %zu questions and texts reached"), n.reached,
             n.items);
    const int top = y;
    draw_format(a, y++, 0, -1, n.reached == n.items ? ROLE_OK : ROLE_TEXT, "%s: %s", walks,
                reached);
    for (enum part part = NEVER_OPEN; part <= REACHED; part++)
        y += draw_part(t, a, y, part);
    return y - top;
}

static void coverage_draw(struct tui *t, struct area a)
{
    struct area nothing = a;
    nothing.rows = 0;
    const int lines = draw_lines(t, nothing, 0), most = lines > a.rows ? lines - a.rows : 0;
    t->scroll = t->scroll > most ? most : t->scroll;
    draw_lines(t, a, -t->scroll);
    if (t->scroll < most)
        draw_text(a, a.rows - 1, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_DOWN));
    if (t->scroll > 0)
        draw_text(a, 0, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_UP));
    tui_cursor(t, a, 0, 0);
}

const struct popup popup_coverage = {
    .title = N_("What walks have come to"),
    .scopes = SCOPE_SCROLL,
    .rows = 0,
    .cols = -4,
    .draw = coverage_draw,
};

void do_demo_coverage(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_COVERAGE);
}
