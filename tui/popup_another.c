/* SPDX-License-Identifier: Apache-2.0 */
/* Calling another number once the code of the call is chosen: whose (somebody who answers in the
 * person's place, or a contact of the index case), then name and number, or one of the contacts.
 * What is typed stays until the call of the new offer is there: what the backend refuses can be
 * mended. */

#include <stdio.h>
#include <string.h>

#include "core/phone.h"
#include "core/text.h"
#include "tui/command.h"
#include "tui/lang.h"
#include "tui/panes.h"
#include "tui/popup_list.h"
#include "tui/when.h"

/* --- whose number --- */

#define ROW_CONTACTS PARTY_RELATION_COUNT

static size_t another_count(const struct tui *t)
{
    (void)t;
    return ROW_CONTACTS + 1;
}

static void another_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    static const char *const rows[] = {
        [PARTY_PARENT] = N_("A parent of this person"),
        [PARTY_GUARDIAN] = N_("A guardian of this person"),
        [PARTY_HELPER] = N_("Somebody who helps or cares for this person"),
        [PARTY_OTHER] = N_("Somebody else for this person"),
        [ROW_CONTACTS] = N_("A contact of the index case, on the contact's own record"),
    };
    (void)t;
    list_draw_choice(row, i, false, role, gettext(rows[i]));
}

/* The last one of this kind who was called for the person is proposed. */
static void begin_form(struct tui *t, enum party_relation relation)
{
    struct another_form *f = &t->another;
    const struct record *r = t->view->offer.record;
    if (f->relation == relation && f->begun)
        return;
    f->begun = true;
    f->relation = relation;
    f->on_number = false;
    edit_set(&f->name, "");
    edit_set(&f->number, "");
    f->name.max_chars = PARTY_NAME_CHARS;
    f->number.max_chars = PHONE_TEXT_SIZE - 1;
    for (size_t i = 0; r && i < r->n_parties; i++) {
        if (r->parties[i].relation == relation) {
            char number[PHONE_TEXT_SIZE];
            phone_format(r->parties[i].number, number);
            edit_set(&f->name, r->parties[i].name);
            edit_set(&f->number, number);
            return;
        }
    }
}

static void another_choose(struct tui *t, size_t i)
{
    struct err err = {0};
    if (i < ROW_CONTACTS) {
        begin_form(t, (enum party_relation)i);
        tui_open(t, POPUP_PARTY);
    } else if (tui_done(t, t->commands.list_contacts(t->commands.arg, &err), &err)) {
        tui_open(t, POPUP_CONTACTS);
    }
}

void do_another(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_ANOTHER);
}

const struct popup popup_another = {
    .title = N_("Call another number: whose?"),
    .scopes = SCOPE_LIST,
    .rows = ROW_CONTACTS + 3,
    .cols = 66,
    .draw = list_draw,
    .count = another_count,
    .item = another_item,
    .choose = another_choose,
};

/* --- who answers in the person's place --- */

#define LABEL_COLS 10

void another_forget(struct tui *t)
{
    edit_set(&t->another.name, "");
    edit_set(&t->another.number, "");
    t->another = (struct another_form){0};
}

static bool read_form(const struct tui *t, struct party *ret, struct err *err)
{
    const struct another_form *f = &t->another;
    if (party_read(party_relation_name(f->relation), f->name.text, f->number.text, ret, err) !=
        ERR_OK)
        return false;
    if (!t->view->service || service_may_dial(t->view->service, ret->number))
        return true;
    err_field(err, ERR_PHONE, "number", N_("This service may not call that number."));
    return false;
}

static void draw_field(struct tui *t, struct area a, int y, const char *label, struct edit *e,
                       bool here)
{
    int cx = LABEL_COLS;
    draw_text(a, y, 0, LABEL_COLS - 1, here ? ROLE_STRONG : ROLE_DIM, label);
    edit_draw(e, a, y, LABEL_COLS, a.cols - LABEL_COLS, here, &cx);
    if (here)
        tui_cursor(t, a, y, cx);
}

static void party_draw(struct tui *t, struct area a)
{
    struct another_form *f = &t->another;
    struct party party;
    struct err err = {0};
    char name[512], text[PHONE_TEXT_SIZE], key[16];
    const bool ok = read_form(t, &party, &err);
    draw_format(a, 0, 0, -1, ROLE_TEXT, _("In place of %s: %s"), person_name(t, name, sizeof name),
                gettext(party_relation_text(f->relation)));
    draw_field(t, a, 2, _("Name"), &f->name, !f->on_number);
    draw_field(t, a, 3, _("Number"), &f->number, f->on_number);
    if (ok) {
        phone_format(party.number, text);
        draw_format(a, 4, LABEL_COLS, -1, ROLE_CHOSEN, "= %s", text);
    } else if (f->number.len) {
        draw_text(a, 4, LABEL_COLS, -1, ROLE_ERROR, gettext(err_sentence(&err, err.code)));
    } else {
        draw_text(a, 4, LABEL_COLS, -1, ROLE_DIM, _("0470 12 34 56, +33 1 23 45 67 89"));
    }
    if (t->view->another_pending) {
        draw_text(a, 6, LABEL_COLS, -1, ROLE_COUNTDOWN, _("Asking the backend…"));
    } else {
        command_key_text(command_of(do_another_enter), key, sizeof key);
        draw_format(a, 6, LABEL_COLS, -1,
                    !ok            ? ROLE_DISABLED
                    : f->on_number ? ROLE_FOCUS
                                   : ROLE_STRONG,
                    "  %s  %s  ", key, _("Prepare this call"));
    }
    draw_wrapped(a, 8, 0, ROLE_DIM,
                 _("A call of its own, with a preview and a code of its own. Its code decides what "
                   "becomes of the person."));
}

