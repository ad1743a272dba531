/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to hand the call to, or to consult: colleagues and queues found by typing, or a number that
 * is typed. Enter chooses, and a second Enter, on the button, does it: nobody is handed on by a
 * slip. Below stands what a consultation does to the person. */

#include <stdio.h>
#include <string.h>

#include "core/phone.h"
#include "core/text.h"
#include "tui/command.h"
#include "tui/panes.h"

#define LIST_TOP 2
#define FOOT_ROWS 5
#define PAGE 8
#define NAME_COLS 34

/* --- what can be chosen: the number, the users, the queues --- */

static bool typed_number(const struct tui *t, struct target *ret)
{
    const char *typed = t->target.search.text;
    return typed[0] && target_read(TARGET_NUMBER, typed, ret, NULL) == ERR_OK;
}

static bool looks_like_number(const char *typed)
{
    return typed[0] && typed[strspn(typed, "0123456789+ ./()-")] == '\0';
}

/* What is known may still be the answer to fewer letters: only what fits is shown and can be
 * chosen, so that a quick Enter takes nobody whom the agent did not see. */
static bool user_fits(const struct tui *t, const struct ws_user *u)
{
    char both[sizeof u->name + sizeof u->login];
    snprintf(both, sizeof both, "%s %s", u->name, u->login);
    return text_matches(both, t->target.search.text);
}

static bool queue_fits(const struct tui *t, const struct ws_target_queue *q)
{
    return text_matches(q->queue, t->target.search.text);
}

static size_t users_that_fit(const struct tui *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->view->directory.n_users; i++)
        n += user_fits(t, &t->view->directory.users[i]);
    return n;
}

static size_t queues_that_fit(const struct tui *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->view->directory.n_queues; i++)
        n += queue_fits(t, &t->view->directory.queues[i]);
    return n;
}

static size_t choice_count(const struct tui *t)
{
    struct target number;
    return (size_t)typed_number(t, &number) + users_that_fit(t) + queues_that_fit(t);
}

static bool choice_at(const struct tui *t, size_t row, struct target *ret, char *name, size_t size)
{
    const struct ws_directory *d = &t->view->directory;
    struct target number;
    name[0] = '\0';
    if (typed_number(t, &number) && row-- == 0) {
        *ret = number;
        return true;
    }
    for (size_t i = 0; i < d->n_users; i++)
        if (user_fits(t, &d->users[i]) && row-- == 0) {
            *ret = (struct target){.kind = TARGET_USER};
            snprintf(ret->value, sizeof ret->value, "%s", d->users[i].login);
            snprintf(name, size, "%s", d->users[i].name);
            return true;
        }
    for (size_t i = 0; i < d->n_queues; i++)
        if (queue_fits(t, &d->queues[i]) && row-- == 0) {
            *ret = (struct target){.kind = TARGET_QUEUE};
            snprintf(ret->value, sizeof ret->value, "%s", d->queues[i].queue);
            return true;
        }
    return false;
}

/* --- drawing --- */

/* The list as it stands below the search: rows drawn one after the other, those above `skip` and
 * below the area left out. */
struct lines {
    struct tui *t;
    struct area a;
    int line; /* counted from the list's beginning */
    size_t choice;
    int focus_line;
};

static bool is_seen(const struct lines *l)
{
    const int y = l->line - (int)l->t->target.skip;
    return y >= 0 && y < l->a.rows;
}

static void add_text(struct lines *l, enum role role, const char *text)
{
    if (is_seen(l))
        draw_text(l->a, l->line - (int)l->t->target.skip, 0, -1, role, text);
    l->line++;
}

static void add_choice(struct lines *l, const char *name, const char *more)
{
    const struct target_form *f = &l->t->target;
    const bool here = l->choice == f->row;
    const bool focus = here && f->focus == TARGET_SEARCH;
    if (here)
        l->focus_line = l->line;
    if (is_seen(l)) {
        struct area row = area_part(l->a, l->line - (int)f->skip, 0, 1, -1);
        const enum role role = focus ? ROLE_FOCUS : here ? ROLE_CHOSEN : ROLE_TEXT;
        if (focus)
            draw_fill(row, 0, role);
        draw_text(row, 0, 1, 2, role, here ? draw_sign(row, SIGN_POINTER) : " ");
        draw_text(row, 0, 3, NAME_COLS - 1, role, name);
        draw_text(row, 0, 3 + NAME_COLS, -1, focus ? role : ROLE_DIM, more);
    }
    l->choice++;
    l->line++;
}

