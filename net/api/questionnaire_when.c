/* SPDX-License-Identifier: Apache-2.0 */
/* enableWhen: conditions, read once every item is known, because they may point forwards. */

#include <stdlib.h>
#include <string.h>

#include "net/api/questionnaire_parts.h"

static const struct {
    const char *name;
    enum script_op op;
} operators[] = {
    {"!=",     SCRIPT_NE    },
    {"<",      SCRIPT_LT    },
    {"<=",     SCRIPT_LE    },
    {"=",      SCRIPT_EQ    },
    {">",      SCRIPT_GT    },
    {">=",     SCRIPT_GE    },
    {"exists", SCRIPT_EXISTS},
};

static bool find_operator(const char *name, enum script_op *ret)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (strcmp(operators[i].name, name) == 0) {
            *ret = operators[i].op;
            return true;
        }
    }
    return false;
}

/* Can an answer to the question ever be equal to a value of that type? */
static bool fits(const struct script_item *question, enum script_type type)
{
    switch (question->type) {
    case SCRIPT_GROUP:
    case SCRIPT_DISPLAY:
        return false;
    case SCRIPT_BOOLEAN:
    case SCRIPT_DATE:
    case SCRIPT_TIME:
    case SCRIPT_DATETIME:
    case SCRIPT_QUANTITY:
        return type == question->type;
    case SCRIPT_INTEGER:
    case SCRIPT_DECIMAL:
        return type == SCRIPT_INTEGER || type == SCRIPT_DECIMAL;
    case SCRIPT_STRING:
    case SCRIPT_TEXT:
    case SCRIPT_URL:
        return type == SCRIPT_STRING;
    case SCRIPT_OPEN_CHOICE:
        if (type == SCRIPT_STRING)
            return true;
        /* fall through */
    case SCRIPT_CHOICE:
        for (size_t i = 0; i < question->n_options; i++)
            if (question->options[i].value.type == type)
                return true;
        return question->n_options == 0 && type == SCRIPT_CHOICE;
    }
    return false;
}

static void load_answer(struct loader *l, const cJSON *j, const char *at,
                        struct script_condition *c)
{
    const cJSON *m;
    const enum load_value how = load_value(l, j, "answer", &c->value, &m);
    if (how == LOAD_VALUE_NONE) {
        findings_add(l->findings, true, "enablewhen-answer", at, "a condition has no answer");
        return;
    }
    if (load_count_values(j, "answer") > 1)
        findings_add(l->findings, true, "enablewhen-answer", at,
                     "a condition has more than one answer");
    if (how == LOAD_VALUE_TYPE) {
        findings_add(l->findings, false, "answer-json-type", at, "%s is %s", m->string,
                     json_type_name(m));
        return;
    }
    if (how == LOAD_VALUE_FORM)
        findings_add(l->findings, false, "enablewhen-answer", at, "%s is not of its type",
                     m->string);
    if (c->op == SCRIPT_EXISTS && c->value.kind != SCRIPT_VALUE_BOOLEAN)
        findings_add(l->findings, true, "que-7", at, "exists takes answerBoolean");
    if (c->item == SCRIPT_NONE)
        return;
    const struct script_item *question = &l->script->items[c->item];
    if (!script_is_question(question))
        findings_add(l->findings, false, "enablewhen-type", at,
                     "a condition on %s, which never has an answer", question->link_id);
    else if (c->op != SCRIPT_EXISTS &&
             (how == LOAD_VALUE_UNSUPPORTED || !fits(question, c->value.type)))
        findings_add(l->findings, false, "enablewhen-type", at, "%s never equals an answer to %s",
                     m->string, question->link_id);
}

static void load_condition(struct loader *l, const cJSON *j, const char *at,
                           struct script_condition *c)
{
    const char *question = json_str(j, "question", NULL);
    const char *op = json_str(j, "operator", "");
    c->item = question ? script_find(l->script, question) : SCRIPT_NONE;
    if (c->item == SCRIPT_NONE)
        findings_add(l->findings, true, "dangling-enablewhen", at,
                     "a condition on %s, which does not exist", question ? question : "nothing");
    if (!find_operator(op, &c->op))
        findings_add(l->findings, true, "unknown-operator", at,
                     "a condition without a known operator");
    load_answer(l, j, at, c);
}

static bool is_at_or_above(const struct script *s, size_t above, size_t item)
{
    for (; item != SCRIPT_NO_PARENT; item = s->items[item].parent)
        if (item == above)
            return true;
    return false;
}

/* Of several instances that are equally near none is meant (FHIR R5). */
static void check_nearest(struct loader *l, size_t i, const struct script_condition *c)
{
    const struct script *s = l->script;
    for (size_t at = c->item; at != SCRIPT_NONE && at != SCRIPT_NO_PARENT; at = s->items[at].parent)
        if (s->items[at].repeats && (at != c->item || s->items[at].type == SCRIPT_GROUP) &&
            !is_at_or_above(s, at, i)) {
            findings_add(l->findings, false, "separate-repeat", s->items[i].link_id,
                         "a condition on %s, which stands in a repeating group elsewhere",
                         s->items[c->item].link_id);
            return;
        }
}

void load_conditions(struct loader *l, size_t i)
{
    struct script_item *item = &l->script->items[i];
    const cJSON *list = json_arr(l->sources[i], "enableWhen");
    const int n = cJSON_GetArraySize(list);
    if (n == 0)
        return;
    item->conditions = calloc((size_t)n, sizeof *item->conditions);
    if (!item->conditions) {
        l->nomem = true;
        return;
    }
    for (const cJSON *j = list->child; j; j = j->next) {
        struct script_condition *c = &item->conditions[item->n_conditions++];
        load_condition(l, j, item->link_id, c);
        check_nearest(l, i, c);
    }
    /* R4: "must be specified" with more than one; its text joins conditions by "or". */
    const char *behavior = json_str(l->sources[i], "enableBehavior", NULL);
    item->any = behavior ? strcmp(behavior, "any") == 0 : true;
    if (!behavior && n > 1)
        findings_add(l->findings, false, "que-12", item->link_id,
                     "several enableWhen, no enableBehavior");
    if (behavior && strcmp(behavior, "any") != 0 && strcmp(behavior, "all") != 0)
        findings_add(l->findings, true, "enable-behavior", item->link_id,
                     "enableBehavior is neither all nor any");
}
