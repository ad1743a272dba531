/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A QuestionnaireResponse as it leaves the backend: the answers as a workstation submitted them,
 * and what only the backend knows: the id and identifier that are its own for good, whom it is
 * about, who typed it, when. Nobody is named: people and agents are identifiers.
 * FHIR R4 (4.0.1), QuestionnaireResponse. */

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "core/err.h"
#include "core/response_status.h"

/* Systems of the identifiers. */
#define RESPONSE_SYSTEM "urn:x-pupitre:response"      /* of a response */
#define RESPONSE_TICKET_SYSTEM "urn:x-pupitre:ticket" /* the federal request's own ticket */
#define RESPONSE_PERSON_SYSTEM "urn:x-pupitre:person" /* a pseudonym */
#define RESPONSE_AGENT_SYSTEM "urn:x-pupitre:agent"

struct response_resource {
    const char *id;             /* [A-Za-z0-9.-], 1..64 */
    const char *subject_system; /* one of the above */
    const char *subject;
    const char *agent;
    enum response_status status; /* what it is worth now */
    int64_t authored_utc_s;      /* where the answers do not say it themselves */
};

/* Put it all into the tree of the answers, in the order in which FHIR lists the elements. What the
 * workstation wrote under the same names is replaced, except authored. Of the wrong person (entered
 * in error) the items are left out: that there was such a response is told, not what it said.
 * Errors: ERR_INVALID (this is no QuestionnaireResponse), ERR_NOMEM; *response is incomplete then.
 */
enum err_code response_resource_dress(cJSON *response, const struct response_resource *r,
                                      struct err *err) MUSTCHECK;

/* Does this answer of a FHIR server to a PUT say that the resource with this id is kept? The body
 * (may be empty) and the value of its Content-Type (NULL = none); location: the value of Location
 * or Content-Location, has_etag: there was an ETag. An empty body needs one of the two. */
struct response_receipt {
    const char *media_type;
    const char *body;
    size_t len;
    const char *location; /* NULL = none */
    bool has_etag;
};
bool response_receipt_is_ours(const struct response_receipt *receipt, const char *id);

/* The code of the first issue of an OperationOutcome of severity error or fatal ("processing"); ""
 * when there is none. Letters and '-' only, whatever the other side sent. */
#define RESPONSE_ISSUE_SIZE 33
void response_issue_code(const char *body, size_t len, char ret[RESPONSE_ISSUE_SIZE]);
