/* SPDX-License-Identifier: Apache-2.0 */
/* The third-party questionnaires and cases that may lie beside the project (../shared): what the
 * supported subset can load has to behave as they say. Argument 1: the project's root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/script_tree.h"
#include "net/api/questionnaire.h"
#include "net/api/response.h"

#define FOLDER "../shared/questionnaires"

struct tally {
    const char *root;
    unsigned held, outside;
};

static bool read_file(const struct tally *t, const char *name, struct buf *b)
{
    char path[1024], block[65536];
    snprintf(path, sizeof path, "%s/" FOLDER "/%s", t->root, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_add(b, block, n);
    fclose(f);
    return !b->failed;
}

static cJSON *read_json(const struct tally *t, const char *name)
{
    CLEANUP_BUF struct buf b = {0};
    struct err err = {0};
    cJSON *j = NULL;
    if (!read_file(t, name, &b))
        fail_msg("%s cannot be read", name);
    if (json_parse(b.data, b.len, &json_limits_script, &j, &err) != ERR_OK)
        fail_msg("%s: %s", name, err.sentence);
    return j;
}

static bool lists(const cJSON *list, const char *key)
{
    for (const cJSON *k = list ? list->child : NULL; k; k = k->next)
        if (strcmp(k->valuestring, key) == 0)
            return true;
    return false;
}

/* One case: are exactly these enabled, and is exactly that kept? */
static void assert_case(const struct script *s, const cJSON *c)
{
    const char *id = json_str(c, "id", "?");
    struct script_answers *a = script_answers_new(s);
    CLEANUP_FINDINGS struct findings findings = {0};
    struct err err = {0};
    const enum err_code code = response_decode_items(json_arr(c, "item"), a, &findings, &err);
    if (code != ERR_OK && code != ERR_INVALID)
        fail_msg("%s: %s", id, err.sentence);
    for (size_t node = script_node_walk(a, SCRIPT_NODE_NONE); node != SCRIPT_NODE_NONE;
         node = script_node_walk(a, node)) {
        CLEANUP_BUF struct buf key = {0};
        script_node_key(a, node, &key);
        const char *name = buf_text(&key);
        const bool question = script_is_question(&s->items[script_node_item(a, node)]);
        if (lists(json_arr(c, "unsettled"), name))
            continue;
        if (script_node_is_enabled(a, node) != lists(json_arr(c, "enabled"), name))
            fail_msg("%s: %s is %s", id, name,
                     script_node_is_enabled(a, node) ? "enabled" : "not enabled");
        if (json_arr(c, "kept") && question &&
            script_node_is_kept(a, node) != lists(json_arr(c, "kept"), name))
            fail_msg("%s: %s is %s", id, name, script_node_is_kept(a, node) ? "kept" : "not kept");
    }
    a = script_answers_free(a);
}

/* As it is, whatever is wrong with it; false: outside the subset. */
static bool parse(const cJSON *questionnaire, struct script *ret)
{
    CLEANUP_FINDINGS struct findings findings = {0};
    return questionnaire_parse_json(questionnaire, ret, &findings, NULL) == ERR_OK;
}

static void one_rule_cases_hold(void **state)
{
    struct tally t = *(struct tally *)*state;
    cJSON *cases = read_json(&t, "cases/micro.json");
    for (const cJSON *c = cases->child; c; c = c->next) {
        struct script s = {0};
        if (!parse(json_obj(c, "questionnaire"), &s)) {
            t.outside++;
            continue;
        }
        assert_case(&s, c);
        t.held++;
        script_deinit(&s);
    }
    cases = json_free(cases);
    print_message("# micro.json: %u hold, %u outside the subset\n", t.held, t.outside);
    assert_true(t.held >= 80);
}

static const char *const names[] = {
    "cancer-quality-forum",
    "caregiver-registration-multilingual",
    "covid19-assessment-en",
    "enablewhen-operators",
    "family-health-history",
    "mbs715-health-check",
    "measles-case-investigation",
    "repeatable-boolean-nb",
    "sample-information",
    "table-display-nb",
    "zika-exposure",
};

static void random_cases_hold(void **state)
{
    struct tally t = *(struct tally *)*state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char file[128];
        struct script s = {0};
        snprintf(file, sizeof file, "cases/%s.cases.json", names[i]);
        cJSON *cases = read_json(&t, file);
        snprintf(file, sizeof file, "%s.json", names[i]);
        cJSON *q = read_json(&t, file);
        const cJSON *list = json_arr(cases, "cases");
        if (parse(q, &s)) {
            for (const cJSON *c = list->child; c; c = c->next, t.held++)
                assert_case(&s, c);
            script_deinit(&s);
        } else {
            t.outside += (unsigned)cJSON_GetArraySize(list);
        }
        q = json_free(q);
        cases = json_free(cases);
    }
    print_message("# random cases: %u hold, %u outside the subset\n", t.held, t.outside);
}

