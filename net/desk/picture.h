/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The picture that a screen gives its desk for a screen that comes after it (`keep` of the desk
 * protocol), as far as the desk has it already: service and script are most of it and change once a
 * day, the answers are a few hundred bytes and change with every key. Only hashes are remembered.
 */

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#define PICTURE_PARTS_MAX 16
#define PICTURE_KEY_SIZE 24
#define PICTURE_HASH_SIZE 16

/* All zero: nothing is known. */
struct picture {
    size_t n;
    struct picture_part {
        char key[PICTURE_KEY_SIZE];
        unsigned char hash[PICTURE_HASH_SIZE];
    } parts[PICTURE_PARTS_MAX];
};

/* Take the members out of `keep` that are in `known` as they are; members of `known` that are not
 * in `keep` come into it as null. *ret: what is known when the rest has arrived. False when it
 * cannot be told (memory, too many members): keep is whole then, and *ret empty. */
bool picture_reduce(const struct picture *known, cJSON *keep, struct picture *ret);
