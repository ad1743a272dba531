/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a person, column by column: one table says how each is named, read and written. */

#include <string.h>

#include "core/i18n.h"
#include "core/person.h"
#include "core/text.h"
#include "core/utf8.h"

/* Checks a trimmed, valid, non-empty text and puts it where the column lives. */
typedef enum err_code column_set(struct record *r, enum record_column column, const char *text,
                                 size_t len, struct err *err);
/* Appends the column's text. */
typedef void column_get(const struct record *r, enum record_column column, struct buf *out);

/* How a kind of column is read and written. Text columns have a place in the record. */
struct column {
    struct record_field field;
    column_set *set;
    column_get *get;
    size_t offset, size;
};

static char *place_of(struct record *r, const struct column *c)
{
    return (char *)r + c->offset;
}

static const struct column columns[RECORD_COLUMN_COUNT];

static enum err_code set_text(struct record *r, enum record_column column, const char *text,
                              size_t len, struct err *err)
{
    const struct column *c = &columns[column];
    if (len >= c->size)
        return err_set(err, ERR_TOO_LARGE, N_("This text is too long."));
    char *place = place_of(r, c);
    memset(place, 0, c->size); /* nothing of a longer former text stays behind */
    memcpy(place, text, len);
    return ERR_OK;
}

static void get_text(const struct record *r, enum record_column column, struct buf *out)
{
    buf_str(out, (const char *)r + columns[column].offset);
}

static enum err_code set_ticket(struct record *r, enum record_column column, const char *text,
                                size_t len, struct err *err)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return err_set(err, ERR_INVALID,
                           N_("A ticket has ASCII letters, digits and signs only."));
    return set_text(r, column, text, len, err);
}

/* Whether a service has it is for who knows the service. */
static enum err_code set_queue(struct record *r, enum record_column column, const char *text,
                               size_t len, struct err *err)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    for (size_t i = 0; i < len; i++)
        if (!memchr(allowed, text[i], sizeof allowed - 1))
            return err_set(err, ERR_INVALID,
                           N_("A queue has ASCII letters, digits, '_' and '-' only."));
    return set_text(r, column, text, len, err);
}

static enum err_code set_instant(struct record *r, enum record_column column, const char *text,
                                 size_t len, struct err *err)
{
    (void)column;
    if (!time_text_parse(text, len, &r->ticket_at_utc_s))
        return err_set(err, ERR_INVALID,
                       N_("Write the instant as in 2026-03-28T07:05:09Z, with its offset."));
    return ERR_OK;
}

static void get_instant(const struct record *r, enum record_column column, struct buf *out)
{
    (void)column;
    char text[TIME_TEXT_SIZE];
    time_text_print(r->ticket_at_utc_s, text);
    buf_str(out, text);
}

static enum err_code set_niss(struct record *r, enum record_column column, const char *text,
                              size_t len, struct err *err)
{
    (void)column;
    const enum err_code code = niss_parse(text, len, &r->niss, err);
    if (code == ERR_OK)
        r->niss_doubtful = false;
    return code;
}

static void get_niss(const struct record *r, enum record_column column, struct buf *out)
{
    (void)column;
    buf_str(out, r->niss.digits);
}

static enum err_code set_date(struct record *r, enum record_column column, const char *text,
                              size_t len, struct err *err)
{
    struct time_civil date;
    if (!time_text_parse_date(text, len, &date))
        return err_set(err, ERR_INVALID, N_("Write a date that exists, as in 1985-07-30."));
    return set_text(r, column, text, len, err);
}

static struct record_phone *phone_of(struct record *r, enum record_column column)
{
    return &r->phones[column - RECORD_PHONE];
}

static enum err_code set_phone(struct record *r, enum record_column column, const char *text,
                               size_t len, struct err *err)
{
    return phone_parse(text, len, phone_of(r, column)->number, err);
}

static void get_phone(const struct record *r, enum record_column column, struct buf *out)
{
    buf_str(out, r->phones[column - RECORD_PHONE].number);
}

static enum err_code set_language(struct record *r, enum record_column column, const char *text,
                                  size_t len, struct err *err)
{
    (void)column;
    if (!language_parse(text, len, r->language))
        return err_set(err, ERR_INVALID,
                       N_("A language is a code of two letters (ISO 639-1): fr, nl, de, en."));
    return ERR_OK;
}

static enum err_code set_region(struct record *r, enum record_column column, const char *text,
                                size_t len, struct err *err)
{
    (void)column;
    if (!region_by_name(text, len, &r->region))
        return err_set(err, ERR_INVALID, N_("A region is VLG, WAL, BXL or OOS."));
    return ERR_OK;
}

