/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The one door for JSON from outside. A strict scan comes first, because cJSON accepts raw NULs,
 * bad UTF-8, duplicate keys, `01` and trailing garbage; then cJSON builds the tree. Reading a tree
 * and building one is done with cJSON and the helpers here; cJSON_Parse is called nowhere else.
 * RFC 8259, and stricter: no duplicate keys, no lone surrogates, no \u0000, limits on all. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "core/buf.h"
#include "core/err.h"

struct json_limits {
    size_t bytes;    /* largest text */
    unsigned depth;  /* deepest nesting; at most 200 */
    size_t elements; /* most values in all */
};

extern const struct json_limits json_limits_api;    /* 256 KiB, depth 32, 20,000: bodies, desk */
extern const struct json_limits json_limits_script; /* 50 MiB, depth 200, 2,000,000: scripts */

/* Parse len bytes of UTF-8 into a tree that the caller owns (json_free).
 * Errors: ERR_INVALID (sentence: "line L, column C: rule", never the content), ERR_TOO_LARGE,
 * ERR_NOMEM; *ret is untouched then. */
enum err_code json_parse(const char *text, size_t len, const struct json_limits *limits,
                         cJSON **ret, struct err *err) MUSTCHECK;

/* cJSON_Delete that returns NULL, for `j = json_free(j)`. */
cJSON *json_free(cJSON *j);

static inline void json_cleanup(cJSON **j)
{
    cJSON_Delete(*j);
}
#define CLEANUP_JSON CLEANUP(json_cleanup)

/* Print compactly into b (appends), parsed numbers exactly as they were written. A failed
 * allocation shows in b->failed. */
void json_print(const cJSON *j, struct buf *b);

/* Numbers keep their literal: FHIR decimals keep their digits (37.50 is not 37.5). A parsed number
 * is never changed in place (cJSON_SetNumberValue would leave the old literal): replace the node.
 *
 * The literal of a parsed number, or of one made by json_decimal; NULL for anything else. */
const char *json_literal(const cJSON *number);
/* A number node that prints as this literal; NULL if it is not a JSON number or out of memory. */
cJSON *json_decimal(const char *literal);

/* Readers for objects whose shape was not validated: each gives the member or the fallback.
 * Strings are borrowed from the tree. */
const char *json_str(const cJSON *obj, const char *key, const char *fallback);
bool json_bool(const cJSON *obj, const char *key, bool fallback);
/* Whole numbers within ±2^53; anything else is the fallback. */
int64_t json_int(const cJSON *obj, const char *key, int64_t fallback);
/* Is it a number, whole and within ±2^53? */
bool json_is_whole(const cJSON *j);
/* The member when it is an object/array, else NULL. */
const cJSON *json_obj(const cJSON *obj, const char *key);
const cJSON *json_arr(const cJSON *obj, const char *key);

/* A field of an accepted body: decoding by table instead of by hand. */
enum json_kind { JSON_STRING, JSON_BOOL, JSON_INT, JSON_OBJECT, JSON_ARRAY };

struct json_field {
    const char *name;
    enum json_kind kind;
    bool required;
    bool nullable;
    int64_t min; /* least value, least length of a string in characters, least array length */
    int64_t max; /* the greatest, likewise. min = max = 0: no limits; max < min: no upper limit */
};

/* Check that j is an object whose members are exactly those of the table (n rows): unknown and
 * missing ones, wrong types and lengths give ERR_INVALID with err->field = "/name" (a JSON
 * Pointer; an unknown name is told only when it looks like a field name). First fault wins, in
 * table order, unknown members last. */
enum err_code json_check(const cJSON *j, const struct json_field *fields, size_t n,
                         struct err *err) MUSTCHECK;
