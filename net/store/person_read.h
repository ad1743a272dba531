/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A person as stored, opened. */

#include "core/person.h"
#include "net/store/store.h"

struct person_row {
    struct record record; /* wipe it */
    size_t next_phone;    /* position of the number to call */
    uint32_t dropped_phones;
};

/* Everything of a person of this region. ERR_NOT_FOUND. */
enum err_code person_read(struct store *st, int64_t person_id, enum region region,
                          struct person_row *ret, struct err *err) MUSTCHECK;
void person_row_wipe(struct person_row *row);
#define CLEANUP_PERSON CLEANUP(person_row_wipe)

/* "Given Family" out of the sealed group in a column. */
enum err_code person_name(struct store *st, int64_t person_id, const void *ident_enc, size_t len,
                          char *ret, size_t size, struct err *err) MUSTCHECK;
