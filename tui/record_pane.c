/* SPDX-License-Identifier: Apache-2.0 */
/* The record of the person on the line. */

#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "core/phone.h"
#include "tui/command.h"
#include "tui/lang.h"
#include "tui/panes.h"
#include "tui/when.h"

#define VALUE_SIZE 1024

/* The national number as it may be shown now. */
static const char *niss_text(const struct ws_offer *o)
{
    return o->niss[0] ? o->niss : o->niss_masked;
}

const char *person_name(const struct tui *t, char *ret, size_t size)
{
    const struct ws_offer *o = &t->view->offer;
    ret[0] = '\0';
    if (o->record)
        snprintf(ret, size, "%s %s", o->record->given_name, o->record->family_name);
    else if (o->has_person)
        snprintf(ret, size, "%s %s", o->preview.given_name, o->preview.family_name);
    return ret;
}

const char *party_text(const struct party *party, char *ret, size_t size)
{
    const char *who = gettext(party_relation_text(party->relation));
    if (party->relation == PARTY_OTHER)
        snprintf(ret, size, "%s", party->name);
    else
        snprintf(ret, size, "%s%s%s", who, party->name[0] ? ", " : "", party->name);
    return ret;
}

bool person_number_is_unwanted(const struct tui *t, const char *number)
{
    const struct ws_offer *o = &t->view->offer;
    for (size_t i = 0; i < o->preview.n_phones; i++)
        if (number[0] && strcmp(o->preview.phones[i], number) == 0)
            return o->preview.unwanted_phones >> i & 1U;
    return false;
}

static bool no_number_is_wanted(const struct ws_offer *o)
{
    const unsigned all = (1U << o->preview.n_phones) - 1;
    return o->preview.n_phones && (o->preview.unwanted_phones & all) == all;
}

const char *person_wish(const struct tui *t, char *ret, size_t size)
{
    const struct workstation_view *v = t->view;
    const struct ws_offer *o = &v->offer;
    const char *what = NULL;
    if (o->wish == WS_WISH_ANY || no_number_is_wanted(o))
        what = _("Not to be called again");
    else if (person_number_is_unwanted(t, o->call_phone))
        what = _("Not to be called again on this number");
    if (!what)
        return NULL;
    const bool waits = o->wish_pending && (v->backend != WS_BACKEND_OK || v->sending_is_slow);
    snprintf(ret, size, "%s%s", what, waits ? _(" (not sent yet)") : "");
    return ret;
}

/* One row of the pane: the column's label and its value as text, "" = not set. */
static void value_of(const struct tui *t, enum record_column column, char ret[VALUE_SIZE])
{
    const struct ws_offer *o = &t->view->offer;
    const struct record *r = o->record;
    char text[WHEN_SIZE], phone[PHONE_TEXT_SIZE];
    size_t n = column - RECORD_PHONE;
    ret[0] = '\0';
    switch (column) {
    case RECORD_TICKET:
        snprintf(ret, VALUE_SIZE, "%s", r->ticket);
        break;
    case RECORD_TICKET_AT:
        if (r->ticket_at_utc_s)
            snprintf(ret, VALUE_SIZE, "%s",
                     when_instant(tui_zone(t), r->ticket_at_utc_s, t->view->now_utc_s, text));
        break;
    case RECORD_NISS:
        snprintf(ret, VALUE_SIZE, "%s%s", niss_text(o), r->niss_doubtful ? _(" (doubtful)") : "");
        break;
    case RECORD_NAME_INDEX_PATIENT:
        snprintf(ret, VALUE_SIZE, "%s", r->name_index_patient);
        break;
    case RECORD_GIVEN_NAME:
        snprintf(ret, VALUE_SIZE, "%s", r->given_name);
        break;
    case RECORD_FAMILY_NAME:
        snprintf(ret, VALUE_SIZE, "%s", r->family_name);
        break;
    case RECORD_BIRTH_DATE:
        snprintf(ret, VALUE_SIZE, "%s", when_date(r->birth_date, text));
        break;
    case RECORD_PHONE:
    case RECORD_PHONE_2:
    case RECORD_PHONE_3:
    case RECORD_PHONE_4:
        phone_format(r->phones[n].number, phone);
        snprintf(ret, VALUE_SIZE, "%s%s%s%s", phone, r->phones[n].label[0] ? "  " : "",
                 r->phones[n].label,
                 person_number_is_unwanted(t, r->phones[n].number) ? _("  not to be called again")
                                                                   : "");
        break;
    case RECORD_LANGUAGE:
        snprintf(ret, VALUE_SIZE, "%s", lang_name(r->language));
        break;
    case RECORD_REGION:
        snprintf(ret, VALUE_SIZE, "%s", gettext(region_text(r->region)));
        break;
    case RECORD_KIND:
        snprintf(ret, VALUE_SIZE, "%s", gettext(person_kind_text(r->kind)));
        break;
    case RECORD_MUNICIPALITY:
        snprintf(ret, VALUE_SIZE, "%s", r->municipality);
        break;
    case RECORD_NOTES:
        break; /* the only one of several lines: drawn by itself */
    case RECORD_QUEUE:
        break; /* the offer names it */
    case RECORD_SAMPLE_DATE:
        snprintf(ret, VALUE_SIZE, "%s", when_date(r->sample_date, text));
        break;
    case RECORD_LAST_CONTACT_DATE:
        snprintf(ret, VALUE_SIZE, "%s", when_date(r->last_contact_date, text));
        break;
    case RECORD_INDEX_TICKET:
        snprintf(ret, VALUE_SIZE, "%s", r->index_ticket);
        break;
    }
}

