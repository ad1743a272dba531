/* SPDX-License-Identifier: Apache-2.0 */
/* A record as it stands in the database.
 *
 * Inside a group the values follow each other, each closed by a NUL (no text of a record holds
 * one). A later version may add values at the end: what is missing reads as empty, and what is
 * empty is left out, so that a record without it stays the same record. */

#include "net/store/record_seal.h"

#include <string.h>

#include "core/text.h"

/* Where a text of a record stands, and what column it is. */
struct slot {
    size_t offset;
    size_t size;
    enum record_column column;
};

#define SLOT(member, column)                                                                       \
    {                                                                                              \
        offsetof(struct record, member), sizeof(((struct record *)0)->member), column              \
    }
#define NO_COLUMN RECORD_COLUMN_COUNT

static const struct slot ident[] = {
    SLOT(ticket, RECORD_TICKET),         SLOT(niss.digits, RECORD_NISS),
    SLOT(given_name, RECORD_GIVEN_NAME), SLOT(family_name, RECORD_FAMILY_NAME),
    SLOT(birth_date, RECORD_BIRTH_DATE),
};
static const struct slot contact[] = {
    SLOT(phones[0].number, RECORD_PHONE),   SLOT(phones[0].label, NO_COLUMN),
    SLOT(phones[1].number, RECORD_PHONE_2), SLOT(phones[1].label, NO_COLUMN),
    SLOT(phones[2].number, RECORD_PHONE_3), SLOT(phones[2].label, NO_COLUMN),
    SLOT(phones[3].number, RECORD_PHONE_4), SLOT(phones[3].label, NO_COLUMN),
};
static const struct slot context[] = {
    SLOT(name_index_patient, RECORD_NAME_INDEX_PATIENT),
    SLOT(municipality, RECORD_MUNICIPALITY),
    SLOT(index_ticket, RECORD_INDEX_TICKET),
    SLOT(sample_date, RECORD_SAMPLE_DATE),
    SLOT(last_contact_date, RECORD_LAST_CONTACT_DATE),
};
static const struct slot remarks[] = {
    SLOT(notes, RECORD_NOTES),
};

#define ROWS(t) t, sizeof(t) / sizeof((t)[0])
static const struct group {
    const char *name; /* authenticated: never change one */
    const struct slot *slots;
    size_t n;
    size_t added; /* the last ones of them, which a later version added */
} groups[] = {
    [RECORD_IDENT] = {"ident",   ROWS(ident),   0},
    [RECORD_CONTACT] = {"contact", ROWS(contact), 0},
    [RECORD_CONTEXT] = {"context", ROWS(context), 3},
    [RECORD_REMARKS] = {"notes",   ROWS(remarks), 0},
};
_Static_assert(sizeof groups / sizeof groups[0] == RECORD_GROUP_COUNT, "one row a group");

/* How many values are written: those added later end with the last one that there is. */
static size_t written(const struct record *r, const struct group *g)
{
    size_t n = g->n;
    while (n > g->n - g->added && !((const char *)r + g->slots[n - 1].offset)[0]) {
        n--;
    }
    return n;
}

static void write_group(const struct record *r, enum record_group group, struct buf *out)
{
    const size_t n = written(r, &groups[group]);
    for (size_t i = 0; i < n; i++) {
        const char *text = (const char *)r + groups[group].slots[i].offset;
        buf_add(out, text, strlen(text) + 1);
    }
    if (group == RECORD_IDENT) { /* closes with a flag: the NISS is doubtful */
        buf_add(out, r->niss_doubtful ? "d" : "", r->niss_doubtful ? 2 : 1);
    }
}

static void read_group(const char *bytes, size_t len, enum record_group group, struct record *r)
{
    const char *at = bytes;
    const char *end = bytes + len;
    for (size_t i = 0; i < groups[group].n && at < end; i++) {
        const struct slot *slot = &groups[group].slots[i];
        size_t n = strnlen(at, (size_t)(end - at));
        size_t fit = n < slot->size ? n : slot->size - 1;
        char *text = (char *)r + slot->offset;
        memcpy(text, at, fit);
        text[fit] = '\0';
        if (fit > 0 && slot->column != NO_COLUMN) {
            r->set |= 1u << slot->column;
        }
        at += n + 1;
    }
    if (group == RECORD_IDENT && at < end) {
        r->niss_doubtful = *at == 'd';
    }
}

void record_blind_phone(const struct keys *k, const char *number, uint8_t ret[BLIND_BYTES])
{
    blind(k, KEY_PHONE, number, strlen(number), ret);
}

void record_blind_niss(const struct keys *k, const struct niss *n, uint8_t ret[BLIND_BYTES])
{
    blind(k, KEY_NISS, n->digits, strlen(n->digits), ret);
}

