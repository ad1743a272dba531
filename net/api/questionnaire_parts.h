/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of the questionnaire loader share. Nobody else includes it. */

#include "core/script.h"
#include "net/api/findings.h"
#include "net/api/json.h"

#define FHIR_EXTENSION "http://hl7.org/fhir/StructureDefinition/"
#define SDC_EXTENSION "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"

struct loader {
    struct script *script;
    struct findings *findings;
    const cJSON *root;
    const cJSON **sources; /* the JSON of each item */
    size_t cap;            /* of script->items and sources */
    size_t n_options;      /* in all: one value set may be used by many items */
    const char *at;        /* linkId of the item that is being loaded; NULL: the whole */
    bool nomem;
};
#define OPTIONS_MAX 200000

/* Copy a text; NULL for NULL. Out of memory is noted in l->nomem. */
char *load_copy(struct loader *l, const char *text);

/* The same, cleaned for the terminal; NULL for NULL. */
char *load_clean(struct loader *l, const char *text);

/* obj[key] with the translations in obj["_" + key]: cleaned for the terminal. One without a word is
 * none, and told, as is what would have to be computed. */
void load_string(struct loader *l, const cJSON *obj, const char *key, struct script_string *ret);

/* Is it a translation (of the member key): a language, and a text that is not blank? Else it is
 * missing, and told. */
bool load_has_words(struct loader *l, const char *key, const char *lang, const char *text);

/* The next extension of obj with this url after `from` (NULL = the first), or NULL. */
const cJSON *extension_find(const cJSON *obj, const char *url, const cJSON *from);

/* Which value[x] / answer[x] there is (prefix "value" or "answer") as a value, and the name of its
 * type. False when there is none that can be held: then *ret_member is NULL (no such member at all)
 * or the member, and the reason is for the caller to tell. */
enum load_value {
    LOAD_VALUE_GOOD,
    LOAD_VALUE_NONE,        /* no such member */
    LOAD_VALUE_UNSUPPORTED, /* a type outside the subset */
    LOAD_VALUE_TYPE,        /* the JSON type is not that of the FHIR type: value[x] of items and
                               extensions is told by check_shape, answer[x] is for the caller */
    LOAD_VALUE_FORM,        /* the text is not of the FHIR type (a date that does not exist) */
};
enum load_value load_value(struct loader *l, const cJSON *obj, const char *prefix,
                           struct script_value *ret, const cJSON **ret_member);

/* How many members value[x] or answer[x] there are. */
size_t load_count_values(const cJSON *obj, const char *prefix);

/* "a list": what a member is, for messages. */
const char *json_type_name(const cJSON *j);

/* Members of another JSON type than the one that they are read as: all of them, first of all. */
void check_shape(struct loader *l);

/* Does anybody look at the value of this extension? */
bool extension_is_read(const char *url);

/* Options of a choice: answerOption or a contained value set. */
void load_options(struct loader *l, const cJSON *j, struct script_item *item);

/* code: what the item is for (core/script_role.h). Codes of other systems say nothing here. */
void load_role(struct loader *l, const cJSON *j, struct script_item *item);

/* One unit of a quantity or a number, from its extension. */
void load_unit(struct loader *l, const cJSON *e, struct script_item *item);

/* initial; after type, repeats and options. */
void load_initial(struct loader *l, const cJSON *j, struct script_item *item);

/* Extensions of an item, and of the questionnaire as a whole (item NULL). */
void load_extensions(struct loader *l, const cJSON *j, struct script_item *item);

/* enableWhen of item number i, once all items are there. */
void load_conditions(struct loader *l, size_t i);

/* The invariants que-1 to que-13 that one item can break by itself. */
void check_item(struct loader *l, const cJSON *j, const struct script_item *item);

/* What the screen does not show yet: errors, as nobody could answer it. */
void check_screen(const struct script *s, struct findings *findings);

/* Names in double braces (core/placeholder.h). */
void check_placeholders(const struct script *s, struct findings *findings);

/* Items that have a role in the wrong place; groups without what they need. */
void check_roles(const struct script *s, struct findings *findings);

/* Those that concern the whole: linkIds used twice, circles, modifier extensions. */
void check_whole(struct loader *l);