/* Who it is first, then how to reach them, then the papers. */
static const enum record_column shown[] = {
    RECORD_GIVEN_NAME,   RECORD_FAMILY_NAME,
    RECORD_KIND,         RECORD_LANGUAGE,
    RECORD_PHONE,        RECORD_PHONE_2,
    RECORD_PHONE_3,      RECORD_PHONE_4,
    RECORD_BIRTH_DATE,   RECORD_NISS,
    RECORD_MUNICIPALITY, RECORD_REGION,
    RECORD_TICKET,       RECORD_NAME_INDEX_PATIENT,
    RECORD_TICKET_AT,    RECORD_INDEX_TICKET,
    RECORD_SAMPLE_DATE,  RECORD_LAST_CONTACT_DATE,
};

/* Labels, and so the first column of values, are as wide in every record. */
static int label_width(const struct area a)
{
    int width = 0;
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        int w = draw_width(gettext(record_field(shown[i])->text));
        width = w > width ? w : width;
    }
    int most = a.cols / 2;
    return width < most ? width : most;
}

/* A label and a value, wrapped; returns the lines. */
static int draw_row(struct area a, int y, int width, enum role role, const char *label,
                    const char *value)
{
    struct area right = area_part(a, 0, width + 2, -1, -1);
    draw_text(a, y, 0, width, ROLE_DIM, label);
    int lines = draw_wrapped(right, y, 0, role, value);
    return lines ? lines : 1;
}

static enum role role_of(const struct tui *t, enum record_column column)
{
    const struct record *r = t->view->offer.record;
    if (column >= RECORD_PHONE && column <= RECORD_PHONE_4 &&
        person_number_is_unwanted(t, r->phones[column - RECORD_PHONE].number))
        return ROLE_WARNING;
    return column == RECORD_GIVEN_NAME || column == RECORD_FAMILY_NAME ? ROLE_STRONG : ROLE_TEXT;
}

/* Who is called in the person's place now (at_utc_s 0), or was before and whether somebody
 * answered. */
static int draw_party(const struct tui *t, struct area a, int y, int width, const struct party *p)
{
    char value[VALUE_SIZE], who[PARTY_NAME_SIZE + 64], phone[PHONE_TEXT_SIZE], at[WHEN_SIZE];
    const char *dot = draw_sign(a, SIGN_DOT);
    phone_format(p->number, phone);
    int used =
        snprintf(value, sizeof value, "%s %s %s", party_text(p, who, sizeof who), dot, phone);
    if (p->at_utc_s && used > 0 && (size_t)used < sizeof value)
        snprintf(value + used, sizeof value - (size_t)used, " %s %s %s %s", dot,
                 when_instant(tui_zone(t), p->at_utc_s, t->view->now_utc_s, at), dot,
                 p->answered ? _("answered") : _("did not answer"));
    const int lines = draw_row(a, y, width, ROLE_TEXT, _("Called instead"), value);
    explicit_bzero(value, sizeof value);
    return lines;
}

int record_pane_draw(const struct tui *t, struct area a, int skip)
{
    const struct ws_offer *o = &t->view->offer;
    char value[VALUE_SIZE];
    if (!o->record) {
        draw_text(a, 0, 0, -1, ROLE_DIM, _("The record is being fetched…"));
        return 1;
    }
    int width = label_width(a), y = -skip;
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        value_of(t, shown[i], value);
        bool optional = (shown[i] >= RECORD_PHONE_2 && shown[i] <= RECORD_PHONE_4) ||
                        shown[i] == RECORD_INDEX_TICKET || shown[i] == RECORD_SAMPLE_DATE ||
                        shown[i] == RECORD_LAST_CONTACT_DATE;
        if (!value[0] && optional)
            continue;
        y += draw_row(a, y, width, role_of(t, shown[i]), gettext(record_field(shown[i])->text),
                      value[0] ? value : "-");
    }
    explicit_bzero(value, sizeof value);
    snprintf(value, sizeof value, _("%d, of which %d today"), o->record->attempts,
             o->record->attempts_today);
    y += draw_row(a, y, width, ROLE_TEXT, _("Attempts"), value);
    if (o->preview.has_party)
        y += draw_party(t, a, y, width, &o->preview.party);
    for (size_t i = 0; i < o->record->n_parties; i++)
        y += draw_party(t, a, y, width, &o->record->parties[i]);
    if (o->record->notes[0]) {
        draw_text(a, y + 1, 0, -1, ROLE_DIM, gettext(record_field(RECORD_NOTES)->text));
        y += 2 + draw_wrapped(a, y + 2, 0, ROLE_TEXT, o->record->notes);
    }
    return y + skip;
}

