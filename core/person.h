/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Somebody to call: the words for what a person is, and the record that is shown of one.
 *
 * One table of columns serves import, export and API: column names in CSV and field names in JSON
 * are the same. Text in a record is valid UTF-8 without control characters (notes may have line
 * ends), and never longer than its array. A record holds personal data: wipe it when done. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/language.h"
#include "core/niss.h"
#include "core/party.h"
#include "core/phone.h"
#include "core/time_text.h"

enum region {
    REGION_VLG, /* Flanders */
    REGION_WAL, /* Wallonia */
    REGION_BXL, /* Brussels */
    REGION_OOS, /* German-speaking community */
};
#define REGION_COUNT (REGION_OOS + 1)

enum person_kind {
    PERSON_INDEX,   /* infected: whom have you been close to? */
    PERSON_CONTACT, /* exposed: take these measures */
};
#define PERSON_KIND_COUNT (PERSON_CONTACT + 1)

enum person_state {
    PERSON_WAITING,    /* may be offered now */
    PERSON_RESTING,    /* not before its due instant */
    PERSON_HELD,       /* an agent has it */
    PERSON_UNRESOLVED, /* the wrap-up time ran out: a supervisor looks */
    PERSON_CLOSED,     /* never called again by itself */
};
#define PERSON_STATE_COUNT (PERSON_CLOSED + 1)

/* Names as they stand in files, API and database: "WAL", "index", "waiting". Regions and kinds are
 * read as they are written, in this case only. False leaves *ret. */
const char *region_name(enum region region);
const char *region_text(enum region region); /* "Wallonia", for gettext */
bool region_by_name(const char *name, size_t len, enum region *ret);
const char *person_kind_name(enum person_kind kind);
const char *person_kind_text(enum person_kind kind); /* "index case", for gettext */
bool person_kind_by_name(const char *name, size_t len, enum person_kind *ret);
const char *person_state_name(enum person_state state);
const char *person_state_text(enum person_state state);
bool person_state_by_name(const char *name, size_t len, enum person_state *ret);

/* The columns, in the order in which files are written. */
enum record_column {
    RECORD_TICKET,             /* sciensano_request_ticket */
    RECORD_TICKET_AT,          /* ticket_at, RFC 3339 */
    RECORD_NISS,               /* niss */
    RECORD_NAME_INDEX_PATIENT, /* name_index_patient */
    RECORD_GIVEN_NAME,
    RECORD_FAMILY_NAME,
    RECORD_BIRTH_DATE, /* YYYY-MM-DD */
    RECORD_PHONE,
    RECORD_PHONE_2,
    RECORD_PHONE_3,
    RECORD_PHONE_4,
    RECORD_LANGUAGE,
    RECORD_REGION,
    RECORD_KIND,
    RECORD_MUNICIPALITY,
    RECORD_NOTES,
    RECORD_INDEX_TICKET,      /* index_ticket: of the index case whom the person was close to */
    RECORD_SAMPLE_DATE,       /* YYYY-MM-DD: the test was taken */
    RECORD_LAST_CONTACT_DATE, /* YYYY-MM-DD: the person was near the index case for the last time */
    RECORD_QUEUE,             /* where the person waits; of files and database, not of the screen */
};
#define RECORD_COLUMN_COUNT (RECORD_QUEUE + 1)

struct record_field {
    const char *name; /* column name = API field name */
    const char *text; /* label on the screen, for gettext */
    size_t max_chars; /* characters (code points) after trimming */
    bool required;
    bool sensitive; /* encrypted at rest; never logged, never in a URL */
};

#define RECORD_PHONES 4
#define RECORD_ID_SIZE 64
#define RECORD_TICKET_CHARS 64
#define RECORD_NAME_CHARS 100
#define RECORD_NOTES_CHARS 2000
#define RECORD_QUEUE_CHARS 48 /* as any id of a service */
#define RECORD_LABEL_CHARS 40
#define RECORD_PARTIES 3
#define RECORD_BYTES(chars) ((chars)*4 + 1) /* UTF-8, NUL */

struct record_phone {
    char number[PHONE_SIZE];                      /* E.164; "" = none */
    char label[RECORD_BYTES(RECORD_LABEL_CHARS)]; /* whose it is, "" = the person's own */
};

struct record {
    uint32_t set;                   /* bit (1u << enum record_column): the column has a value */
    char person_id[RECORD_ID_SIZE]; /* opaque; "" before it is stored */
    char ticket[RECORD_TICKET_CHARS + 1]; /* printable ASCII */
    int64_t ticket_at_utc_s;
    struct niss niss;
    bool niss_doubtful; /* kept although its date or check digits are wrong */
    char name_index_patient[RECORD_BYTES(RECORD_NAME_CHARS * 2)];
    char given_name[RECORD_BYTES(RECORD_NAME_CHARS)];
    char family_name[RECORD_BYTES(RECORD_NAME_CHARS)];
    char birth_date[DATE_TEXT_SIZE]; /* ISO; "" = unknown */
    struct record_phone phones[RECORD_PHONES];
    char language[LANGUAGE_SIZE];
    enum region region;
    enum person_kind kind;
    char municipality[RECORD_BYTES(RECORD_NAME_CHARS)];
    char notes[RECORD_BYTES(RECORD_NOTES_CHARS)];
    char index_ticket[RECORD_TICKET_CHARS + 1]; /* "" = unknown */
    char sample_date[DATE_TEXT_SIZE];           /* ISO; "" = unknown */
    char last_contact_date[DATE_TEXT_SIZE];     /* ISO; "" = unknown */
    char queue[RECORD_QUEUE_CHARS + 1];         /* "" = that of the language */
    int attempts;                               /* calls that counted (core/call.h), in all */
    int attempts_today;                         /* the same, this calling day */
    struct party parties[RECORD_PARTIES];       /* called in the person's place; the newest first */
    size_t n_parties;
};

/* The row of a column. Never NULL. */
const struct record_field *record_field(enum record_column column);
/* The column with this name; false leaves *ret. */
bool record_column_by_name(const char *name, size_t len, enum record_column *ret);

/* Set one column from text, trimmed and checked. Empty text takes the value away (an error when the
 * column is required). Errors: ERR_INVALID, ERR_PHONE, ERR_TOO_LARGE, with err->field the column's
 * name and the rule in the sentence; the record is unchanged then. */
enum err_code record_set_field(struct record *r, enum record_column column, const char *text,
                               size_t len, struct err *err) MUSTCHECK;

/* Set the NISS although its date or check digits may be wrong (import with --niss=warn): marks it
 * doubtful then. Only a wrong shape is an error. */
enum err_code record_set_doubtful_niss(struct record *r, const char *text, size_t len,
                                       struct err *err) MUSTCHECK;

/* Append the text of one column to out, as it would be read again; nothing when it is not set.
 * NISS: the 11 digits: whoever calls this has the right to see them. */
void record_get_field(const struct record *r, enum record_column column, struct buf *out);

/* Is everything there that is required, and is nobody a contact of themselves? ERR_INVALID with
 * err->field the column. */
enum err_code record_check(const struct record *r, struct err *err) MUSTCHECK;

/* Close the gaps between the phones and drop those that stand twice. A file may fill phone_3 and
 * not phone_2; the store counts positions from 0. Call it once all columns are set. */
void record_tidy_phones(struct record *r);

/* How many of the phones are set. */
size_t record_phone_count(const struct record *r);

/* Overwrite all of it. */
void record_wipe(struct record *r);
