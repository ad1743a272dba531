/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What an item of a script is for beyond the interview: its answers tell of somebody to call, or of
 * a collectivity. An item says so by its code (FHIR Questionnaire.item.code), of one of three
 * systems; all other codes are for others, and say nothing here.
 *
 * A group with the code "contact" or "collectivity" of urn:pupitre:person is one such person or
 * place; what is asked about it stands below it, at whatever depth, and has a code of
 * urn:pupitre:contact or urn:pupitre:collectivity. */

#include <stdbool.h>

#include "core/script.h"

#define SCRIPT_ROLE_SYSTEM "urn:pupitre:"

/* What the item stands for: NULL when the role is none. "contact", "birth-date". */
const char *script_role_code(enum script_role role);

/* The role of a code; false leaves *ret: the system is none of ours, or has no such code. */
bool script_role_by_code(const char *system, const char *code, enum script_role *ret);

/* The group that an item of this role has to stand below; SCRIPT_ROLE_NONE: it is a group itself,
 * or has no role. */
enum script_role script_role_holder(enum script_role role);

/* May an item of this type have it? */
bool script_role_fits(enum script_role role, enum script_type type);

/* The nearest group above an item that an item of this role belongs to, or SCRIPT_NONE. */
size_t script_role_group(const struct script *s, size_t item);
