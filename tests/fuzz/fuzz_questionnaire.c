/* SPDX-License-Identifier: Apache-2.0 */
/* A questionnaire from anybody: refused in words, or read with its faults, so that whatever it
 * holds can be shown on a terminal, started, answered and written. */

#include <string.h>

#include "core/person.h"
#include "core/placeholder.h"
#include "core/script_fault.h"
#include "core/script_strings.h"
#include "core/script_tree.h"
#include "core/text.h"
#include "net/api/questionnaire.h"
#include "net/api/regex_pcre2.h"
#include "net/api/response.h"
#include "tests/fuzz/fuzz.h"

static void is_showable(void *arg, size_t item, const char *what, const struct script_string *s)
{
    (void)arg;
    (void)item;
    (void)what;
    const char *text = script_text(s, "fr-BE");
    FUZZ_HOLDS(text_is_plain(text, strlen(text), TEXT_LINES));
    /* Filled from a record that somebody prepared, and with nothing known. */
    static const struct record record = {.given_name = "\x1b[2J{{ticket}}\x9b\xff",
                                         .family_name = "{{given}}",
                                         .sample_date = "0001-01-01",
                                         .last_contact_date = "9999-12-31"};
    const struct placeholder_values values[] = {
        {.record = &record,      .agent = " {{x}} \a", .today = {2020, 5, 4}},
        {0}
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        CLEANUP_BUF struct buf b = {0};
        placeholder_fill(text, &values[i], "fr-BE", &b);
        FUZZ_HOLDS(!b.failed && text_is_plain(buf_text(&b), b.len, TEXT_LINES));
    }
}

static void told_in_words(const struct findings *findings)
{
    FUZZ_HOLDS(!findings->failed);
    for (size_t i = 0; i < findings->n; i++) {
        CLEANUP_BUF struct buf line = {0};
        finding_print(&findings->rows[i], "f", &line);
        const char *text = buf_text(&line);
        FUZZ_HOLDS(findings->rows[i].code[0] && findings->rows[i].message[0]);
        FUZZ_HOLDS(line.len > 0 && text[line.len - 1] == '\n' &&
                   text_is_plain(text, line.len - 1, TEXT_ONE_LINE));
    }
}

/* Answer what can be answered by its first option, or yes; then write and read it. */
static void fill_in(struct script_answers *a)
{
    const struct script *s = script_answers_script(a);
    const struct script_value yes = {.kind = SCRIPT_VALUE_BOOLEAN, .boolean = true};
    for (size_t node = script_node_walk(a, SCRIPT_NODE_NONE); node != SCRIPT_NODE_NONE;
         node = script_node_walk(a, node)) {
        const struct script_item *item = &s->items[script_node_item(a, node)];
        if (!script_is_question(item))
            continue;
        const struct script_value *v = item->n_options ? &item->options[0].value : &yes;
        const enum err_code code = script_node_set(a, script_node_answer(a, node), v, NULL);
        FUZZ_HOLDS(code == ERR_OK || code == ERR_INVALID);
    }
}

static void use(const struct script *s)
{
    struct script_answers *a = script_answers_new(s);
    CLEANUP_JSON cJSON *r = NULL;
    CLEANUP_BUF struct buf before = {0}, after = {0};
    FUZZ_HOLDS(a != NULL);
    script_answers_use_regex(a, &regex_pcre2);
    const enum err_code code = script_answers_start(a, NULL);
    FUZZ_HOLDS(code == ERR_OK || code == ERR_INVALID || code == ERR_TOO_LARGE);
    fill_in(a);
    (void)script_faults(a, NULL, 0);
    FUZZ_HOLDS(response_encode_anyway(a, RESPONSE_IN_PROGRESS, NULL, NULL, &r, NULL) == ERR_OK);
    json_print(r, &before);
    const enum err_code again =
        response_decode_items(cJSON_GetObjectItemCaseSensitive(r, "item"), a, NULL, NULL);
    r = json_free(r);
    if (again == ERR_OK) { /* (of two items with one linkId only one can be read) */
        FUZZ_HOLDS(response_encode_anyway(a, RESPONSE_IN_PROGRESS, NULL, NULL, &r, NULL) == ERR_OK);
        json_print(r, &after);
    }
    script_answers_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    CLEANUP_FINDINGS struct findings findings = {0};
    CLEANUP_FINDINGS struct findings strict = {0};
    CLEANUP(script_deinit) struct script script = {0};
    struct script loaded = {0};
    struct err err = {0};
    const enum err_code code =
        questionnaire_parse((const char *)data, len, "f", &script, &findings, &err);
    FUZZ_HOLDS(code == ERR_OK || code == ERR_INVALID || code == ERR_TOO_LARGE);
    FUZZ_HOLDS(code == ERR_OK || err.sentence[0]);
    told_in_words(&findings);
    const enum err_code load =
        questionnaire_load((const char *)data, len, "f", &loaded, &strict, NULL);
    FUZZ_HOLDS(load != ERR_OK || (code == ERR_OK && findings.n_errors == 0));
    script_deinit(&loaded);
    if (code != ERR_OK)
        return 0;
    script_each_string(&script, is_showable, NULL);
    use(&script);
    return 0;
}
