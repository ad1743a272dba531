/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The person of a demonstration: made up, and complete enough that no placeholder of a script is
 * left without a value. */

#include "core/date.h"
#include "core/person.h"
#include "core/script.h"
#include "core/service.h"

#define DEMO_AGENT "Alix Exemple"

/* language: of the person, ISO 639-1; dates lie some days before today. */
void demo_record_make(const char *language, struct date today, int64_t now_utc_s,
                      struct record *ret);

/* Whom a script is for: a contact when it tells the day of the last contact and no day of a test,
 * else an index case. */
enum person_kind demo_kind_of(const struct script *s);
/* Make the person of that kind: a contact has an index case, who is else the person. */
void demo_record_be(struct record *r, enum person_kind kind);

/* A service with every duration that the script's texts name: those of contact tracing as they are
 * counted there, others DEMO_DAYS days from the last contact. */
#define DEMO_DAYS 10
void demo_service_make(const struct script *s, struct service *ret);
