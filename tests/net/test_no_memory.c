/* SPDX-License-Identifier: Apache-2.0 */
/* A questionnaire is loaded, answered and carried there and back again and again, each time with
 * another allocation failing: once alone, once with all that follow. Built with the allocator
 * wrapped by the linker; leaks and wild pointers are the sanitizers' to find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/script_tree.h"
#include "net/api/questionnaire.h"
#include "net/api/response.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *text);

/* The allocator has no argument to carry this. */
static struct {
    long left; /* allocations that still succeed; < 0: all of them */
    bool only_once;
    bool happened;
} fault = {.left = -1};

static bool is_due(void)
{
    if (fault.left < 0)
        return false;
    if (fault.left > 0) {
        fault.left--;
        return false;
    }
    fault.happened = true;
    if (fault.only_once)
        fault.left = -1;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return is_due() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return is_due() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return is_due() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *text)
{
    return is_due() ? NULL : __real_strdup(text);
}

static const char form[] =
    "{\"resourceType\":\"Questionnaire\",\"url\":\"urn:form\",\"version\":\"7\",\"title\":\"T\","
    "\"_title\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/translation\","
    "\"extension\":[{\"url\":\"lang\",\"valueCode\":\"fr\"},{\"url\":\"content\","
    "\"valueString\":\"Titre\"}]}]},\"contained\":[{\"resourceType\":\"ValueSet\",\"id\":\"v\","
    "\"compose\":{\"include\":[{\"system\":\"urn:x\",\"concept\":[{\"code\":\"a\",\"display\":"
    "\"A\",\"designation\":[{\"language\":\"fr\",\"value\":\"Ah\"}]}]}]}}],\"item\":["
    "{\"linkId\":\"g\",\"type\":\"group\",\"item\":[{\"linkId\":\"yes\",\"type\":\"boolean\"}]},"
    "{\"linkId\":\"empty\",\"type\":\"group\"},"
    "{\"linkId\":\"c\",\"type\":\"choice\",\"answerValueSet\":\"#v\",\"enableWhen\":["
    "{\"question\":\"yes\",\"operator\":\"=\",\"answerBoolean\":true}],\"item\":["
    "{\"linkId\":\"n\",\"type\":\"decimal\"}]},"
    "{\"linkId\":\"d\",\"type\":\"choice\",\"answerOption\":[{\"valueCoding\":{\"system\":\"urn:"
    "y\","
    "\"code\":\"b\"}},{\"valueString\":\"word\"}]},"
    "{\"linkId\":\"r\",\"type\":\"group\",\"repeats\":true,\"item\":[{\"linkId\":\"s\",\"type\":"
    "\"string\",\"repeats\":true,\"initial\":[{\"valueString\":\"x\"},{\"valueString\":\"y\"}],"
    "\"item\":[{\"linkId\":\"u\",\"type\":\"boolean\"}]}]}]}";

static const char items[] =
    "[{\"linkId\":\"g\",\"item\":[{\"linkId\":\"yes\",\"answer\":[{\"valueBoolean\":true}]}]},"
    "{\"linkId\":\"c\",\"answer\":[{\"valueCoding\":{\"system\":\"urn:x\",\"code\":\"a\"},"
    "\"item\":[{\"linkId\":\"n\",\"answer\":[{\"valueDecimal\":37.50}]}]}]},"
    "{\"linkId\":\"d\",\"answer\":[{\"valueString\":\"word\"}]},"
    "{\"linkId\":\"r\",\"item\":[{\"linkId\":\"s\",\"answer\":[{\"valueString\":\"1\"},"
    "{\"valueString\":\"2\",\"item\":[{\"linkId\":\"u\",\"answer\":[{\"valueBoolean\":true}]}]}]}]}"
    ","
    "{\"linkId\":\"r\",\"item\":[{\"linkId\":\"s\",\"answer\":[{\"valueString\":\"3\"}]}]}]";

static enum err_code there_and_back(struct script_answers *a)
{
    CLEANUP_JSON cJSON *j = NULL, *r = NULL;
    CLEANUP_BUF struct buf b = {0};
    CLEANUP_FINDINGS struct findings findings = {0};
    struct err err;
    enum err_code code = script_answers_start(a, &err);
    if (code == ERR_OK)
        code = json_parse(items, strlen(items), &json_limits_api, &j, &err);
    if (code == ERR_OK)
        code = response_decode_items(j, a, &findings, &err);
    if (code == ERR_OK)
        code = response_encode(a, RESPONSE_COMPLETED, "2020-05-03T10:00:00Z", "fr", &r, &err);
    if (code == ERR_OK)
        code = response_decode(r, a, NULL, &findings, &err);
    if (code == ERR_OK) {
        json_print(r, &b);
        code = b.failed ? ERR_NOMEM : ERR_OK;
    }
    return code;
}

static enum err_code whole_way(void)
{
    struct script s = {0};
    CLEANUP_FINDINGS struct findings findings = {0};
    enum err_code code = questionnaire_parse(form, strlen(form), "form", &s, &findings, NULL);
    if (code != ERR_OK)
        return code;
    struct script_answers *a = script_answers_new(&s);
    code = a ? there_and_back(a) : ERR_NOMEM;
    a = script_answers_free(a);
    script_deinit(&s);
    return code;
}

static void every_failing_allocation_is_told(void **state)
{
    (void)state;
    for (int only_once = 0; only_once <= 1; only_once++) {
        bool reached = true;
        long n = 0;
        for (; reached; n++) {
            fault.left = n;
            fault.only_once = only_once;
            fault.happened = false;
            const enum err_code code = whole_way();
            reached = fault.happened;
            fault.left = -1;
            if (code != (reached ? ERR_NOMEM : ERR_OK))
                fail_msg("allocation %ld: %s", n, err_info(code)->name);
        }
        assert_true(n > 200);
    }
}

int main(void)
{
    const cJSON_Hooks own = {.malloc_fn = __wrap_malloc, .free_fn = free};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failing_allocation_is_told),
    };
    cJSON_InitHooks((cJSON_Hooks *)(uintptr_t)&own);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
