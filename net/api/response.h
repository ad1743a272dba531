/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* FHIR R4 QuestionnaireResponse <-> the answers to a script, a tree of instances. */

#include "core/err.h"
#include "core/response_status.h"
#include "core/script.h"
#include "net/api/findings.h"
#include "net/api/json.h"

/* The response as a tree that the caller owns. authored: RFC 3339 or NULL; language: the one spoken
 * (BCP 47) or NULL. Nesting and order are those of the script; display items are left out.
 * Items have no text, and a coding's display is the script's own: what the screen filled in for the
 * agent (core/placeholder.h) does not get here.
 *
 * A draft holds all answers, also those that do not count now, and the empty instances between and
 * behind filled ones, so that reading it gives the same tree; only empty answers without anything
 * below them are gone. Every other form holds what counts.
 * Errors: ERR_STATE (completed or amended while script_missing_nodes() finds something), ERR_NOMEM.
 */
enum err_code response_encode(const struct script_answers *a, enum response_status status,
                              const char *authored, const char *language, cJSON **ret,
                              struct err *err) MUSTCHECK;

/* The same whatever is missing: what the completed response would be now. */
enum err_code response_encode_anyway(const struct script_answers *a, enum response_status status,
                                     const char *authored, const char *language, cJSON **ret,
                                     struct err *err) MUSTCHECK;

/* Read a response into a, whose answers are all taken away first. findings (NULL allowed) gets
 * every fault with its linkId and, where one answer is at fault, its position among the answers of
 * its item. *ret_status (NULL allowed) is set whenever the status is known. Checked:
 * - always: the questionnaire (url and version of the script), the status, nesting, order, that
 *   nothing is there twice which does not repeat, each answer's type;
 * - unless it is a draft: the rules of each value (script_value_faults; expressions if the answers
 *   were told how, script_answers_use_regex);
 * - in a completed or amended one: what is missing, too much, disabled, or there without an answer.
 * Initial values are not set. Errors: ERR_INVALID with the first fault (field: linkId; never a
 * value), ERR_TOO_LARGE, ERR_NOMEM. What is right is in a also then. */
enum err_code response_decode(const cJSON *response, struct script_answers *a,
                              enum response_status *ret_status, struct findings *findings,
                              struct err *err) MUSTCHECK;

/* The same for a bare list of items as a draft has them; NULL is an empty one. */
enum err_code response_decode_items(const cJSON *items, struct script_answers *a,
                                    struct findings *findings, struct err *err) MUSTCHECK;
