/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An interview script: a FHIR R4 Questionnaire (HL7, 4.0.1) as core sees it, and the answers to
 * it. Pure: the loader in net/api/ turns a file into `struct script`, this file says what is
 * enabled, what is missing, and gives the answers back. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum script_type {
    SCRIPT_GROUP,
    SCRIPT_DISPLAY,
    SCRIPT_BOOLEAN,
    SCRIPT_INTEGER,
    SCRIPT_DECIMAL,
    SCRIPT_DATE,
    SCRIPT_STRING,
    SCRIPT_TEXT,
    SCRIPT_CHOICE,
    SCRIPT_TIME,
    SCRIPT_DATETIME,
    SCRIPT_URL,
    SCRIPT_OPEN_CHOICE, /* a coding of the options, or a text of one's own */
    SCRIPT_QUANTITY,
};
#define SCRIPT_TYPE_COUNT (SCRIPT_QUANTITY + 1)

enum script_op {
    SCRIPT_EXISTS,
    SCRIPT_EQ,
    SCRIPT_NE,
    SCRIPT_GT,
    SCRIPT_LT,
    SCRIPT_GE,
    SCRIPT_LE,
};

/* A text and its translations. lang is a BCP 47 tag ("fr", "nl-BE"); base text has lang NULL. */
struct script_string {
    char *text;
    struct script_translation {
        char *lang;
        char *text;
    } * translations;
    size_t n;
};

/* A value: of an answer, of an option, of a condition. Which members count depends on the type of
 * the item; everything is text except the boolean. Decimals keep the digits typed. */
struct script_value {
    enum {
        SCRIPT_VALUE_NONE,
        SCRIPT_VALUE_BOOLEAN,
        SCRIPT_VALUE_TEXT,
        SCRIPT_VALUE_CODING,
        SCRIPT_VALUE_QUANTITY,
    } kind;
    /* What a text is (STRING, INTEGER, DECIMAL, DATE, TIME, DATETIME, URL) where no item says it:
     * in conditions and options. script_node_set finds it out by itself; zero is fine there. */
    enum script_type type;
    bool boolean;
    char *text;    /* literal as in the JSON; for a coding: its code; for a quantity: its digits */
    char *system;  /* of a coding's or a quantity's code, may be NULL */
    char *code;    /* quantity only: the unit's code, may be NULL */
    char *unit;    /* quantity only: the unit as people read it, may be NULL */
    char *display; /* coding only, may be NULL; base language */
};

struct script_condition {
    size_t item; /* index of the question it looks at; SCRIPT_NONE: no such question, no answers */
    enum script_op op;
    struct script_value value;
};

struct script_option {
    struct script_value value;
    struct script_string text;
    bool exclusive; /* questionnaire-optionExclusive: alone, or not at all */
    bool initial;   /* initialSelected: an answer of each new instance */
};

/* What an item is for beyond the interview (core/script_role.h). */
enum script_role {
    SCRIPT_ROLE_NONE,
    /* Groups: somebody to call, and a collectivity. */
    SCRIPT_ROLE_CONTACT,
    SCRIPT_ROLE_COLLECTIVITY,
    /* Of a contact. */
    SCRIPT_ROLE_GIVEN,
    SCRIPT_ROLE_FAMILY,
    SCRIPT_ROLE_NISS,
    SCRIPT_ROLE_BIRTH_DATE,
    SCRIPT_ROLE_PHONE,
    SCRIPT_ROLE_LANGUAGE,
    SCRIPT_ROLE_RELATION,
    SCRIPT_ROLE_LAST_CONTACT,
    SCRIPT_ROLE_RISK,
    SCRIPT_ROLE_MAY_NAME,
    /* Of a collectivity. */
    SCRIPT_ROLE_KIND,
    SCRIPT_ROLE_NAME,
    SCRIPT_ROLE_PLACE,
    SCRIPT_ROLE_LAST_PRESENCE,
    SCRIPT_ROLE_FUNCTION,
};
#define SCRIPT_ROLE_COUNT (SCRIPT_ROLE_FUNCTION + 1)

/* What an item asks for that is not done (FHIRPath); named at load, and here for the screen. */
enum {
    SCRIPT_LACKS_ENABLE_EXPRESSION = 1 << 0,  /* enableWhenExpression: stays enabled */
    SCRIPT_LACKS_VALUE_EXPRESSION = 1 << 1,   /* calculated, initial: stays unanswered */
    SCRIPT_LACKS_OPTIONS_EXPRESSION = 1 << 2, /* answer, candidate: options are not known */
    SCRIPT_LACKS_CONSTRAINT = 1 << 3,         /* constraint, targetConstraint: not checked */
    SCRIPT_LACKS_VALUE_SET = 1 << 4,          /* its value set is not in the file: any code */
    SCRIPT_LACKS_TYPE = 1 << 5,               /* attachment, reference: nothing for a call */
};

