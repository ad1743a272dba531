/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What went wrong: a code for the program, a sentence for the person, a detail for the log.
 *
 * A function that can fail in more than one way returns enum err_code and takes `struct err *err`
 * last, NULL allowed. The origin fills it; callers may prefix context; nobody parses the text.
 * Sentences never hold personal data, tokens or the offending value: they name the field. */

#include "core/cleanup.h"

enum err_code {
    ERR_OK,
    ERR_INVALID,         /* a field breaks its rule */
    ERR_UNAUTHENTICATED, /* no token, or one that is not (any longer) good */
    ERR_FORBIDDEN,       /* known, but not entitled */
    ERR_NOT_FOUND,       /* no such thing, or not in this region */
    ERR_METHOD,          /* the path exists, not with this method */
    ERR_STALE,           /* the fencing number is no longer that of the hold */
    ERR_STATE,           /* not possible in the present state */
    ERR_CONFLICT,        /* somebody else was first; or an Idempotency-Key with another body */
    ERR_CHANGED,         /* somebody else changed it since it was read (If-Match) */
    ERR_TOO_LARGE,       /* body, field or file over its limit */
    ERR_MEDIA_TYPE,      /* a body that is not application/json */
    ERR_MALFORMED,       /* no HTTP, or HTTP that could be read in two ways */
    ERR_TIMEOUT,         /* the request took too long to come */
    ERR_THROTTLED,       /* too many tries */
    ERR_QUEUED,          /* it has a place in a line: ask again with the same key */
    ERR_CLIENT_TOO_OLD,  /* the client's program speaks an interface that is no longer served */
    ERR_PHONE,           /* not a telephone number that may be dialled */
    ERR_NOMEM,
    ERR_IO,          /* a file or socket failed */
    ERR_STORE,       /* the database failed */
    ERR_UNAVAILABLE, /* a peer is away; try again */
    ERR_INTERNAL,    /* our fault */
};
#define ERR_CODE_COUNT (ERR_INTERNAL + 1)

struct err {
    enum err_code code;
    char field[64];     /* the field at fault, as a JSON Pointer or column name; "" = none */
    char sentence[256]; /* English, for the person who can act */
    char detail[256];   /* for the log; never personal data */
};

/* One row a code, so that API, screen and command line agree. */
struct err_info {
    const char *name;     /* last part of the problem type, e.g. "stale" */
    int http_status;      /* 0 = success */
    int exit_status;      /* sysexits(3) */
    const char *sentence; /* default text, marked for gettext */
};

/* The row of a code. Never NULL. */
const struct err_info *err_info(enum err_code code);

/* What to tell the person: the error's own sentence, else the default one of the code. err: NULL
 * allowed. English, borrowed. */
const char *err_sentence(const struct err *err, enum err_code code);

/* The code with this name (as in the last part of a problem type); ERR_INTERNAL if unknown. */
enum err_code err_by_name(const char *name);

/* Fill *err (may be NULL) and return code, so that `return err_set(err, ERR_X, "…");` reads well.
 * fmt gives the sentence; NULL takes the default of the code. Clears field and detail. */
enum err_code err_set(struct err *err, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with the field at fault. */
enum err_code err_field(struct err *err, enum err_code code, const char *field, const char *fmt,
                        ...) __attribute__((format(printf, 4, 5)));

/* Add a detail for the log. */
void err_detail(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Put context before the sentence: "import: line 3: …". */
void err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
