/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of the response reader share. Nobody else includes it. */

#include "core/script_tree.h"
#include "net/api/response.h"

/* What is noted of a node or an answer while it is read. */
enum {
    NOTE_SEEN = 1,  /* the response names it */
    NOTE_WRONG = 2, /* something at or below it was told already */
    NOTE_EMPTY = 4, /* a group that holds nothing, a question without a value */
    NOTE_LACKS = 8, /* it was told that something at or below it is missing */
};

struct decoder {
    const struct script *script;
    struct script_answers *answers;
    struct findings *findings;
    unsigned char *notes; /* of each node and answer */
    size_t n_notes;
    enum err_code code; /* what makes the whole fail */
};

/* A fault of an item (NULL: of the whole). */
void response_wrong(struct decoder *d, const char *code, const char *at, const char *rule);
/* A fault of one answer: neither it nor what is around it is told to be missing. */
void response_wrong_answer(struct decoder *d, const char *code, size_t answer, const char *rule);

void response_note(struct decoder *d, size_t node, unsigned char what);
bool response_has_note(const struct decoder *d, size_t node, unsigned char what);

/* Who does not know a modifier extension must refuse what it stands on (FHIR R4, extensibility). */
void response_check_modifiers(struct decoder *d, const cJSON *j, const char *at);

/* Read value[x] of an answer into the tree. */
void response_decode_value(struct decoder *d, const cJSON *j, size_t answer);

/* What is wrong with the head of a response; and with its answers, by its status. */
void response_check_head(struct decoder *d, const cJSON *r);
void response_check_answers(struct decoder *d, enum response_status status);
