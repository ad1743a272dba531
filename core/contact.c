/* SPDX-License-Identifier: Apache-2.0 */
#include "core/contact.h"

#include <stdio.h>
#include <string.h>

#include "core/cleanup.h"
#include "core/text.h"

#define NO_NAME "?"

bool contact_can_be_called(const struct script_contact *c, const struct service *s)
{
    for (size_t i = 0; i < c->n_phones; i++)
        if (service_may_dial(s, c->phones[i]))
            return true;
    return false;
}

static bool same_folded(const char *a, const char *b)
{
    CLEANUP_BUF struct buf one = {0};
    CLEANUP_BUF struct buf two = {0};
    text_fold(a, strlen(a), &one);
    text_fold(b, strlen(b), &two);
    return !one.failed && !two.failed && strcmp(buf_text(&one), buf_text(&two)) == 0;
}

static const char *family_of(const struct script_contact *c)
{
    return c->family[0] ? c->family : NO_NAME;
}

static bool has_phone_of(const struct script_contact *c, const struct record *r)
{
    for (size_t i = 0; i < c->n_phones; i++)
        for (size_t k = 0; k < RECORD_PHONES; k++)
            if (strcmp(c->phones[i], r->phones[k].number) == 0)
                return true;
    return false;
}

bool contact_is(const struct script_contact *c, const struct record *r)
{
    if (niss_is_set(&c->niss) && niss_is_set(&r->niss))
        return strcmp(c->niss.digits, r->niss.digits) == 0;
    if (c->birth_date[0] && r->birth_date[0] && strcmp(c->birth_date, r->birth_date) != 0)
        return false;
    return has_phone_of(c, r) && same_folded(c->given, r->given_name) &&
           same_folded(family_of(c), r->family_name);
}

static bool is_served(const struct script_contact *c, const struct contact_named_by *by)
{
    return c->language[0] && service_language_queue(by->service, by->region, c->language);
}

/* A line of the notes, as far as it fits. */
static void note(char *notes, size_t size, const char *text)
{
    const size_t used = strlen(notes);
    if (!text[0])
        return;
    const size_t room = size - used - 1;
    const size_t end = used ? 1 : 0;
    if (room <= end)
        return;
    if (end)
        notes[used] = '\n';
    const size_t n = text_cut(text, strlen(text), room - end);
    memcpy(notes + used + end, text, n);
    notes[used + end + n] = '\0';
}

/* Those that may be dialled, first to last; the others are told in the notes. */
static enum err_code set_phones(const struct script_contact *c, const struct service *s,
                                struct record *r, char *notes, size_t size, struct err *err)
{
    unsigned at = RECORD_PHONE;
    enum err_code code = ERR_OK;
    for (size_t i = 0; code == ERR_OK && i < c->n_phones; i++) {
        if (service_may_dial(s, c->phones[i]))
            code = record_set_field(r, (enum record_column)at++, c->phones[i], strlen(c->phones[i]),
                                    err);
        else
            note(notes, size, c->phones[i]);
    }
    return code;
}

/* Given and family name of the index case, as much as the column takes; "" unless it may be told.
 */
static void name_index(bool may_name, const struct record *index, char *ret, size_t size)
{
    snprintf(ret, size, "%s%s%s", index->given_name, index->given_name[0] ? " " : "",
             index->family_name);
    ret[may_name ? text_cut_chars(ret, strlen(ret), RECORD_NAME_CHARS * 2) : 0] = '\0';
}

/* What was told and has no column. */
static void note_rest(const struct script_contact *c, const struct contact_named_by *by,
                      char *notes, size_t size)
{
    char line[SCRIPT_NAMED_SIZE + 16];
    note(notes, size, c->relation);
    if (c->risk != SCRIPT_NAMED_RISK_UNKNOWN) {
        snprintf(line, sizeof line, "risk: %s", script_named_risk_name(c->risk));
        note(notes, size, line);
    }
    if (c->language[0] && !is_served(c, by)) {
        snprintf(line, sizeof line, "language: %s", c->language);
        note(notes, size, line);
    }
    note(notes, size, c->unread);
}

