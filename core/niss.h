/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The Belgian national register number (NISS/INSZ), and the BIS number of those not in the
 * register: a secret with its own type.
 *
 * Sources: Royal Decree of 3 April 1984 (11 digits: birth date YYMMDD, serial, check number 97
 * minus the first nine digits modulo 97; for births from 2000 on with a 2 before the nine digits);
 * BIS: Crossroads Bank for Social Security, month + 20 (sex unknown) or + 40.
 *
 * There is no function that prints it except niss_reveal; each use of that is audited. */

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

/* All zero = none. digits is read by encryption, blind index and niss_reveal, and nothing else. */
struct niss {
    char digits[12]; /* 11 digits, NUL */
};
#define NISS_TEXT_SIZE 16 /* "85.07.30-033.28" and NUL */

enum niss_fault {
    NISS_OK,
    NISS_SHAPE, /* not 11 digits, bare or as 85.07.30-033.28 */
    NISS_DATE,  /* no such month or day */
    NISS_CHECK, /* wrong check digits */
};
#define NISS_FAULT_COUNT (NISS_CHECK + 1)

/* Read a number. *ret is filled whenever the shape is right, so that an import may keep a doubtful
 * number and flag it; with NISS_SHAPE it is untouched. */
enum niss_fault niss_read(const char *text, size_t len, struct niss *ret) MUSTCHECK;

/* The rule that was broken, as a sentence marked for gettext; "" for NISS_OK. */
const char *niss_fault_text(enum niss_fault fault);

/* Read a number that must be right. Error: ERR_INVALID with the rule, never the value; *ret is
 * untouched then. */
enum err_code niss_parse(const char *text, size_t len, struct niss *ret, struct err *err) MUSTCHECK;

bool niss_is_set(const struct niss *n);
/* A BIS number? */
bool niss_is_bis(const struct niss *n);

/* What may be shown to everybody: "**.**.**-***.28", "" when there is none. */
void niss_mask(const struct niss *n, char ret[NISS_TEXT_SIZE]);
/* The number itself: "85.07.30-033.28", "" when there is none. The caller wipes it. */
void niss_reveal(const struct niss *n, char ret[NISS_TEXT_SIZE]);

void niss_wipe(struct niss *n);
