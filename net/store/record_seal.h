/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A record as it stands in the database: sealed field groups and blind indexes. */

#include "core/person.h"
#include "net/store/keys.h"
#include "net/store/seal.h"

enum record_group {
    RECORD_IDENT,   /* ticket, NISS, names, birth date */
    RECORD_CONTACT, /* telephone numbers, whose they are */
    RECORD_CONTEXT, /* name of the index patient, municipality, ticket of the index case, dates of
                       test and contact */
    RECORD_REMARKS, /* notes */
};
#define RECORD_GROUP_COUNT (RECORD_REMARKS + 1)

struct sealed_record {
    struct buf groups[RECORD_GROUP_COUNT]; /* RECORD_REMARKS is empty when there are no notes */
    uint8_t ticket[BLIND_BYTES];
    uint8_t niss[BLIND_BYTES];
    size_t niss_len; /* 0 = none */
    uint8_t name_birth[BLIND_BYTES];
    size_t name_birth_len; /* 0 = no birth date */
    uint8_t index_ticket[BLIND_BYTES];
    size_t index_ticket_len; /* 0 = none */
    uint8_t phones[RECORD_PHONES][BLIND_BYTES];
    size_t n_phones;
    uint8_t content[BLIND_BYTES]; /* the same for the same record */
};

/* Fill *ret; the person's id is part of what is authenticated. Errors: ERR_NOMEM. */
enum err_code record_seal(const struct keys *k, const struct record *r, int64_t person_id,
                          struct sealed_record *ret, struct err *err) MUSTCHECK;
void sealed_record_deinit(struct sealed_record *s);

/* Seal one group of it anew. */
enum err_code record_seal_group(const struct keys *k, enum record_group group,
                                const struct record *r, int64_t person_id, struct buf *out,
                                struct err *err) MUSTCHECK;

/* Blind indexes and content only: enough to find a person and to see whether anything changed. */
enum err_code record_blind(const struct keys *k, const struct record *r, struct sealed_record *ret,
                           struct err *err) MUSTCHECK;

/* Open one group into *r, which keeps the rest. An empty blob is an empty group. */
enum err_code record_unseal(const struct keys *k, enum record_group group, int64_t person_id,
                            const void *blob, size_t len, struct record *r,
                            struct err *err) MUSTCHECK;

/* The bytes that a name and birth date are found by, and those that a whole record is the same by:
 * appended to out. Names are folded first: "Élise" and "elise" are one. */
void record_name_birth(const char *given, const char *family, const char *birth_date,
                       struct buf *out);
void record_content(const struct record *r, struct buf *out);

/* Blind indexes under the key that writes. The store looks for values through blind.h. */
void record_blind_phone(const struct keys *k, const char *number, uint8_t ret[BLIND_BYTES]);
void record_blind_niss(const struct keys *k, const struct niss *n, uint8_t ret[BLIND_BYTES]);
void record_blind_ticket(const struct keys *k, const char *ticket, uint8_t ret[BLIND_BYTES]);
/* Errors: ERR_NOMEM. */
enum err_code record_blind_name_birth(const struct keys *k, const char *given, const char *family,
                                      const char *birth_date, uint8_t ret[BLIND_BYTES],
                                      struct err *err) MUSTCHECK;
