/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Telephone numbers: what people write -> E.164, and what may be dialled.
 *
 * Sources: ITU-T E.164 (11/2010); the Belgian numbering plan (BIPT, Royal Decree of 27 April 2007)
 * as libphonenumber states it. Sentences name the rule, never the number. */

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

#define PHONE_SIZE 17      /* '+', at most 15 digits, NUL; also room for every short code */
#define PHONE_TEXT_SIZE 32 /* formatted for the screen */

/* Read what a person wrote into E.164 ("+3222141919"), NUL-terminated. Understood: "+32…",
 * "0032…", the Belgian national form "02/214.19.19", "0470 12 34 56", "+32 (0)2 …"; separators are
 * blanks, '.', '/', '-', and parentheses in pairs. A number without '+' or leading 0 is refused:
 * nobody knows its country. Belgian numbers have to fit the numbering plan; of others the country
 * code must exist and 7..15 digits be there. Short codes are refused: nobody's number is 112.
 * Errors: ERR_PHONE; ret is untouched then. */
enum err_code phone_parse(const char *text, size_t len, char ret[PHONE_SIZE],
                          struct err *err) MUSTCHECK;

/* The same for something to dial: short codes ("112", "1733") are accepted as they are. */
enum err_code phone_parse_dialled(const char *text, size_t len, char ret[PHONE_SIZE],
                                  struct err *err) MUSTCHECK;

enum phone_kind {
    PHONE_INVALID, /* neither E.164 nor a short code of the table */
    PHONE_SHORT,
    PHONE_FIXED,   /* Belgian, geographic */
    PHONE_MOBILE,  /* Belgian */
    PHONE_FREE,    /* 0800 */
    PHONE_SHARED,  /* 070, 078: costs of the call are shared or fixed */
    PHONE_PREMIUM, /* 090x: never dialled from here */
    PHONE_FOREIGN,
};
#define PHONE_KIND_COUNT (PHONE_FOREIGN + 1)

/* The kind of a number in the form that phone_parse and phone_parse_dialled give. */
enum phone_kind phone_kind(const char *number);

struct phone_short_code {
    const char *number;
    const char *text; /* what answers, marked for gettext */
    bool emergency;   /* passes everywhere and always: 112, 100, 101 */
};

/* The table of short codes, sorted by number; *ret_n rows. */
const struct phone_short_code *phone_short_codes(size_t *ret_n);
/* Its row for this number, or NULL. */
const struct phone_short_code *phone_short_code(const char *number);

/* May it be dialled? Short codes: always. Premium and invalid numbers: never. Belgian numbers: yes.
 * Others: when one of the n prefixes ("+33", "+352") begins the number; n == 0 allows none. */
bool phone_may_be_dialled(const char *number, const char *const *prefixes, size_t n);

/* The form for the screen: "+32 470 12 34 56", "+32 2 214 19 19", "112"; foreign numbers in groups
 * after the country code. Anything that is not a number gives "". */
void phone_format(const char *number, char ret[PHONE_TEXT_SIZE]);