static void get_region(const struct record *r, enum record_column column, struct buf *out)
{
    (void)column;
    buf_str(out, region_name(r->region));
}

static enum err_code set_kind(struct record *r, enum record_column column, const char *text,
                              size_t len, struct err *err)
{
    (void)column;
    if (!person_kind_by_name(text, len, &r->kind))
        return err_set(err, ERR_INVALID, N_("A kind is index or contact."));
    return ERR_OK;
}

static void get_kind(const struct record *r, enum record_column column, struct buf *out)
{
    (void)column;
    buf_str(out, person_kind_name(r->kind));
}

#define AT(member) offsetof(struct record, member), sizeof(((struct record *)NULL)->member)
#define PHONE_AT(i) offsetof(struct record, phones[i]), sizeof(struct record_phone)

/* The only place where a column is written down. */
/* clang-format off */
static const struct column columns[RECORD_COLUMN_COUNT] = {
    [RECORD_TICKET] = {{"sciensano_request_ticket", N_("Ticket"), RECORD_TICKET_CHARS, true, false},
                       set_ticket, get_text, AT(ticket)},
    [RECORD_TICKET_AT] = {{"ticket_at", N_("Ticket of"), 40, true, false},
                          set_instant, get_instant, AT(ticket_at_utc_s)},
    [RECORD_NISS] = {{"niss", N_("National number"), 15, false, true},
                     set_niss, get_niss, AT(niss)},
    [RECORD_NAME_INDEX_PATIENT] = {{"name_index_patient", N_("Index patient"),
                                    RECORD_NAME_CHARS * 2, false, true},
                                   set_text, get_text, AT(name_index_patient)},
    [RECORD_GIVEN_NAME] = {{"given_name", N_("Given name"), RECORD_NAME_CHARS, false, true},
                           set_text, get_text, AT(given_name)},
    [RECORD_FAMILY_NAME] = {{"family_name", N_("Family name"), RECORD_NAME_CHARS, true, true},
                            set_text, get_text, AT(family_name)},
    [RECORD_BIRTH_DATE] = {{"birth_date", N_("Born"), 10, false, true},
                           set_date, get_text, AT(birth_date)},
    [RECORD_PHONE] = {{"phone", N_("Telephone"), 40, true, true},
                      set_phone, get_phone, PHONE_AT(0)},
    [RECORD_PHONE_2] = {{"phone_2", N_("Telephone 2"), 40, false, true},
                        set_phone, get_phone, PHONE_AT(1)},
    [RECORD_PHONE_3] = {{"phone_3", N_("Telephone 3"), 40, false, true},
                        set_phone, get_phone, PHONE_AT(2)},
    [RECORD_PHONE_4] = {{"phone_4", N_("Telephone 4"), 40, false, true},
                        set_phone, get_phone, PHONE_AT(3)},
    [RECORD_LANGUAGE] = {{"language", N_("Language"), 2, true, false},
                         set_language, get_text, AT(language)},
    [RECORD_REGION] = {{"region", N_("Region"), 3, true, false},
                       set_region, get_region, AT(region)},
    [RECORD_KIND] = {{"kind", N_("Kind"), 7, true, false},
                     set_kind, get_kind, AT(kind)},
    [RECORD_MUNICIPALITY] = {{"municipality", N_("Municipality"), RECORD_NAME_CHARS, false, true},
                             set_text, get_text, AT(municipality)},
    [RECORD_NOTES] = {{"notes", N_("Notes"), RECORD_NOTES_CHARS, false, true},
                      set_text, get_text, AT(notes)},
    [RECORD_INDEX_TICKET] = {{"index_ticket", N_("Index ticket"), RECORD_TICKET_CHARS, false,
                              false},
                             set_ticket, get_text, AT(index_ticket)},
    [RECORD_SAMPLE_DATE] = {{"sample_date", N_("Test of"), 10, false, true},
                            set_date, get_text, AT(sample_date)},
    [RECORD_LAST_CONTACT_DATE] = {{"last_contact_date", N_("Last contact"), 10, false, true},
                                  set_date, get_text, AT(last_contact_date)},
    [RECORD_QUEUE] = {{"queue", N_("Queue"), RECORD_QUEUE_CHARS, false, false},
                      set_queue, get_text, AT(queue)},
};
/* clang-format on */

const struct record_field *record_field(enum record_column column)
{
    return &columns[column].field;
}

