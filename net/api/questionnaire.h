/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* FHIR R4 Questionnaire (JSON text) -> struct script.
 *
 * The subset: groups, displays, boolean, integer, decimal, date, string, text and choice;
 * enableWhen with all operators; answerOption and contained value sets; translations; the
 * extensions hidden, entryFormat, minLength, displayCategory (instructions), itemControl (help,
 * page), shortText. What is not in it is refused or named by a warning, never dropped silently.
 * Texts lose control characters and terminal escapes. */

#include <stddef.h>

#include "core/err.h"
#include "core/script.h"
#include "net/api/findings.h"

/* Load and check. file: its name, for the error's sentence, NULL allowed. findings (NULL allowed)
 * gets all errors and warnings. On success *ret is the caller's (script_deinit); warnings do not
 * prevent it. Errors: ERR_INVALID with the first fault ("FILE: linkId: rule", or "FILE: line L,
 * column C: rule" for what is not JSON), ERR_TOO_LARGE, ERR_NOMEM; *ret is untouched then. */
enum err_code questionnaire_load(const char *text, size_t len, const char *file, struct script *ret,
                                 struct findings *findings, struct err *err) MUSTCHECK;

/* The same from a parsed tree, which is only read. */
enum err_code questionnaire_load_json(const cJSON *questionnaire, const char *file,
                                      struct script *ret, struct findings *findings,
                                      struct err *err) MUSTCHECK;

/* Check only: what `pupitrectl script check` prints. JSON that cannot be parsed becomes a problem
 * of the file (code "json") too. Returns whether there is no error; ERR_NOMEM leaves the list
 * incomplete (findings->failed). */
bool questionnaire_check(const char *text, size_t len, struct findings *findings);
