/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* FHIR R4 Questionnaire (JSON text) -> struct script.
 *
 * The subset: all types but attachment and reference; enableWhen with all operators; repeats;
 * initial values; answerOption and contained value sets; translations; the extensions hidden,
 * entryFormat, minLength, minValue, maxValue, maxDecimalPlaces, regex, minOccurs, maxOccurs, unit,
 * unitOption, optionExclusive, displayCategory (instructions, security), itemControl (help, page),
 * shortText. What needs FHIRPath is named by a warning and in `lacks`. What cannot be used is
 * refused, never dropped silently. Texts lose control characters and terminal escapes. */

#include <stddef.h>

#include "core/err.h"
#include "core/script.h"
#include "net/api/findings.h"

/* Read whatever is a Questionnaire, with or without faults: findings gets them all, errors and
 * warnings, and *ret is the caller's (script_deinit). What is faulty is there as far as it can be
 * used: of two items with one linkId the first is found, circular items stay disabled, a condition
 * on nothing sees no answers. Errors: ERR_INVALID ("FILE: line L, column C: rule": no JSON; or no
 * Questionnaire at all), ERR_TOO_LARGE, both of which are findings, too; ERR_NOMEM; *ret is
 * untouched then.
 */
enum err_code questionnaire_parse(const char *text, size_t len, const char *file,
                                  struct script *ret, struct findings *findings,
                                  struct err *err) MUSTCHECK;

/* The same from a parsed tree, which is only read. */
enum err_code questionnaire_parse_json(const cJSON *questionnaire, struct script *ret,
                                       struct findings *findings, struct err *err) MUSTCHECK;

/* Load for a call: without any error, and with nothing that the screen does not show. file: its
 * name, for the error's sentence, NULL allowed. findings (NULL allowed) gets all errors and
 * warnings. On success *ret is the caller's (script_deinit); warnings do not prevent it. Errors:
 * ERR_INVALID with the first fault ("FILE: linkId: rule", or "FILE: line L, column C: rule" for
 * what is not JSON), ERR_TOO_LARGE, ERR_NOMEM; *ret is untouched then. */
enum err_code questionnaire_load(const char *text, size_t len, const char *file, struct script *ret,
                                 struct findings *findings, struct err *err) MUSTCHECK;

/* The same from a parsed tree, which is only read. */
enum err_code questionnaire_load_json(const cJSON *questionnaire, const char *file,
                                      struct script *ret, struct findings *findings,
                                      struct err *err) MUSTCHECK;

/* Are the durations that the script's texts name those of a service that uses it, and can their end
 * be counted in it? ERR_INVALID with the first fault ("FILE: linkId: rule"), ERR_NOMEM. */
struct service;
enum err_code questionnaire_check_durations(const struct script *s, const struct service *service,
                                            const char *file, struct err *err) MUSTCHECK;

/* Check only: what `pupitrectl script check` prints. JSON that cannot be parsed becomes a problem
 * of the file (code "json") too. Returns whether there is no error; ERR_NOMEM leaves the list
 * incomplete (findings->failed). */
bool questionnaire_check(const char *text, size_t len, struct findings *findings);