bool record_column_by_name(const char *name, size_t len, enum record_column *ret)
{
    for (int i = 0; i < RECORD_COLUMN_COUNT; i++) {
        const char *own = columns[i].field.name;
        if (strlen(own) != len || memcmp(own, name, len) != 0)
            continue;
        *ret = (enum record_column)i;
        return true;
    }
    return false;
}

/* What holds for every column: UTF-8, no control characters, the length. */
static enum err_code check_text(enum record_column column, const char *text, size_t len,
                                struct err *err)
{
    const struct record_field *f = &columns[column].field;
    if (!utf8_is_valid(text, len))
        return err_field(err, ERR_INVALID, f->name, N_("This text is not UTF-8."));
    if (!text_is_plain(text, len, column == RECORD_NOTES ? TEXT_LINES : TEXT_ONE_LINE))
        return err_field(err, ERR_INVALID, f->name, N_("This text holds control characters."));
    if (text_chars(text, len) > f->max_chars)
        return err_field(err, ERR_TOO_LARGE, f->name, N_("At most %zu characters are allowed."),
                         f->max_chars);
    return ERR_OK;
}

/* Take a value away. */
static enum err_code clear(struct record *r, enum record_column column, struct err *err)
{
    const struct column *c = &columns[column];
    if (c->field.required)
        return err_field(err, ERR_INVALID, c->field.name, N_("This is required."));
    explicit_bzero(place_of(r, c), c->size);
    r->set &= ~(1U << column);
    if (column == RECORD_NISS)
        r->niss_doubtful = false;
    return ERR_OK;
}

/* Say which field it was: the one who found the fault does not know. */
static void name_field(struct err *err, enum record_column column)
{
    if (err && !err->field[0])
        memcpy(err->field, columns[column].field.name, strlen(columns[column].field.name) + 1);
}

enum err_code record_set_field(struct record *r, enum record_column column, const char *text,
                               size_t len, struct err *err)
{
    text_trim_view(&text, &len);
    if (len == 0)
        return clear(r, column, err);
    enum err_code code = check_text(column, text, len, err);
    if (code == ERR_OK)
        code = columns[column].set(r, column, text, len, err);
    if (code != ERR_OK) {
        name_field(err, column);
        return code;
    }
    r->set |= 1U << column;
    return ERR_OK;
}

enum err_code record_set_doubtful_niss(struct record *r, const char *text, size_t len,
                                       struct err *err)
{
    text_trim_view(&text, &len);
    if (len == 0)
        return clear(r, RECORD_NISS, err);
    const enum niss_fault fault = niss_read(text, len, &r->niss);
    if (fault == NISS_SHAPE)
        return err_field(err, ERR_INVALID, columns[RECORD_NISS].field.name, "%s",
                         niss_fault_text(fault));
    r->niss_doubtful = fault != NISS_OK;
    r->set |= 1U << RECORD_NISS;
    return ERR_OK;
}

void record_get_field(const struct record *r, enum record_column column, struct buf *out)
{
    if (r->set & (1U << column))
        columns[column].get(r, column, out);
}

enum err_code record_check(const struct record *r, struct err *err)
{
    for (int i = 0; i < RECORD_COLUMN_COUNT; i++)
        if (columns[i].field.required && !(r->set & (1U << i)))
            return err_field(err, ERR_INVALID, columns[i].field.name, N_("This is required."));
    if (r->index_ticket[0] && strcmp(r->index_ticket, r->ticket) == 0)
        return err_field(err, ERR_INVALID, columns[RECORD_INDEX_TICKET].field.name,
                         N_("This is the person's own ticket."));
    return ERR_OK;
}

static bool phone_is_new(const struct record *r, size_t before, const char *number)
{
    for (size_t i = 0; i < before; i++)
        if (strcmp(r->phones[i].number, number) == 0)
            return false;
    return true;
}

void record_tidy_phones(struct record *r)
{
    size_t n = 0;
    for (size_t i = 0; i < RECORD_PHONES; i++) {
        const struct record_phone phone = r->phones[i];
        explicit_bzero(&r->phones[i], sizeof r->phones[i]);
        r->set &= ~(1U << (RECORD_PHONE + i));
        if (!phone.number[0] || !phone_is_new(r, n, phone.number))
            continue;
        r->phones[n] = phone;
        r->set |= 1U << (RECORD_PHONE + n);
        n++;
    }
}

size_t record_phone_count(const struct record *r)
{
    size_t n = 0;
    for (size_t i = 0; i < RECORD_PHONES; i++)
        n += r->phones[i].number[0] != '\0';
    return n;
}

void record_wipe(struct record *r)
{
    explicit_bzero(r, sizeof *r);
}
