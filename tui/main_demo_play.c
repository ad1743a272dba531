/* SPDX-License-Identifier: Apache-2.0 */
/* What the simulated person of a demonstration says: a FHIR QuestionnaireResponse, read without
 * waiting and with its faults told. */

#include <libintl.h>
#include <string.h>

#include "core/i18n.h"
#include "core/script_fault.h"
#include "net/api/response.h"
#include "tui/main_demo.h"

/* Answers that break a rule of the script would be refused when they are given. */
static void find_faults(const struct script_answers *said, struct findings *findings)
{
    const struct script *s = script_answers_script(said);
    for (size_t node = script_node_walk(said, SCRIPT_NODE_NONE); node != SCRIPT_NODE_NONE;
         node = script_node_walk(said, node)) {
        const struct script_item *it = &s->items[script_node_item(said, node)];
        unsigned broken = 0;
        for (size_t k = script_is_question(it) ? script_node_answer(said, node) : SCRIPT_NODE_NONE;
             k != SCRIPT_NODE_NONE; k = script_node_next_instance(said, k))
            if (script_node_value(said, k)->kind != SCRIPT_VALUE_NONE)
                broken |= script_answer_faults(said, k);
        for (unsigned kind = 0; kind < SCRIPT_FAULT_COUNT; kind++) {
            CLEANUP_BUF struct buf rule = {0};
            if (!(broken & 1U << kind))
                continue;
            script_fault_print(it, (enum script_fault_kind)kind, NULL, NULL, &rule);
            findings_add(findings, true, script_fault_code((enum script_fault_kind)kind),
                         it->link_id, "%s", buf_text(&rule));
        }
    }
}

/* "url|version", of which the version may be another one: the script is being written. */
static bool is_of_script(const cJSON *response, const struct script *s)
{
    const char *canonical = json_str(response, "questionnaire", "");
    const size_t len = strcspn(canonical, "|");
    return !len || !s->url || (strlen(s->url) == len && memcmp(s->url, canonical, len) == 0);
}

static enum err_code decode(const cJSON *response, struct script_answers *said,
                            struct findings *findings, struct err *err)
{
    if (strcmp(json_str(response, "resourceType", ""), "QuestionnaireResponse") != 0) {
        findings_add(findings, true, "resource-type", NULL, "this is no QuestionnaireResponse");
        return err_set(err, ERR_INVALID, NULL);
    }
    if (!is_of_script(response, script_answers_script(said)))
        findings_add(findings, false, "questionnaire", NULL, "these are answers to another script");
    const enum err_code code = response_decode_items(
        cJSON_GetObjectItemCaseSensitive(response, "item"), said, findings, err);
    find_faults(said, findings);
    /* What is right was taken. */
    return code == ERR_INVALID ? ERR_OK : code;
}

static enum err_code parse(const struct buf *text, const struct script *script,
                           const struct regex_ops *regex, struct findings *findings,
                           struct script_answers **ret, struct err *err)
{
    CLEANUP_JSON cJSON *response = NULL;
    enum err_code code = json_parse(buf_text(text), text->len, &json_limits_script, &response, err);
    if (code != ERR_OK) {
        findings_add(findings, true, "json", NULL, "%s", err_sentence(err, code));
        return code;
    }
    struct script_answers *said = script_answers_new(script);
    if (!said)
        return err_set(err, ERR_NOMEM, NULL);
    script_answers_use_regex(said, regex);
    code = decode(response, said, findings, err);
    *ret = code == ERR_OK ? said : script_answers_free(said);
    return code;
}

enum err_code demo_play_read(const char *path, const struct script *script,
                             const struct regex_ops *regex, struct script_answers **ret,
                             struct demo_problems *problems, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    CLEANUP_FINDINGS struct findings findings = {0};
    struct err why = {0};
    enum err_code code = demo_bytes_read(path, json_limits_script.bytes, &text, &why);
    if (code != ERR_OK)
        findings_add(&findings, true, "file", NULL, "%s", err_sentence(&why, code));
    else
        code = parse(&text, script, regex, &findings, ret, &why);
    if (findings.failed || !demo_problems_find(&text, &findings, path, problems))
        code = ERR_NOMEM;
    if (code == ERR_NOMEM)
        *ret = script_answers_free(*ret);
    return code == ERR_OK ? code : err_set(err, code, "%s", why.sentence);
}