static bool found(const struct findings *p, const char *code, const char *at, bool is_error)
{
    for (size_t i = 0; i < p->n; i++)
        if ((!code || strcmp(p->rows[i].code, code) == 0) && strcmp(p->rows[i].at, at) == 0 &&
            p->rows[i].is_error == is_error)
            return true;
    return false;
}

static void known_problems_are_found(void **state)
{
    struct tally t = *(struct tally *)*state;
    cJSON *files = read_json(&t, "cases/problems.json");
    for (const cJSON *f = files->child; f; f = f->next) {
        CLEANUP_BUF struct buf b = {0};
        CLEANUP_FINDINGS struct findings findings = {0};
        const char *name = json_str(f, "questionnaire", "");
        assert_true(read_file(&t, name, &b));
        (void)questionnaire_check(b.data, b.len, &findings);
        for (const cJSON *p = json_arr(f, "problems")->child; p; p = p->next, t.held++)
            if (!found(&findings, json_str(p, "code", ""), json_str(p, "at", ""),
                       strcmp(json_str(p, "severity", ""), "error") == 0))
                fail_msg("%s: %s at %s", name, json_str(p, "code", ""), json_str(p, "at", ""));
    }
    files = json_free(files);
    print_message("# problems.json: %u found\n", t.held);
}

static void assert_validated(const cJSON *c, const struct script *s)
{
    const char *name = json_str(c, "name", "?");
    const bool valid = json_bool(c, "valid", false);
    CLEANUP_FINDINGS struct findings findings = {0};
    struct script_answers *a = script_answers_new(s);
    struct err err = {0};
    const enum err_code code = response_decode(json_obj(c, "response"), a, NULL, &findings, &err);
    if (valid != (code == ERR_OK))
        fail_msg("%s: %s", name, code == ERR_OK ? "taken" : err.sentence);
    for (const cJSON *e = json_arr(c, "errors")->child; e; e = e->next)
        if (!found(&findings, NULL, json_str(e, "linkId", ""), true))
            fail_msg("%s: nothing at %s", name, json_str(e, "linkId", ""));
    a = script_answers_free(a);
}

static void responses_are_validated(void **state)
{
    struct tally t = *(struct tally *)*state;
    cJSON *cases = read_json(&t, "cases/validation.json");
    for (const cJSON *c = cases->child; c; c = c->next) {
        struct script s = {0};
        CLEANUP_FINDINGS struct findings findings = {0};
        const bool parsed =
            questionnaire_parse_json(json_obj(c, "questionnaire"), &s, &findings, NULL) == ERR_OK;
        if (!parsed || (s.n_items > 0 && s.items[0].regex)) { /* expressions are not looked at */
            t.outside++;
        } else {
            assert_validated(c, &s);
            t.held++;
        }
        script_deinit(&s);
    }
    cases = json_free(cases);
    print_message("# validation.json: %u hold, %u outside the subset\n", t.held, t.outside);
}

static void texts_are_those_of_the_language(void **state)
{
    struct tally t = *(struct tally *)*state;
    cJSON *cases = read_json(&t, "cases/texts.json");
    for (const cJSON *c = cases->child; c; c = c->next) {
        struct script s = {0};
        cJSON *q = read_json(&t, json_str(c, "questionnaire", ""));
        if (parse(q, &s)) {
            for (const cJSON *text = json_obj(c, "texts")->child; text; text = text->next) {
                const size_t i = script_find(&s, text->string);
                assert_true(i != SCRIPT_NONE);
                assert_string_equal(script_text(&s.items[i].text, json_str(c, "lang", "")),
                                    text->valuestring);
            }
            t.held++;
        } else {
            t.outside++;
        }
        script_deinit(&s);
        q = json_free(q);
    }
    cases = json_free(cases);
    print_message("# texts.json: %u hold, %u outside the subset\n", t.held, t.outside);
}

int main(int argc, char **argv)
{
    struct tally t = {.root = argc > 1 ? argv[1] : "."};
    CLEANUP_BUF struct buf b = {0};
    if (!read_file(&t, "cases/micro.json", &b)) {
        puts("1..0 # SKIP there is no folder " FOLDER);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(one_rule_cases_hold, &t),
        cmocka_unit_test_prestate(random_cases_hold, &t),
        cmocka_unit_test_prestate(known_problems_are_found, &t),
        cmocka_unit_test_prestate(responses_are_validated, &t),
        cmocka_unit_test_prestate(texts_are_those_of_the_language, &t),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