void record_blind_ticket(const struct keys *k, const char *ticket, uint8_t ret[BLIND_BYTES])
{
    blind(k, KEY_TICKET, ticket, strlen(ticket), ret);
}

void record_name_birth(const char *given, const char *family, const char *birth_date,
                       struct buf *out)
{
    text_fold(family, strlen(family), out);
    buf_char(out, '\0');
    text_fold(given, strlen(given), out);
    buf_char(out, '\0');
    buf_str(out, birth_date);
}

enum err_code record_blind_name_birth(const struct keys *k, const char *given, const char *family,
                                      const char *birth_date, uint8_t ret[BLIND_BYTES],
                                      struct err *err)
{
    CLEANUP_BUF struct buf b = {0};
    record_name_birth(given, family, birth_date, &b);
    if (b.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    blind(k, KEY_NAME_BIRTH, b.data, b.len, ret);
    return ERR_OK;
}

void record_content(const struct record *r, struct buf *out)
{
    for (unsigned i = 0; i < RECORD_GROUP_COUNT; i++) {
        write_group(r, (enum record_group)i, out);
    }
    buf_add(out, &r->ticket_at_utc_s, sizeof r->ticket_at_utc_s);
    buf_printf(out, "%s/%s/%s", r->language, region_name(r->region), person_kind_name(r->kind));
    if (r->queue[0]) { /* added later: a record without it stays the same record */
        buf_printf(out, "/%s", r->queue);
    }
}

static enum err_code blind_content(const struct keys *k, const struct record *r,
                                   uint8_t ret[BLIND_BYTES], struct err *err)
{
    CLEANUP_BUF struct buf b = {0};
    record_content(r, &b);
    if (b.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    blind(k, KEY_CONTENT, b.data, b.len, ret);
    return ERR_OK;
}

enum err_code record_blind(const struct keys *k, const struct record *r, struct sealed_record *ret,
                           struct err *err)
{
    record_blind_ticket(k, r->ticket, ret->ticket);
    ret->niss_len = niss_is_set(&r->niss) ? BLIND_BYTES : 0;
    record_blind_niss(k, &r->niss, ret->niss);
    ret->name_birth_len = r->birth_date[0] ? BLIND_BYTES : 0;
    record_blind_ticket(k, r->index_ticket, ret->index_ticket);
    ret->index_ticket_len = r->index_ticket[0] ? BLIND_BYTES : 0;
    ret->n_phones = record_phone_count(r);
    for (size_t i = 0; i < ret->n_phones; i++) {
        record_blind_phone(k, r->phones[i].number, ret->phones[i]);
    }
    enum err_code code = record_blind_name_birth(k, r->given_name, r->family_name, r->birth_date,
                                                 ret->name_birth, err);
    return code ? code : blind_content(k, r, ret->content, err);
}

enum err_code record_seal_group(const struct keys *k, enum record_group group,
                                const struct record *r, int64_t person_id, struct buf *out,
                                struct err *err)
{
    CLEANUP_BUF struct buf plain = {0};
    const struct seal_place place = {"person", groups[group].name, person_id};
    write_group(r, group, &plain);
    return plain.failed ? err_set(err, ERR_NOMEM, NULL)
                        : seal(k, &place, plain.data, plain.len, out, err);
}

enum err_code record_seal(const struct keys *k, const struct record *r, int64_t person_id,
                          struct sealed_record *ret, struct err *err)
{
    enum err_code code = record_blind(k, r, ret, err);
    for (unsigned i = 0; !code && i < RECORD_GROUP_COUNT; i++) {
        ret->groups[i].len = 0;
        if (i == RECORD_REMARKS && !r->notes[0]) {
            continue;
        }
        CLEANUP_BUF struct buf plain = {0};
        write_group(r, (enum record_group)i, &plain);
        struct seal_place place = {"person", groups[i].name, person_id};
        code = plain.failed ? err_set(err, ERR_NOMEM, NULL)
                            : seal(k, &place, plain.data, plain.len, &ret->groups[i], err);
    }
    return code;
}

void sealed_record_deinit(struct sealed_record *s)
{
    for (unsigned i = 0; i < RECORD_GROUP_COUNT; i++) {
        buf_free(&s->groups[i]);
    }
}

enum err_code record_unseal(const struct keys *k, enum record_group group, int64_t person_id,
                            const void *blob, size_t len, struct record *r, struct err *err)
{
    if (len == 0) {
        return ERR_OK;
    }
    CLEANUP_BUF struct buf plain = {0};
    struct seal_place place = {"person", groups[group].name, person_id};
    enum err_code code = unseal(k, &place, blob, len, &plain, err);
    if (!code) {
        read_group(plain.data, plain.len, group, r);
    }
    return code;
}
