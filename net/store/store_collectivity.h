/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Collectivities: schools, care homes, firms where somebody who was called has been. They are not
 * followed up person by person, but handed as a list to the hygiene cell of their region. */

#include "net/store/store.h"

#define STORE_COLLECTIVITY_CHARS 200 /* of each text */
#define STORE_COLLECTIVITY_SIZE (STORE_COLLECTIVITY_CHARS * 4 + 1)

struct store_collectivity {
    char kind[SERVICE_ID_SIZE]; /* a word: "school", "care_home"; not sealed */
    char name[STORE_COLLECTIVITY_SIZE];
    char place[STORE_COLLECTIVITY_SIZE];
    char role[STORE_COLLECTIVITY_SIZE]; /* of the person there: "teacher", class 3B */
    char last_day[DATE_TEXT_SIZE];      /* when the person was there last; ISO, "" = unknown */
    char note[STORE_COLLECTIVITY_SIZE];
};

/* Keep one that was told in an offer of this agent (also when the offer is over): in the region of
 * the offer. The same one told twice in one offer is kept once: *ret_id is 0 then. Errors:
 * ERR_NOT_FOUND (no such offer of this agent), ERR_INVALID (field: kind, name or last_day). */
enum err_code store_collectivity_add(struct store *st, const struct store_actor *actor,
                                     int64_t offer_id, const struct store_collectivity *c,
                                     int64_t now_utc_s, int64_t *ret_id, struct err *err) MUSTCHECK;
