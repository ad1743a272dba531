/* SPDX-License-Identifier: Apache-2.0 */
/* Invented people are called with the interviews that come with the product: each call comes to an
 * end that can be handed in, and between them they hear every text and are asked every question. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/script_tree.h"
#include "tests/harness/script_flat.h"
#include "tests/net/interview_file.h"
#include "tests/net/interview_people.h"

#define RANDOM_CALLS 150

/* What somebody says who has nothing to tell. */
static const char *calm_answer(const struct script_item *item)
{
    static const char *const agreed[][2] = {
        {"opening.who",         "self"},
        {"identity.birth-date", "yes" },
        {"identity.address",    "same"},
        {"consent.agree",       "yes" },
        {"work.status",         "home"},
        {"risk.level",          "low" },
    };
    for (size_t i = 0; i < sizeof agreed / sizeof agreed[0]; i++)
        if (strcmp(item->link_id, agreed[i][0]) == 0)
            return agreed[i][1];
    switch ((int)item->type) {
    case SCRIPT_BOOLEAN:
        return "no";
    case SCRIPT_INTEGER:
        return "0";
    case SCRIPT_DATE:
        return "2020-05-03";
    case SCRIPT_CHOICE:
        return item->options[0].value.text;
    default:
        return "Invented";
    }
}

/* How a question is answered; NULL: not at all. */
typedef const char *answering(void *arg, const struct script_item *item);

/* Go through the call as an agent does: the first question that is open, again and again. reached
 * (an element an item) gets what was on the screen at some time. */
static void walk(struct interview *v, answering *answer, void *arg, bool *reached)
{
    bool *asked = calloc(v->s.n_items, sizeof *asked);
    assert_non_null(asked);
    script_answers_clear(v->a);
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < v->s.n_items; i++)
            reached[i] |= script_is_shown(v->a, i);
        for (size_t n = script_node_next(v->a, SCRIPT_NODE_NONE); n != SCRIPT_NODE_NONE && !more;
             n = script_node_next(v->a, n)) {
            const size_t i = script_node_item(v->a, n);
            if (!script_is_question(&v->s.items[i]) || asked[i])
                continue;
            asked[i] = more = true;
            const char *value = answer(arg, &v->s.items[i]);
            if (value)
                interview_answer(v, v->s.items[i].link_id, value);
        }
    }
    free(asked);
}

struct listener {
    const struct interviewed *person;
    bool used[PERSON_ANSWERS];
};

static const char *answer_of_person(void *arg, const struct script_item *item)
{
    struct listener *l = arg;
    for (size_t i = 0; i < PERSON_ANSWERS && l->person->answers[i][0]; i++) {
        if (strcmp(l->person->answers[i][0], item->link_id) != 0)
            continue;
        l->used[i] = true;
        return l->person->answers[i][1];
    }
    return item->required ? calm_answer(item) : NULL;
}

static bool is_there(const struct interview *v, const char *link_id)
{
    const size_t i = script_find(&v->s, link_id);
    if (i == SCRIPT_NONE)
        fail_msg("there is no %s", link_id);
    return script_is_shown(v->a, i);
}

static void every_call_ends_and_together_they_reach_every_item(void **state)
{
    struct interview *all = *state;
    bool *reached[INTERVIEW_COUNT];
    for (size_t k = 0; k < INTERVIEW_COUNT; k++) {
        reached[k] = calloc(all[k].s.n_items, sizeof **reached);
        assert_non_null(reached[k]);
    }
    for (size_t p = 0; p < n_interviewed; p++) {
        const struct interviewed *person = &interviewed[p];
        struct interview *v = &all[person->interview];
        struct listener l = {.person = person};
        walk(v, answer_of_person, &l, reached[person->interview]);
        for (size_t i = 0; i < PERSON_ANSWERS && person->answers[i][0]; i++)
            if (!l.used[i])
                fail_msg("%s: is never asked %s", person->who, person->answers[i][0]);
        if (!is_there(v, person->hears))
            fail_msg("%s: does not hear %s", person->who, person->hears);
        if (is_there(v, person->spared))
            fail_msg("%s: is not spared %s", person->who, person->spared);
        interview_assert_complete(v);
    }
    size_t n_missed = 0;
    for (size_t k = 0; k < INTERVIEW_COUNT; k++) {
        for (size_t i = 0; i < all[k].s.n_items; i++) {
            if (reached[k][i])
                continue;
            print_message("%s: %s is reached by nobody\n", interview_names[k],
                          all[k].s.items[i].link_id);
            n_missed++;
        }
        free(reached[k]);
    }
    assert_int_equal(n_missed, 0);
}

/* ---- people of whom nothing is known ---- */

/* xorshift64: the same people in every run. */
static unsigned long long chance(unsigned long long *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed >> 11;
}

/* Anything that the question takes; one optional question in four, a break-off now and then. */
static const char *any_answer(void *arg, const struct script_item *item)
{
    const char *link_end = strrchr(item->link_id, '.');
    const bool stops = link_end && strcmp(link_end, ".stop") == 0;
    if (!item->required && chance(arg) % (stops ? 40 : 4) != 0)
        return NULL;
    if (strcmp(item->link_id, "identity.birth-date") == 0 ||
        strcmp(item->link_id, "consent.agree") == 0)
        return chance(arg) % 8 ? "yes" : "no";
    if (item->type == SCRIPT_BOOLEAN)
        return chance(arg) % 2 ? "yes" : "no";
    if (item->type == SCRIPT_CHOICE)
        return item->options[chance(arg) % item->n_options].value.text;
    if (item->type == SCRIPT_INTEGER)
        return chance(arg) % 2 ? "0" : "4";
    return calm_answer(item);
}

/* Read aloud, and about health: in English, where each other language says the same. */
static bool speaks_of_health(const struct script_item *item)
{
    static const char *const words[] = {"112",   "test",       "doctor", "symptom",
                                        "virus", "quarantine", "isolat"};
    if (item->for_agent || item->help || item->type == SCRIPT_GROUP)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(item->text.text, words[i]))
            return true;
    return false;
}

static void no_answer_leads_into_a_dead_end_or_tells_a_stranger(void **state)
{
    struct interview *all = *state;
    unsigned long long seed = 20200503;
    for (size_t k = 0; k < INTERVIEW_COUNT; k++) {
        struct interview *v = &all[k];
        bool *reached = calloc(v->s.n_items, sizeof *reached);
        assert_non_null(reached);
        for (size_t call = 0; call < RANDOM_CALLS; call++) {
            memset(reached, 0, v->s.n_items * sizeof *reached);
            walk(v, any_answer, &seed, reached);
            const bool sure = is_there(v, "consent.agree");
            for (size_t i = 0; i < v->s.n_items && !sure; i++)
                if (script_is_shown(v->a, i) && speaks_of_health(&v->s.items[i]))
                    fail_msg("%s is said before the identity is sure", v->s.items[i].link_id);
            interview_assert_complete(v);
        }
        free(reached);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_ends_and_together_they_reach_every_item),
        cmocka_unit_test(no_answer_leads_into_a_dead_end_or_tells_a_stranger),
    };
    return cmocka_run_group_tests(tests, interviews_load, interviews_free);
}
