/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/api/json.h"
#include "net/api/response_resource.h"

#define ID "0b6f2a3c-1111-4222-8333-444455556666"

static const struct response_resource dress = {
    .id = ID,
    .subject_system = RESPONSE_TICKET_SYSTEM,
    .subject = "T-2026-1",
    .agent = "7",
    .status = RESPONSE_AMENDED,
    .authored_utc_s = 1764000000,
};

static void it_gets_what_only_the_backend_knows_in_fhir_s_order(void **state)
{
    (void)state;
    static const char text[] =
        "{\"resourceType\":\"QuestionnaireResponse\",\"questionnaire\":\"https://e.x/q|2\","
        "\"status\":\"completed\",\"subject\":{\"display\":\"Gudule\"},\"author\":7,"
        "\"language\":\"fr\",\"id\":\"mine\",\"note\":\"x\",\"item\":[{\"linkId\":\"a\","
        "\"answer\":[{\"valueDecimal\":37.50}]}]}";
    static const char wanted[] =
        "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"" ID "\",\"language\":\"fr\","
        "\"identifier\":{\"system\":\"urn:x-pupitre:response\",\"value\":\"" ID "\"},"
        "\"questionnaire\":\"https://e.x/"
        "q|2\",\"status\":\"amended\",\"subject\":{\"identifier\":"
        "{\"system\":\"urn:x-pupitre:ticket\",\"value\":\"T-2026-1\"}},"
        "\"authored\":\"2025-11-24T16:00:00Z\",\"author\":{\"identifier\":"
        "{\"system\":\"urn:x-pupitre:agent\",\"value\":\"7\"}},\"item\":[{\"linkId\":\"a\","
        "\"answer\":[{\"valueDecimal\":37.50}]}]}";
    CLEANUP_JSON cJSON *j = NULL;
    CLEANUP_BUF struct buf out = {0};
    struct err err;
    assert_int_equal(json_parse(text, sizeof text - 1, &json_limits_api, &j, &err), ERR_OK);
    assert_int_equal(response_resource_dress(j, &dress, &err), ERR_OK);
    json_print(j, &out);
    assert_string_equal(buf_text(&out), wanted);
}

static void of_the_wrong_person_only_the_status_is_told(void **state)
{
    (void)state;
    static const char text[] =
        "{\"resourceType\":\"QuestionnaireResponse\",\"questionnaire\":\"https://e.x/q|2\","
        "\"status\":\"completed\",\"item\":[{\"linkId\":\"a\","
        "\"answer\":[{\"valueString\":\"fever\"}]}]}";
    struct response_resource r = dress;
    CLEANUP_JSON cJSON *j = NULL;
    CLEANUP_BUF struct buf out = {0};
    struct err err;
    r.status = RESPONSE_ENTERED_IN_ERROR;
    assert_int_equal(json_parse(text, sizeof text - 1, &json_limits_api, &j, &err), ERR_OK);
    assert_int_equal(response_resource_dress(j, &r, &err), ERR_OK);
    json_print(j, &out);
    assert_string_equal(json_str(j, "status", ""), "entered-in-error");
    assert_string_equal(json_str(j, "questionnaire", ""), "https://e.x/q|2");
    assert_null(strstr(buf_text(&out), "item"));
    assert_null(strstr(buf_text(&out), "fever"));
}

static void the_time_of_the_answers_is_kept_and_others_are_refused(void **state)
{
    (void)state;
    static const char text[] = "{\"resourceType\":\"QuestionnaireResponse\","
                               "\"authored\":\"2026-01-02T03:04:05Z\"}";
    static const char other[] = "{\"resourceType\":\"Patient\"}";
    CLEANUP_JSON cJSON *j = NULL;
    CLEANUP_JSON cJSON *k = NULL;
    struct err err;
    assert_int_equal(json_parse(text, sizeof text - 1, &json_limits_api, &j, &err), ERR_OK);
    assert_int_equal(response_resource_dress(j, &dress, &err), ERR_OK);
    assert_string_equal(json_str(j, "authored", ""), "2026-01-02T03:04:05Z");
    assert_int_equal(json_parse(other, sizeof other - 1, &json_limits_api, &k, &err), ERR_OK);
    assert_int_equal(response_resource_dress(k, &dress, &err), ERR_INVALID);
}

static bool is_ours(const char *media_type, const char *body, const char *location, bool has_etag)
{
    return response_receipt_is_ours(&(struct response_receipt){.media_type = media_type,
                                                               .body = body,
                                                               .len = strlen(body),
                                                               .location = location,
                                                               .has_etag = has_etag},
                                    ID);
}

static void only_a_receipt_for_this_resource_counts(void **state)
{
    (void)state;
    static const char json[] = "application/fhir+json; charset=utf-8";
    static const char mine[] = "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"" ID "\"}";
    static const char fine[] = "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":"
                               "\"information\",\"code\":\"informational\"}]}";
    static const char bad[] = "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":"
                              "\"warning\",\"code\":\"value\"},{\"severity\":\"error\",\"code\":"
                              "\"business-rule\"}]}";
    assert_true(is_ours(NULL, "", NULL, true));
    assert_true(is_ours(NULL, "", "https://f.x/QuestionnaireResponse/" ID "/_history/1", false));
    assert_true(is_ours(json, mine, NULL, false));
    assert_true(is_ours("application/json", mine, NULL, false));
    assert_true(is_ours(json, fine, NULL, true));

    assert_false(is_ours(NULL, "", NULL, false));
    assert_false(is_ours(NULL, "", "https://f.x/login?back=" ID, false));
    assert_false(is_ours(NULL, "", "https://f.x/QuestionnaireResponse/" ID "0", false));
    assert_false(is_ours("text/html", "<html>welcome</html>", NULL, true));
    assert_false(is_ours("text/html", mine, NULL, true));
    assert_false(is_ours("application/jsonp", mine, NULL, true));
    assert_false(
        is_ours(json, "{\"resourceType\":\"QuestionnaireResponse\",\"id\":\"other\"}", NULL, true));
    assert_false(is_ours(json, "{\"resourceType\":\"QuestionnaireResp", NULL, true));
    assert_false(is_ours(json, bad, NULL, true));
    assert_false(is_ours(json, fine, NULL, false));
    assert_false(is_ours(json, "[]", NULL, true));
}

static void check_issue(const char *body, const char *wanted)
{
    char code[RESPONSE_ISSUE_SIZE];
    response_issue_code(body, strlen(body), code);
    assert_string_equal(code, wanted);
}

static void of_a_refusal_only_a_code_is_kept(void **state)
{
    (void)state;
    check_issue("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\","
                "\"code\":\"business-rule\",\"diagnostics\":\"Gudule has a fever\"}]}",
                "business-rule");
    check_issue("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"fatal\","
                "\"code\":\"Gudule 85073003328\"}]}",
                "");
    check_issue("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"fatal\","
                "\"code\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]}",
                "");
    check_issue("{\"resourceType\":\"OperationOutcome\",\"issue\":7}", "");
    check_issue("{\"resourceType\":\"OperationOutcome\"}", "");
    check_issue("{\"resourceType\":\"Patient\"}", "");
    check_issue("half an ans", "");
    check_issue("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_gets_what_only_the_backend_knows_in_fhir_s_order),
        cmocka_unit_test(of_the_wrong_person_only_the_status_is_told),
        cmocka_unit_test(the_time_of_the_answers_is_kept_and_others_are_refused),
        cmocka_unit_test(only_a_receipt_for_this_resource_counts),
        cmocka_unit_test(of_a_refusal_only_a_code_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
