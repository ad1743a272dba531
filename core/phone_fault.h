/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What is wrong with the certificate of the telephone exchange, in words that say whom to ask for
 * what. */

#include <stdbool.h>
#include <stddef.h>

#include "core/i18n.h"

enum phone_fault {
    PHONE_FAULT_NONE,
    PHONE_FAULT_NAME,        /* it is for other names; about: which */
    PHONE_FAULT_EXPIRED,     /* about: the day, YYYY-MM-DD */
    PHONE_FAULT_EARLY,       /* not valid yet; about: from which day on */
    PHONE_FAULT_SELF_SIGNED, /* and not known here */
    PHONE_FAULT_UNTRUSTED,   /* about: who vouches for it */
};
#define PHONE_FAULT_COUNT (PHONE_FAULT_UNTRUSTED + 1)

/* Names in the desk protocol: "expired"; "" for none. False leaves *ret. */
const char *phone_fault_name(enum phone_fault fault);
bool phone_fault_by_name(const char *name, enum phone_fault *ret);

/* English, marked for gettext; "%s" stands where `about` belongs, once or not at all. */
const char *phone_fault_text(enum phone_fault fault);

/* The text of a call's end "failed" when the sound had to be encrypted and was not. */
#define PHONE_NOT_ENCRYPTED N_("The other side does not encrypt its sound.")

/* Put about into a text, translated or not, and cut the whole to size bytes, at a character. */
void phone_fault_sentence(const char *text, const char *about, char *ret, size_t size);