enum err_code contact_record(const struct script_contact *c, const struct contact_named_by *by,
                             struct record *ret, struct err *err)
{
    char named_by[sizeof by->index->given_name + sizeof by->index->family_name + 1];
    char when[TIME_TEXT_SIZE];
    char notes[RECORD_BYTES(RECORD_NOTES_CHARS)] = "";
    time_text_print(by->at_utc_s, when);
    name_index(c->may_name, by->index, named_by, sizeof named_by);
    *ret = (struct record){0};
    enum err_code code = set_phones(c, by->service, ret, notes, sizeof notes, err);
    note_rest(c, by, notes, sizeof notes);
    const char *language = is_served(c, by) ? c->language : by->index->language;
    /* clang-format off */
    const struct {
        enum record_column column;
        const char *text;
    } fields[] = {
        {RECORD_TICKET, by->ticket},
        {RECORD_TICKET_AT, when},
        {RECORD_NISS, c->niss.digits},
        {RECORD_NAME_INDEX_PATIENT, named_by},
        {RECORD_GIVEN_NAME, c->given},
        {RECORD_FAMILY_NAME, family_of(c)},
        {RECORD_BIRTH_DATE, c->birth_date},
        {RECORD_LANGUAGE, language},
        {RECORD_REGION, region_name(by->region)},
        {RECORD_KIND, person_kind_name(PERSON_CONTACT)},
        {RECORD_INDEX_TICKET, by->index->ticket},
        {RECORD_LAST_CONTACT_DATE, c->last_contact},
        {RECORD_NOTES, notes},
    };
    /* clang-format on */
    for (size_t i = 0; code == ERR_OK && i < sizeof fields / sizeof fields[0]; i++)
        code = record_set_field(ret, fields[i].column, fields[i].text, strlen(fields[i].text), err);
    if (code == ERR_OK)
        code = record_check(ret, err);
    explicit_bzero(named_by, sizeof named_by);
    explicit_bzero(notes, sizeof notes);
    if (code != ERR_OK)
        record_wipe(ret);
    return code;
}

/* Set a column to a text; *changed when it was another. */
static enum err_code set_column(struct record *r, enum record_column column, const char *was,
                                const char *text, bool *changed, struct err *err)
{
    if (strcmp(was, text) == 0)
        return ERR_OK;
    *changed = true;
    return record_set_field(r, column, text, strlen(text), err);
}

enum err_code contact_tell(const struct record *index, bool may_name, struct record *r,
                           bool *ret_changed, struct err *err)
{
    char named_by[sizeof index->given_name + sizeof index->family_name + 1] = "";
    if (index)
        name_index(may_name, index, named_by, sizeof named_by);
    *ret_changed = false;
    enum err_code code = set_column(r, RECORD_INDEX_TICKET, r->index_ticket,
                                    index ? index->ticket : "", ret_changed, err);
    if (code == ERR_OK)
        code = set_column(r, RECORD_NAME_INDEX_PATIENT, r->name_index_patient, named_by,
                          ret_changed, err);
    explicit_bzero(named_by, sizeof named_by);
    return code;
}

enum err_code contact_amend(const struct script_contact *c, const struct record *index,
                            struct record *r, bool *ret_changed, struct err *err)
{
    const bool later = c->last_contact[0] && strcmp(c->last_contact, r->last_contact_date) > 0;
    const bool is_its = strcmp(r->index_ticket, index->ticket) == 0;
    bool told = false;
    enum err_code code = ERR_OK;
    if (later)
        code = record_set_field(r, RECORD_LAST_CONTACT_DATE, c->last_contact,
                                strlen(c->last_contact), err);
    if (code == ERR_OK && is_its)
        code = contact_tell(index, c->may_name, r, &told, err);
    *ret_changed = later || told;
    return code;
}
