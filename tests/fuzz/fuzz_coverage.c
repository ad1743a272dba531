/* SPDX-License-Identifier: Apache-2.0 */
/* A report of walks from anybody: it is refused with the line named and nothing changed, or read,
 * and then it says the same when it is written and read again. */

#include <string.h>

#include "core/script_coverage.h"
#include "net/api/questionnaire.h"
#include "tests/fuzz/fuzz.h"

static const char form[] =
    "{\"resourceType\":\"Questionnaire\",\"url\":\"u\",\"status\":\"active\",\"item\":["
    "{\"linkId\":\"ill\",\"type\":\"boolean\",\"text\":\"Ill?\"},"
    "{\"linkId\":\"since when\",\"type\":\"date\",\"enableWhen\":["
    "{\"question\":\"ill\",\"operator\":\"=\",\"answerBoolean\":true}]},"
    "{\"linkId\":\"bye\",\"type\":\"display\",\"text\":\"Bye.\"}]}";

static struct script script;
static struct script_answers *answers;

static bool prepare(void)
{
    if (questionnaire_load(form, strlen(form), "form", &script, NULL, NULL) != ERR_OK)
        return false;
    answers = script_answers_new(&script);
    return answers != NULL;
}

static void print(const struct script_coverage *c, struct buf *text)
{
    static const struct script_words words = {.lang = "en"};
    script_coverage_print(c, answers, &words, text);
    FUZZ_HOLDS(!text->failed);
}

static void assert_stable(const struct script_coverage *c)
{
    CLEANUP_BUF struct buf once = {0}, twice = {0};
    struct script_coverage again = {0};
    print(c, &once);
    FUZZ_HOLDS(script_coverage_follow(&again, &script));
    FUZZ_HOLDS(script_coverage_read(&again, buf_text(&once), once.len, NULL) == ERR_OK);
    print(&again, &twice);
    FUZZ_HOLDS(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    script_coverage_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct script_coverage c = {0};
    struct err err = {0};
    CLEANUP_BUF struct buf text = {0}, before = {0}, after = {0};
    if (!answers && !prepare())
        return 0;
    FUZZ_HOLDS(script_coverage_follow(&c, &script));
    print(&c, &before);
    buf_add(&text, (const char *)data, len);
    const enum err_code code = script_coverage_read(&c, buf_text(&text), len, &err);
    if (code == ERR_OK) {
        assert_stable(&c);
    } else {
        FUZZ_HOLDS(code == ERR_INVALID || code == ERR_TOO_LARGE);
        FUZZ_HOLDS(err.sentence[0]);
        print(&c, &after);
        FUZZ_HOLDS(before.len == after.len && memcmp(before.data, after.data, before.len) == 0);
    }
    script_coverage_deinit(&c);
    return 0;
}
