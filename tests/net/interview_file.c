/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/net/interview_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/script_fault.h"
#include "core/script_tree.h"
#include "net/api/questionnaire.h"
#include "net/api/regex_pcre2.h"
#include "net/api/response.h"
#include "tests/harness/script_flat.h"

const char *const interview_names[INTERVIEW_COUNT] = {"tracing-index", "tracing-contact"};

static void load(const char *name, struct interview *v)
{
    CLEANUP_BUF struct buf b = {0};
    CLEANUP_FINDINGS struct findings findings = {0};
    struct err err = {0};
    char path[1024], block[8192];
    snprintf(path, sizeof path, SOURCE_ROOT "/scripts/interviews/%s.json", name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_add(&b, block, n);
    fclose(f);
    if (questionnaire_load(b.data, b.len, name, &v->s, &findings, &err) != ERR_OK)
        fail_msg("%s", err.sentence);
    v->n_warnings = findings.n_warnings;
    v->a = script_answers_new(&v->s);
    assert_non_null(v->a);
    script_answers_use_regex(v->a, &regex_pcre2);
}

int interviews_load(void **state)
{
    struct interview *all = calloc(INTERVIEW_COUNT, sizeof *all);
    *state = all;
    for (size_t i = 0; i < INTERVIEW_COUNT; i++)
        load(interview_names[i], &all[i]);
    return 0;
}

int interviews_free(void **state)
{
    struct interview *all = *state;
    for (size_t i = 0; i < INTERVIEW_COUNT; i++) {
        script_answers_free(all[i].a);
        script_deinit(&all[i].s);
    }
    free(all);
    return 0;
}

static void set(struct interview *v, size_t item, size_t answer, const char *value)
{
    struct script_value given = {.text = (char *)(uintptr_t)value, .kind = SCRIPT_VALUE_TEXT};
    struct err err = {0};
    if (v->s.items[item].type == SCRIPT_CHOICE)
        given.kind = SCRIPT_VALUE_CODING;
    if (v->s.items[item].type == SCRIPT_BOOLEAN)
        given = (struct script_value){.kind = SCRIPT_VALUE_BOOLEAN,
                                      .boolean = strcmp(value, "yes") == 0};
    if (script_node_set(v->a, answer, &given, &err) != ERR_OK)
        fail_msg("%s: %s", v->s.items[item].link_id, err.sentence);
}

void interview_answer(struct interview *v, const char *link_id, const char *value)
{
    const size_t item = script_find(&v->s, link_id);
    if (item == SCRIPT_NONE || !script_is_shown(v->a, item))
        fail_msg("%s is not asked", link_id);
    size_t answer = script_node_answer(v->a, script_node_first(v->a, item));
    if (!v->s.items[item].repeats) {
        set(v, item, answer, value);
        return;
    }
    char codes[256], *save = NULL;
    struct err err = {0};
    assert_true(snprintf(codes, sizeof codes, "%s", value) < (int)sizeof codes);
    for (char *code = strtok_r(codes, " ", &save); code;) {
        set(v, item, answer, code);
        code = strtok_r(NULL, " ", &save);
        if (code && script_node_add(v->a, answer, false, &answer, &err) != ERR_OK)
            fail_msg("%s: %s", link_id, err.sentence);
    }
}

void interview_assert_complete(struct interview *v)
{
    struct script_fault fault;
    struct err err = {0};
    CLEANUP_JSON cJSON *r = NULL, *again = NULL;
    CLEANUP_BUF struct buf before = {0}, after = {0};
    if (script_faults(v->a, &fault, 1) > 0)
        fail_msg("%s: %s", v->s.items[script_node_item(v->a, fault.node)].link_id,
                 script_fault_code(fault.kind));
    assert_int_equal(response_encode(v->a, RESPONSE_COMPLETED, NULL, "fr", &r, &err), ERR_OK);
    if (response_decode(r, v->a, NULL, NULL, &err) != ERR_OK)
        fail_msg("%s: %s", err.field, err.sentence);
    assert_int_equal(response_encode(v->a, RESPONSE_COMPLETED, NULL, "fr", &again, &err), ERR_OK);
    json_print(r, &before);
    json_print(again, &after);
    assert_string_equal(buf_text(&before), buf_text(&after));
}