static void add_number(struct lines *l)
{
    struct target number;
    char text[PHONE_TEXT_SIZE];
    struct err err = {0};
    const char *typed = l->t->target.search.text;
    if (typed_number(l->t, &number)) {
        const struct phone_short_code *code = phone_short_code(number.value);
        phone_format(number.value, text);
        add_choice(l, text[0] ? text : number.value,
                   code ? gettext(code->text) : _("outside number"));
    } else if (looks_like_number(typed) && strlen(typed) > 2 &&
               target_read(TARGET_NUMBER, typed, &number, &err) != ERR_OK) {
        add_text(l, ROLE_WARNING, gettext(err.sentence));
    }
}

static void add_head(struct lines *l, const char *title, size_t n, unsigned all)
{
    char text[128];
    if (all > n)
        snprintf(text, sizeof text, _("%s (%zu of %u: type more)"), title, n, all);
    else
        snprintf(text, sizeof text, "%s (%zu)", title, n);
    add_text(l, ROLE_STRONG, text);
}

/* Is what is known the answer to what stands in the search field? */
static bool is_answered(const struct tui *t)
{
    return strcmp(t->view->directory.typed, t->target.search.text) == 0;
}

static void add_users(struct lines *l)
{
    const struct ws_directory *d = &l->t->view->directory;
    add_head(l, _("Users"), users_that_fit(l->t), is_answered(l->t) ? d->all_users : 0);
    for (size_t i = 0; i < d->n_users; i++) {
        const struct ws_user *u = &d->users[i];
        if (!user_fits(l->t, u))
            continue;
        char name[256], more[128];
        snprintf(name, sizeof name, "%s (%s)", u->name, u->login);
        snprintf(more, sizeof more, "%s%s%s", gettext(agent_status_text(u->status)),
                 u->on_queue ? _(", on queue") : "", u->is_free ? "" : _(", has a person"));
        add_choice(l, name, more);
    }
}

static void add_queues(struct lines *l)
{
    const struct ws_directory *d = &l->t->view->directory;
    add_head(l, _("Queues"), queues_that_fit(l->t), is_answered(l->t) ? d->all_queues : 0);
    for (size_t i = 0; i < d->n_queues; i++)
        if (queue_fits(l->t, &d->queues[i]))
            add_choice(l, d->queues[i].queue,
                       d->queues[i].region == l->t->view->region ? "" : _("of another region"));
}

/* Draws, and says in which line the highlighted row is. */
static int draw_list(struct tui *t, struct area a)
{
    const struct ws_directory *d = &t->view->directory;
    struct lines l = {.t = t, .a = a};
    add_number(&l);
    if (d->fails)
        add_text(&l, ROLE_WARNING, _("The backend does not answer: type a number."));
    else if (!d->known || !is_answered(t))
        add_text(&l, ROLE_DIM, _("Searching…"));
    if (d->known) {
        add_users(&l);
        add_queues(&l);
    }
    return l.focus_line;
}

static void draw_button(struct tui *t, struct area a, int y, int *x, enum target_focus which,
                        const char *text, bool possible)
{
    const struct target_form *f = &t->target;
    char shown[96];
    snprintf(shown, sizeof shown, "[ %s ]", text);
    if (f->focus == which)
        tui_cursor(t, a, y, *x + 2);
    *x += draw_text(a, y, *x, -1,
                    !possible           ? ROLE_DISABLED
                    : f->focus == which ? ROLE_FOCUS
                                        : ROLE_STRONG,
                    shown) +
          2;
}

static void draw_foot(struct tui *t, struct area a)
{
    const struct target_form *f = &t->target;
    char name[192];
    int x = 0;
    if (f->has_chosen)
        draw_format(a, 0, 0, -1, ROLE_CHOSEN, _("Chosen: %s"),
                    target_text(&f->chosen, f->name, name, sizeof name));
    else
        draw_text(a, 0, 0, -1, ROLE_DIM, _("Nobody chosen yet: Enter chooses."));
    draw_button(t, a, 1, &x, TARGET_TRANSFER, _("Transfer"), f->has_chosen);
    draw_button(t, a, 1, &x, TARGET_CONSULT, _("Consult"),
                f->has_chosen && f->chosen.kind != TARGET_QUEUE &&
                    !call_is_up(&t->view->offer.consult.call));
    const char *says =
        f->focus == TARGET_CONSULT || (f->focus == TARGET_SEARCH && f->first == TARGET_CONSULT)
            ? _("A consultation puts the person on hold: they hear nothing of it.")
            : _("A transfer hands the person over: your call ends when somebody "
                "answers, and comes back when nobody does.");
    draw_wrapped(a, 2, 0, ROLE_WARNING, says);
}