struct script_item {
    char *link_id;
    enum script_type type;
    enum script_role role;
    struct script_string text;
    struct script_string hint;   /* entryFormat */
    struct script_string label;  /* shortText, for a list of sections; may be empty */
    struct script_string prefix; /* "1.", "a)"; may be empty */
    bool required;
    bool read_only;
    bool hidden;
    bool for_agent;      /* display or question whose text is for the agent's eyes only, and is not
                            read aloud (displayCategory); a question is answered all the same */
    bool security;       /* such a one about secrecy (displayCategory security) */
    bool help;           /* display shown on demand, for its parent (itemControl help) */
    bool page;           /* group that is a step of its own (itemControl page) */
    bool any;            /* enableBehavior any */
    unsigned min_length; /* characters, 0 = none; 10 on a date asks for the full day */
    unsigned max_length; /* characters, 0 = none */
    bool repeats;        /* several answers (question) or instances (group) */
    unsigned min_occurs; /* of answers or instances; 0 = none. `required` stands beside it */
    unsigned max_occurs; /* 0 = no limit; only read where it repeats */
    bool has_max_decimals;
    unsigned max_decimals; /* places after the point; only with has_max_decimals */
    char *regex;           /* as in the file, whole value must match; NULL = none */
    /* minValue and maxValue, inclusive: kind and type as an answer; NONE = none. */
    struct script_value min_value;
    struct script_value max_value;
    /* initial, in their order; each as an answer would be. Options' initialSelected stay there. */
    struct script_value *initials;
    size_t n_initials;
    /* Units of a quantity (unitOption) or of a number (one, questionnaire-unit): value is a coding
     * (code, system), text what people read. None: a quantity's unit is typed. */
    struct script_option *units;
    size_t n_units;
    unsigned lacks; /* SCRIPT_LACKS_* */
    struct script_option *options;
    size_t n_options;
    struct script_condition *conditions;
    size_t n_conditions;
    size_t parent; /* index, or SCRIPT_NO_PARENT */
    size_t depth;
};
#define SCRIPT_NO_PARENT ((size_t)-1)
#define SCRIPT_NONE ((size_t)-1)

/* Items stand in document order, parents before children. Zeroed memory is an empty script; all in
 * it is on the heap and belongs to it. */
struct script {
    char *id;
    char *url;
    char *version;
    char *language; /* of the base texts; may be NULL */
    struct script_string title;
    struct script_item *items;
    size_t n_items;
    size_t *by_link_id; /* indices sorted by link_id, see script_index; may be NULL */
};

/* Free what it holds; *s is empty then. */
void script_deinit(struct script *s);

/* Sort the items' ids, so that script_find need not walk through them. False: out of memory. */
bool script_index(struct script *s) MUSTCHECK;

/* The item with this linkId (the first, should a faulty script have two), or SCRIPT_NONE. */
size_t script_find(const struct script *s, const char *link_id);

/* The item with this linkId directly below that one (SCRIPT_NO_PARENT: at the top), or SCRIPT_NONE;
 * of use where a faulty script has the same linkId in several places. */
size_t script_find_below(const struct script *s, size_t parent, const char *link_id);

/* The first item after `from` in document order that is enabled only if it is enabled itself
 * (through conditions or an ancestor's condition on what is below it), one a circle; SCRIPT_NONE
 * when there is none. Start with from = SCRIPT_NONE. Circular items count as disabled.
 * False: out of memory, *ret untouched. */
bool script_find_circle(const struct script *s, size_t from, size_t *ret) MUSTCHECK;

/* The text in a language: the exact tag, then its first part, then the base text. Never NULL. */
const char *script_text(const struct script_string *s, const char *lang);

/* The same, and the tag of the translation that it is, NULL for the base text. */
const char *script_text_in(const struct script_string *s, const char *lang, const char **ret_lang);

/* The answers to one script: a tree (core/script_tree.h), kept also where it is disabled. */
struct script_answers;

struct script_answers *script_answers_new(const struct script *s);
struct script_answers *script_answers_free(struct script_answers *a);

/* The script that they answer. Borrowed: it must outlive them. */
const struct script *script_answers_script(const struct script_answers *a);

/* Take all answers and all instances but the first ones away; no handle of theirs is good then.
 * What was removed since the last time gives its room back. */
void script_answers_clear(struct script_answers *a);

/* Is it a question (not a group, not a display)? */
bool script_is_question(const struct script_item *item);