/* A label and its value in a line that goes on; returns the column behind them. */
static int draw_pair(struct area a, int y, int x, const char *label, const char *value)
{
    if (x > 1)
        x += draw_format(a, y, x, -1, ROLE_DIM, " %s ", draw_sign(a, SIGN_DOT));
    x += draw_format(a, y, x, -1, ROLE_DIM, "%s ", label);
    return x + draw_text(a, y, x, -1, ROLE_TEXT, value[0] ? value : "-");
}

static void draw_who(const struct tui *t, struct area a, int y)
{
    const struct ws_offer *o = &t->view->offer;
    const char *dot = draw_sign(a, SIGN_DOT);
    char name[512], phone[PHONE_TEXT_SIZE];
    person_name(t, name, sizeof name);
    phone_format(o->call_phone, phone);
    const struct command *whole = command_of(do_record);
    char key[16];
    command_key_text(whole, key, sizeof key);
    int end = a.cols - 1 - draw_width(key) - 1 - draw_width(gettext(whole->hint));
    draw_key(a, y, end, ROLE_KEY, ROLE_DIM, key, gettext(whole->hint));
    int x = 1 + draw_text(a, y, 1, a.cols / 2, ROLE_STRONG, name);
    const char *language = lang_name(o->language);
    x += 1 + draw_format(a, y, x + 1, end - x - 2, ROLE_TEXT, "%s %s %s %s", dot, phone, dot,
                         gettext(person_kind_text(o->kind)));
    if (*language)
        draw_format(a, y, x + 1, end - x - 2, ROLE_TEXT, "%s %s", dot, language);
}

int record_brief_draw(const struct tui *t, struct area a, int y)
{
    const struct record *r = t->view->offer.record;
    char value[VALUE_SIZE], key[16];
    draw_who(t, a, y);
    if (!r) {
        draw_text(a, y + 1, 1, -1, ROLE_DIM, _("The record is being fetched…"));
        return 3;
    }
    struct area line = area_part(a, 0, 0, -1, a.cols - 1);
    struct date born;
    value[0] = '\0';
    if (date_parse(r->birth_date, &born))
        date_print_local(born, value);
    int x = draw_pair(line, y + 1, 1, gettext(record_field(RECORD_BIRTH_DATE)->text), value);
    if (r->municipality[0])
        x += draw_format(line, y + 1, x, -1, ROLE_TEXT, ", %s", r->municipality);
    char niss[VALUE_SIZE];
    value_of(t, RECORD_NISS, niss);
    x = draw_pair(line, y + 1, x, _("NISS"), niss);
    explicit_bzero(niss, sizeof niss);
    if (t->view->offer.niss_masked[0])
        x += draw_format(line, y + 1, x, -1, ROLE_KEY, " %s",
                         command_key_text(command_of(do_reveal), key, sizeof key));
    snprintf(value, sizeof value, "%d", r->attempts);
    draw_pair(line, y + 1, x, _("Attempts"), value);

    x = draw_pair(line, y + 2, 1, gettext(record_field(RECORD_NAME_INDEX_PATIENT)->text),
                  r->name_index_patient);
    x = draw_pair(line, y + 2, x, gettext(record_field(RECORD_TICKET)->text), r->ticket);
    value_of(t, RECORD_TICKET_AT, value);
    draw_format(line, y + 2, x, -1, ROLE_TEXT, " %s %s", draw_sign(a, SIGN_DOT), value);
    int rows = 3;
    if (t->view->offer.preview.has_party) {
        char who[PARTY_NAME_SIZE + 64];
        draw_pair(line, y + rows++, 1, _("Called instead"),
                  party_text(&t->view->offer.preview.party, who, sizeof who));
    }
    if (person_wish(t, value, sizeof value))
        draw_text(line, y + rows++, 1, -1, ROLE_WARNING, value);
    if (!r->notes[0])
        return rows;
    snprintf(value, sizeof value, "%.*s", VALUE_SIZE - 1, r->notes);
    for (char *c = value; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    draw_pair(line, y + rows++, 1, gettext(record_field(RECORD_NOTES)->text), value);
    return rows;
}
