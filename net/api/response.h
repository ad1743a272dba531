/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* FHIR R4 QuestionnaireResponse <-> the answers to a script. */

#include "core/err.h"
#include "core/script.h"
#include "net/api/findings.h"
#include "net/api/json.h"

enum response_status {
    RESPONSE_IN_PROGRESS, /* a draft: keeps the answers of disabled items, may lack required ones */
    RESPONSE_COMPLETED,
    RESPONSE_AMENDED,          /* completed, and corrected later */
    RESPONSE_STOPPED,          /* abandoned: what was answered, without what is disabled */
    RESPONSE_ENTERED_IN_ERROR, /* wrong person; otherwise as stopped */
};
#define RESPONSE_STATUS_COUNT (RESPONSE_ENTERED_IN_ERROR + 1)

/* FHIR's word ("in-progress"). */
const char *response_status_name(enum response_status status);
/* False, *ret untouched, when FHIR has no such word. */
bool response_status_parse(const char *name, enum response_status *ret);

/* The response as a tree that the caller owns. authored: RFC 3339 or NULL; language: the one spoken
 * (BCP 47) or NULL. Nesting and order are those of the script; display items are left out.
 * Errors: ERR_STATE (completed or amended while script_missing() finds something), ERR_NOMEM. */
enum err_code response_encode(const struct script_answers *a, enum response_status status,
                              const char *authored, const char *language, cJSON **ret,
                              struct err *err) MUSTCHECK;

/* Read a response into a, whose answers are all taken away first. Checked: its questionnaire (url
 * and version of the script), status, nesting, order, one answer a question, each answer's type and
 * rules; in a completed or amended one also required and disabled items. findings (NULL allowed)
 * gets every fault. *ret_status (NULL allowed) is set whenever the status is known.
 * Errors: ERR_INVALID with the first fault (field: linkId; never a value), ERR_NOMEM. What is
 * right is in a also then. */
enum err_code response_decode(const cJSON *response, struct script_answers *a,
                              enum response_status *ret_status, struct findings *findings,
                              struct err *err) MUSTCHECK;

/* The same for a bare list of items as a draft has them. */
enum err_code response_decode_items(const cJSON *items, struct script_answers *a,
                                    struct findings *findings, struct err *err) MUSTCHECK;