static void target_draw(struct tui *t, struct area a)
{
    struct target_form *f = &t->target;
    int cx = 0;
    const size_t n = choice_count(t);
    f->row = n && f->row >= n ? n - 1 : f->row;
    const int label = draw_text(a, 0, 0, -1, ROLE_DIM, _("Name, queue or number: "));
    edit_draw(&f->search, a, 0, label, a.cols - label, f->focus == TARGET_SEARCH, &cx);
    if (f->focus == TARGET_SEARCH)
        tui_cursor(t, a, 0, cx);
    struct area list = area_part(a, LIST_TOP, 0, a.rows - LIST_TOP - FOOT_ROWS, -1);
    struct area unseen = list;
    unseen.rows = 0;
    const int focus = draw_list(t, unseen);
    if (focus < (int)f->skip + 1)
        f->skip = focus > 1 ? (size_t)focus - 1 : 0; /* with its heading */
    if (focus >= (int)f->skip + list.rows)
        f->skip = (size_t)(focus - list.rows + 1);
    draw_list(t, list);
    draw_foot(t, area_part(a, a.rows - FOOT_ROWS + 1, 0, -1, -1));
}

/* --- keys --- */

static void target_edited(struct tui *t)
{
    t->target.row = 0;
    t->target.skip = 0;
    t->target.has_chosen = false;
    (void)t->commands.search(t->commands.arg, t->target.search.text, NULL);
}

static void target_opened(struct tui *t)
{
    const enum target_focus first = t->target.first;
    t->target = (struct target_form){.first = first};
    t->target.search.max_chars = TARGET_VALUE_SIZE - 1;
    (void)t->commands.search(t->commands.arg, "", NULL);
}

static struct edit *target_editor(struct tui *t)
{
    return t->target.focus == TARGET_SEARCH ? &t->target.search : NULL;
}

static void open_for(struct tui *t, enum target_focus first)
{
    const enum call_state state = t->view->offer.call.state;
    if (t->popup == POPUP_TARGET) {
        t->target.first = first;
        t->target.focus = t->target.has_chosen ? first : TARGET_SEARCH;
        return;
    }
    if (state == CALL_TRANSFERRING) {
        tui_say(t, WS_NOTICE_WARNING, _("The person is being transferred."));
        return;
    }
    if (state != CALL_TALKING && state != CALL_HELD) {
        tui_say(t, WS_NOTICE_WARNING, _("This works once the call is answered."));
        return;
    }
    t->target.first = first;
    tui_open(t, POPUP_TARGET);
}

void do_transfer(struct tui *t, int key)
{
    (void)key;
    open_for(t, TARGET_TRANSFER);
}

void do_consult(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    if (call_is_up(&t->view->offer.consult.call))
        tui_done(t, t->commands.swap(t->commands.arg, &err), &err);
    else if (!t->too_small)
        open_for(t, TARGET_CONSULT);
}

void do_target_move(struct tui *t, int key)
{
    struct target_form *f = &t->target;
    const size_t n = choice_count(t);
    const size_t step = key == KEY_BASE + KEY_PPAGE || key == KEY_BASE + KEY_NPAGE ? PAGE : 1;
    const bool up = key == KEY_BASE + KEY_UP || key == KEY_BASE + KEY_PPAGE;
    f->focus = TARGET_SEARCH;
    f->has_chosen = false;
    if (up)
        f->row = f->row > step ? f->row - step : 0;
    else if (n)
        f->row = f->row + step < n ? f->row + step : n - 1;
}

void do_target_field(struct tui *t, int key)
{
    const bool back = key == KEY_BASE + KEY_BTAB || key == KEY_BASE + KEY_LEFT;
    t->target.focus = (enum target_focus)((t->target.focus + (back ? 2U : 1U)) % 3U);
}

static void choose(struct tui *t)
{
    struct target_form *f = &t->target;
    struct target chosen;
    char name[sizeof f->name];
    if (!choice_at(t, f->row, &chosen, name, sizeof name)) {
        tui_say(t, WS_NOTICE_WARNING, _("Nobody fits: type a name, a queue or a number."));
        return;
    }
    f->chosen = chosen;
    snprintf(f->name, sizeof f->name, "%s", name);
    f->has_chosen = true;
    f->focus = chosen.kind == TARGET_QUEUE ? TARGET_TRANSFER : f->first;
}

void do_target_enter(struct tui *t, int key)
{
    (void)key;
    struct target_form *f = &t->target;
    struct err err = {0};
    if (f->focus == TARGET_SEARCH || !f->has_chosen) {
        f->focus = TARGET_SEARCH;
        choose(t);
        return;
    }
    const enum err_code code =
        f->focus == TARGET_CONSULT
            ? t->commands.consult(t->commands.arg, &f->chosen, f->name, &err)
            : t->commands.transfer(t->commands.arg, &f->chosen, f->name, &err);
    if (tui_done(t, code, &err))
        tui_close_popup(t);
}

const struct popup popup_target = {
    .title = N_("Transfer or consult"),
    .scopes = SCOPE_TARGET,
    .rows = 19,
    .cols = 76,
    .wide_rows = 30,
    .wide_cols = 100,
    .draw = target_draw,
    .opened = target_opened,
    .editor = target_editor,
    .edited = target_edited,
};
