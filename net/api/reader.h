/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Reading a JSON tree into a struct by tables of members, with every fault named by its JSON
 * Pointer.
 *
 * json_check stops at the first fault of a flat body; this is for files that people write: reading
 * never stops, so that they see all faults at once. Rows are read in the order of the table and not
 * of the file: what others refer to comes first. */

#include <stddef.h>
#include <stdint.h>

#include "net/api/json.h"
#include "net/api/service_json.h"

#define READER_PATH_SIZE 64

struct reader {
    struct service_faults *faults;
    void *whole; /* the structure that is being filled, for rules that look across */
};

struct reader_member;
/* Read j into the structure at base; what exactly, the row says. */
typedef void reader_fn(struct reader *r, const char *path, const cJSON *j,
                       const struct reader_member *m, void *base);

struct reader_member {
    const char *name;
    bool required;
    reader_fn *read;
    size_t offset;
    int64_t min, max; /* of numbers */
};

/* The member's place in the structure at base. */
#define READER_PLACE(type) ((type *)(void *)((char *)base + m->offset))

/* Note a fault. */
void reader_fault(struct reader *r, const char *path, const char *sentence);

/* A path one step deeper; a name's '~' and '/' are escaped (RFC 6901 3), and it is cut when too
 * long. */
void reader_path_name(char ret[READER_PATH_SIZE], const char *path, const char *name);
void reader_path_index(char ret[READER_PATH_SIZE], const char *path, size_t i);

/* An object with exactly the members of the table (n rows). */
void reader_object(struct reader *r, const char *path, const cJSON *j,
                   const struct reader_member *members, size_t n, void *base);
#define READER_OBJECT(r, path, j, members, base)                                                   \
    reader_object(r, path, j, members, sizeof(members) / sizeof(members)[0], base)

/* A list of at most max items of size bytes each, put at items; `one` reads each. Returns how many
 * there are (0 after a fault). */
typedef void reader_item_fn(struct reader *r, const char *path, const cJSON *j, void *item);
size_t reader_list(struct reader *r, const char *path, const cJSON *j, void *items, size_t size,
                   size_t max, reader_item_fn *one);

/* The text of a string, or NULL after noting a fault. Borrowed from the tree. */
const char *reader_text(struct reader *r, const char *path, const cJSON *j);

/* Rows' functions, and what stands at the member's place: */
reader_fn reader_int64;    /* int64_t, within min..max */
reader_fn reader_int;      /* int, within min..max */
reader_fn reader_bool;     /* bool */
reader_fn reader_id;       /* char[SERVICE_ID_SIZE]: letters, digits, '_', '-' */
reader_fn reader_language; /* char[LANGUAGE_SIZE] */
reader_fn reader_region;   /* enum region */
reader_fn reader_phone;    /* char[PHONE_SIZE], E.164 */
