/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Whom and what the answers to a script name: contacts to call, and collectivities, as the codes of
 * its items say (core/script_role.h). A plain list, without store, service or clock.
 *
 * Only answers that count are looked at (script_node_is_kept). Texts are valid UTF-8 of one line
 * without control characters, cut where they are longer than their array. What cannot be read as
 * what it should be, a number above all, is kept as it was told: nobody is lost for a wrong digit.
 * All of it is personal data: script_named_deinit wipes it. */

#include "core/person.h"
#include "core/script.h"

#define SCRIPT_NAMED_MAX 500 /* contacts, and as many collectivities */
#define SCRIPT_NAMED_CHARS 200
#define SCRIPT_NAMED_SIZE RECORD_BYTES(SCRIPT_NAMED_CHARS)
#define SCRIPT_NAMED_KIND_SIZE 49

enum script_named_risk {
    SCRIPT_NAMED_RISK_UNKNOWN,
    SCRIPT_NAMED_RISK_HIGH,
    SCRIPT_NAMED_RISK_LOW,
};

struct script_contact {
    char given[RECORD_BYTES(RECORD_NAME_CHARS)];
    char family[RECORD_BYTES(RECORD_NAME_CHARS)];
    struct niss niss;                       /* none when it is wrong: see unread */
    char birth_date[DATE_TEXT_SIZE];        /* ISO; "" = not known to the day */
    char phones[RECORD_PHONES][PHONE_SIZE]; /* E.164, each once, without gaps */
    size_t n_phones;                        /* more than fit are in unread */
    char language[LANGUAGE_SIZE];           /* "" = not said, or no language of ISO 639-1 */
    char relation[SCRIPT_NAMED_SIZE];       /* as people read it */
    char last_contact[DATE_TEXT_SIZE];      /* ISO; "" = not known to the day */
    enum script_named_risk risk;
    bool may_name; /* the index case said yes: the contact may be told who named him */
    char unread[SCRIPT_NAMED_SIZE]; /* what could not be read, parted by "; " */
};

struct script_collectivity {
    char kind[SCRIPT_NAMED_KIND_SIZE]; /* a word of small letters, digits, '-' and '_' */
    char name[SCRIPT_NAMED_SIZE];
    char place[SCRIPT_NAMED_SIZE];
    char role[SCRIPT_NAMED_SIZE];  /* of the person there, as people read it */
    char last_day[DATE_TEXT_SIZE]; /* ISO; "" = not known to the day */
    char unread[SCRIPT_NAMED_SIZE];
};

struct script_named {
    struct script_contact *contacts; /* in the order in which they stand in the answers */
    size_t n_contacts;
    struct script_collectivity *collectivities;
    size_t n_collectivities;
};

/* Read them into *ret, which is empty before. lang: of what people read (script_text). Errors:
 * ERR_TOO_LARGE (more than SCRIPT_NAMED_MAX), ERR_NOMEM; *ret is empty then. */
enum err_code script_named_read(const struct script_answers *a, const char *lang,
                                struct script_named *ret, struct err *err) MUSTCHECK;

/* Wipe and free; *named is empty then. */
void script_named_deinit(struct script_named *named);

/* Do the items of a script name anybody or anything? */
bool script_names(const struct script *s);

/* "high", "low", "" when it is not known. */
const char *script_named_risk_name(enum script_named_risk risk);