static struct edit *party_editor(struct tui *t)
{
    return t->another.on_number ? &t->another.number : &t->another.name;
}

void do_another_field(struct tui *t, int key)
{
    (void)key;
    t->another.on_number = !t->another.on_number;
}

void do_another_enter(struct tui *t, int key)
{
    struct party party;
    struct err err = {0};
    if (!t->another.on_number) {
        do_another_field(t, key);
    } else if (!read_form(t, &party, &err)) {
        t->another.on_number = strcmp(err.field, "name") != 0;
        tui_done(t, err.code, &err);
    } else {
        tui_done(t, t->commands.call_party(t->commands.arg, &party, &err), &err);
        explicit_bzero(&party, sizeof party);
    }
}

void do_another_back(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_ANOTHER);
}

const struct popup popup_party = {
    .title = N_("Call another number"),
    .scopes = SCOPE_ANOTHER | SCOPE_PARTY,
    .rows = 12,
    .cols = 70,
    .draw = party_draw,
    .editor = party_editor,
};

/* --- the contacts of the index case --- */

static size_t contacts_count(const struct tui *t)
{
    return t->view->n_contacts;
}

static const char *short_refusal(enum another_refusal refusal)
{
    static const char *const words[] = {
        [ANOTHER_MAY] = "",
        [ANOTHER_UNREADABLE] = N_("cannot be read"),
        [ANOTHER_HELD] = N_("with another agent"),
        [ANOTHER_UNWANTED] = N_("wants no call"),
        [ANOTHER_CLOSED] = N_("closed"),
        [ANOTHER_UNRESOLVED] = N_("unresolved"),
        [ANOTHER_NOT_SERVED] = N_("another service"),
        [ANOTHER_HOURS] = N_("outside hours"),
        [ANOTHER_NUMBER] = N_("number in use"),
    };
    _Static_assert(sizeof words / sizeof words[0] == ANOTHER_REFUSAL_COUNT, "one each");
    return words[refusal][0] ? gettext(words[refusal]) : "";
}

#define STATE_COLS 20
#define PHONE_COLS 18

static void contacts_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    const struct ws_contact *c = &t->view->contacts[i];
    const bool focus = role == ROLE_FOCUS;
    const bool may = c->refusal == ANOTHER_MAY;
    char text[WHEN_SIZE], clock[WHEN_SIZE];
    if (i >= t->view->n_contacts)
        return;
    if (focus) /* no numbers: digits search */
        draw_fill(row, 0, role);
    draw_text(row, 0, 1, -1, focus || may ? role : ROLE_DIM, c->name[0] ? c->name : "-");
    struct area rest = area_part(row, 0, row.cols - PHONE_COLS - STATE_COLS - 4, 1, -1);
    draw_fill(rest, 0, focus ? role : ROLE_TEXT);
    draw_text(rest, 0, 1, 3, focus ? role : ROLE_DIM, c->language);
    phone_format(c->phone, text);
    draw_text(rest, 0, 4, PHONE_COLS - 1, focus ? role : may ? ROLE_TEXT : ROLE_DIM, text);
    snprintf(text, sizeof text, "%s", short_refusal(c->refusal));
    if (may && c->due_utc_s)
        snprintf(text, sizeof text, _("rests until %s"),
                 when_clock(tui_zone(t), c->due_utc_s, clock));
    else if (may)
        snprintf(text, sizeof text, "%s", _("may be called"));
    draw_text(rest, 0, 4 + PHONE_COLS, -1, focus ? role : may ? ROLE_CHOSEN : ROLE_WARNING, text);
}

static bool contacts_match(const struct tui *t, size_t i, const char *typed)
{
    return text_matches(t->view->contacts[i].name, typed);
}

static void contacts_choose(struct tui *t, size_t i)
{
    struct err err = {0};
    tui_done(t, t->commands.call_contact(t->commands.arg, t->view->contacts[i].person_id, &err),
             &err);
}

static void contacts_draw(struct tui *t, struct area a)
{
    const struct workstation_view *v = t->view;
    struct area list = area_part(a, 0, 0, a.rows - 1, -1);
    const char *below = v->another_pending ? _("Asking the backend…")
                        : v->contacts_more ? _("There are more than these.")
                                           : "";
    if (v->n_contacts) {
        list_draw(t, list);
    } else {
        draw_text(a, 0, 0, -1, ROLE_DIM,
                  v->contacts_known ? _("No contact of this index case is known here.")
                                    : _("The contacts are being fetched…"));
        tui_cursor(t, a, 0, 0);
    }
    draw_text(a, a.rows - 1, 0, -1, v->another_pending ? ROLE_COUNTDOWN : ROLE_DIM, below);
}

const struct popup popup_contacts = {
    .title = N_("Contacts of the index case"),
    .scopes = SCOPE_LIST | SCOPE_ANOTHER,
    .rows = 17,
    .cols = 76,
    .draw = contacts_draw,
    .editor = list_search,
    .count = contacts_count,
    .item = contacts_item,
    .item_matches = contacts_match,
    .choose = contacts_choose,
};
