/* SPDX-License-Identifier: Apache-2.0 */
/* What the backend says is read whole or not at all: each member that is missing, null or of
 * another type is an error. And what the desk keeps comes back as it was. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "net/api/json.h"
#include "net/api/wire_in.h"
#include "net/client/keep.h"
#include "tests/harness/tmpdir.h"

#define PHONES "\"phones\":[\"+32470000101\",\"+32470000102\"]"
#define CALL                                                                                       \
    "{\"call_id\":\"c1\",\"phone\":\"+32470000101\",\"permitted_at\":\"2026-11-22T10:00:00Z\","    \
    "\"rang_at\":null,\"answered_at\":null,\"ended_at\":null,\"end\":\"none\",\"last_seq\":1}"
#define OFFER                                                                                      \
    "{\"offer_id\":\"o1\",\"fence\":7,\"state\":\"call\",\"state_since\":\"2026-11-22T10:00:"      \
    "00Z\","                                                                                       \
    "\"deadline\":null,\"queue\":\"WAL_French\",\"kind\":\"contact\",\"language\":\"fr\","         \
    "\"script_id\":\"short\",\"person\":{\"person_id\":\"p1\",\"given_name\":\"Marie\","           \
    "\"family_name\":\"Peeters\"," PHONES ",\"next_phone\":1,\"language\":\"fr\",\"region\":"      \
    "\"WAL\",\"kind\":\"contact\",\"attempts\":2},\"call\":" CALL ",\"proposed_code\":null,"       \
    "\"wrapup\":{\"code\":\"no_answer\",\"late\":false}}"
#define WORK                                                                                       \
    "{\"server_time\":\"2026-11-22T10:00:05Z\",\"agent\":{\"agent_id\":\"a1\",\"login\":\"an\","   \
    "\"name\":\"An\",\"role\":\"agent\",\"region\":\"WAL\",\"languages\":[\"fr\"]},\"service\":{"  \
    "\"service_id\":\"tracing\",\"version\":\"1\",\"name\":\"Tracing\"},\"status\":\"available\"," \
    "\"status_since\":\"2026-11-22T09:00:00Z\",\"on_queue\":true,"                                 \
    "\"on_queue_since\":\"2026-11-22T09:30:00Z\",\"offer\":" OFFER "}"
#define RECORD                                                                                     \
    "{\"person_id\":\"p1\",\"sciensano_request_ticket\":\"T-1\",\"ticket_at\":"                    \
    "\"2026-11-20T10:00:00Z\",\"niss_masked\":\"**.**.**-***.28\",\"name_index_patient\":"         \
    "\"Jan Claes\",\"given_name\":\"Marie\\u001b[2J\",\"family_name\":\"Peeters\","                \
    "\"birth_date\":\"\"," PHONES ",\"language\":\"fr\",\"region\":\"WAL\",\"kind\":\"contact\","  \
    "\"municipality\":\"Namur\",\"attempts\":2,\"notes\":\"one\\ntwo\"}"

static cJSON *parse(const char *text)
{
    cJSON *j = NULL;
    assert_int_equal(json_parse(text, strlen(text), &json_limits_api, &j, NULL), ERR_OK);
    return j;
}

static enum err_code read_work(const cJSON *j)
{
    struct ws_work work;
    return wire_work(j, &work, NULL);
}

static enum err_code read_record(const cJSON *j)
{
    struct record record;
    char niss[16];
    return wire_record(j, &record, niss, NULL);
}

static void a_work_is_read_whole(void **state)
{
    (void)state;
    CLEANUP_JSON cJSON *j = parse(WORK);
    struct ws_work w;
    assert_int_equal(wire_work(j, &w, NULL), ERR_OK);
    assert_string_equal(w.agent_login, "an");
    assert_true(w.on_queue);
    assert_int_equal(w.offer.state, HOLD_CALL);
    assert_int_equal(w.offer.fence, 7);
    assert_int_equal(w.offer.person.n_phones, 2);
    assert_int_equal(w.offer.person.next_phone, 1);
    assert_int_equal(w.offer.call.last_seq, 1);
    assert_string_equal(w.offer.code, "no_answer");
}

/* A service may have no script for a kind of person; an older backend says "" then. */
static void an_offer_may_have_no_script(void **state)
{
    (void)state;
    CLEANUP_JSON cJSON *j = parse(WORK);
    cJSON *offer = cJSON_GetObjectItem(j, "offer");
    struct ws_work w;
    cJSON_ReplaceItemInObject(offer, "script_id", cJSON_CreateNull());
    assert_int_equal(wire_work(j, &w, NULL), ERR_OK);
    assert_string_equal(w.offer.script_id, "");
    cJSON_ReplaceItemInObject(offer, "script_id", cJSON_CreateString(""));
    assert_int_equal(wire_work(j, &w, NULL), ERR_OK);
    assert_string_equal(w.offer.script_id, "");
}

/* Members of the API that this screen has no use for; the offer says language and kind already. */
static bool is_unused(const cJSON *object, const char *name)
{
    static const char *const unused[] = {"role", "languages", "person_id"};
    bool is_preview = cJSON_HasObjectItem(object, "next_phone");
    if (is_preview && (strcmp(name, "language") == 0 || strcmp(name, "kind") == 0))
        return true;
    for (size_t i = 0; i < sizeof unused / sizeof unused[0]; i++)
        if (strcmp(name, unused[i]) == 0)
            return !cJSON_HasObjectItem(object, "niss_masked");
    return false;
}

/* Objects that may be null, and members that a null stands for "none". */
static bool may_be_null(const char *name)
{
    static const char *const nullable[] = {
        "offer",       "person",   "call",          "wrapup",         "deadline", "rang_at",
        "answered_at", "ended_at", "proposed_code", "on_queue_since", "script_id"};
    for (size_t i = 0; i < sizeof nullable / sizeof nullable[0]; i++)
        if (strcmp(name, nullable[i]) == 0)
            return true;
    return false;
}

/* Try every member of the tree: with another type it must not be taken. */
static void spoil(cJSON *top, cJSON *object, enum err_code (*read)(const cJSON *))
{
    for (cJSON *m = object->child; m; m = m->next) {
        if (is_unused(object, m->string))
            continue;
        if (cJSON_IsObject(m))
            spoil(top, m, read);
        int type = m->type;
        m->type = cJSON_NULL;
        enum err_code code = read(top);
        if ((code == ERR_OK) != may_be_null(m->string))
            fail_msg("%s null: %s", m->string, err_info(code)->name);
        if (!cJSON_IsBool(m) && type != cJSON_True && type != cJSON_False) {
            m->type = cJSON_True;
            bool object_or_none = strcmp(m->string, "person") == 0 ||
                                  strcmp(m->string, "call") == 0 ||
                                  strcmp(m->string, "wrapup") == 0;
            code = read(top);
            if (code == ERR_OK && !object_or_none)
                fail_msg("%s of another type was taken", m->string);
        }
        m->type = type;
    }
}

static void every_member_of_a_work_is_checked(void **state)
{
    (void)state;
    CLEANUP_JSON cJSON *j = parse(WORK);
    spoil(j, j, read_work);
    assert_int_equal(read_work(j), ERR_OK);
}

static void every_member_of_a_record_is_checked(void **state)
{
    (void)state;
    CLEANUP_JSON cJSON *j = parse(RECORD);
    spoil(j, j, read_record);
    assert_int_equal(read_record(j), ERR_OK);
}

static void a_record_reaches_the_screen_without_escape_sequences(void **state)
{
    (void)state;
    CLEANUP_JSON cJSON *j = parse(RECORD);
    struct record r;
    char niss[16];
    assert_int_equal(wire_record(j, &r, niss, NULL), ERR_OK);
    assert_string_equal(r.given_name, "Marie");
    assert_string_equal(r.notes, "one\ntwo");
    assert_string_equal(niss, "**.**.**-***.28");
    assert_false(r.niss_doubtful); /* an older backend does not say it */
    cJSON_AddTrueToObject(j, "niss_doubtful");
    assert_int_equal(wire_record(j, &r, niss, NULL), ERR_OK);
    assert_true(r.niss_doubtful);
    assert_string_equal(r.phones[1].number, "+32470000102");
}

static void dates_of_a_record_may_be_there(void **state)
{
    (void)state;
    struct record r;
    char niss[16];
    CLEANUP_JSON cJSON *j = parse(RECORD);
    assert_int_equal(wire_record(j, &r, niss, NULL), ERR_OK);
    assert_string_equal(r.sample_date, "");
    cJSON_AddStringToObject(j, "sample_date", "2020-05-01");
    cJSON_AddStringToObject(j, "last_contact_date", "\x1b[2J2020-04-30, and much more");
    assert_int_equal(wire_record(j, &r, niss, NULL), ERR_OK);
    assert_string_equal(r.sample_date, "2020-05-01");
    assert_string_equal(r.last_contact_date, "2020-04-30");
}

static void strange_numbers_and_words_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"seq\":0,\"at\":\"2026-11-22T10:00:00Z\",\"kind\":\"ring\"}",
        "{\"seq\":1.5,\"at\":\"2026-11-22T10:00:00Z\",\"kind\":\"ring\"}",
        "{\"seq\":1,\"at\":\"yesterday\",\"kind\":\"ring\"}",
        "{\"seq\":1,\"at\":\"2026-11-22T10:00:00Z\",\"kind\":\"sing\"}",
        "{\"seq\":1,\"at\":\"2026-11-22T10:00:00Z\",\"kind\":\"end\"}",
        "{\"seq\":1,\"at\":\"2026-11-22T10:00:00Z\",\"kind\":\"ring\",\"sip_status\":9000}",
        "{\"seq\":100001,\"at\":\"2026-11-22T10:00:00Z\",\"kind\":\"ring\"}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CLEANUP_JSON cJSON *j = parse(texts[i]);
        struct ws_call_event e;
        assert_int_equal(wire_call_event(j, &e, NULL), ERR_INVALID);
    }
}

/* --- what the desk keeps --- */

static void what_is_kept_comes_back(void **state)
{
    (void)state;
    const struct wire_session session = {.aor = "sip:an@127.0.0.1",
                                         .sip_secret = "s3cret",
                                         .transport = "tls",
                                         .media = "srtp",
                                         .sip_secret_renew_s = 60,
                                         .register_phone = true,
                                         .screen_grace_s = 60};
    const struct keep_parts parts = {
        .work = WORK,
        .record = RECORD,
        .words = {.response = "{\"item\":[37.50]}", .completed = true, .note = "Ring twice."}
    };
    CLEANUP_JSON cJSON *built = keep_build(&session, &parts, 48 * 1024);
    assert_non_null(built);
    struct buf line = {0};
    json_print(built, &line);
    CLEANUP_JSON cJSON *j = parse(buf_text(&line));
    struct wire_session again = {0};
    struct keep_read *k = calloc(1, sizeof *k);
    assert_true(keep_read(j, &again, k));
    assert_string_equal(again.sip_secret, ""); /* the desk itself has it */
    assert_string_equal(again.media, "srtp");
    assert_int_equal(again.sip_secret_renew_s, 60);
    assert_true(again.register_phone);
    assert_string_equal(k->kept.work->offer.offer_id, "o1");
    assert_string_equal(k->kept.record->family_name, "Peeters");
    assert_string_equal(k->kept.words.response, "{\"item\":[37.50]}");
    assert_true(k->kept.words.completed);
    assert_string_equal(k->kept.words.note, "Ring twice.");
    assert_null(k->kept.script);
    keep_deinit(k);
    free(k);
    buf_free(&line);
}

static void a_picture_that_is_too_large_leaves_the_script_out(void **state)
{
    (void)state;
    const struct wire_session session = {.aor = "sip:an@127.0.0.1"};
    struct buf b = {0};
    buf_str(&b, "{\"text\":\"");
    while (b.len < 60 * 1024)
        buf_str(&b, "Bonjour. ");
    buf_str(&b, "\"}");
    const struct keep_parts parts = {.work = WORK, .script = buf_text(&b)};
    CLEANUP_JSON cJSON *built = keep_build(&session, &parts, 48 * 1024);
    assert_non_null(built);
    assert_null(cJSON_GetObjectItem(built, "script"));
    assert_non_null(cJSON_GetObjectItem(built, "work"));
    buf_free(&b);
}

/* Not so when it is a sheet: an interview is larger than what a desk keeps. */
static void an_interview_of_any_size_comes_back_as_a_sheet(void **state)
{
    (void)state;
    const struct wire_session session = {.aor = "sip:an@127.0.0.1"};
    char name[SHEET_NAME_SIZE], path[512];
    char *dir = tmpdir_new();
    CLEANUP_FREE char *text = tmpdir_read(SOURCE_ROOT "/scripts/interviews/tracing-index.json");
    assert_non_null(text);
    assert_true(strlen(text) > 48 * 1024);
    assert_int_equal(setenv("XDG_CACHE_HOME", dir, 1), 0);
    sheet_write(text, name);
    assert_int_equal(strlen(name), SHEET_NAME_SIZE - 1);
    const struct keep_parts parts = {.work = WORK, .script = text, .script_sheet = name};
    CLEANUP_JSON cJSON *built = keep_build(&session, &parts, 48 * 1024);
    assert_non_null(built);
    struct wire_session again = {0};
    struct keep_read *k = calloc(1, sizeof *k);
    assert_true(keep_read(built, &again, k));
    assert_non_null(k->kept.script);
    assert_string_equal(k->kept.script->id, "tracing-index");
    assert_string_equal(k->sheets[KEEP_SCRIPT], name);
    script_deinit(k->kept.script);
    free(k->kept.script);
    keep_deinit(k);
    /* Not what its name says: somebody wrote into it. */
    snprintf(path, sizeof path, "%s/pupitre/sheets/%s", dir, name);
    FILE *f = fopen(path, "r+");
    assert_non_null(f);
    assert_int_equal(fputc(' ', f), ' ');
    fclose(f);
    assert_true(keep_read(built, &again, k));
    assert_null(k->kept.script);
    assert_string_equal(k->sheets[KEEP_SCRIPT], "");
    assert_string_equal(k->kept.work->offer.offer_id, "o1");
    keep_deinit(k);
    free(k);
    dir = tmpdir_free(dir);
}

static void a_sheet_is_read_from_its_own_folder_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"", "../../etc/passwd", "abc",
                                        "0123456789abcdef0123456789abcdef"
                                        "0123456789abcdef0123456789abcdef"};
    char name[SHEET_NAME_SIZE];
    char *dir = tmpdir_new();
    assert_int_equal(setenv("XDG_CACHE_HOME", dir, 1), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_null(sheet_read(names[i]));
    sheet_write("{}", name);
    CLEANUP_FREE char *text = sheet_read(name);
    assert_string_equal(text, "{}");
    assert_int_equal(setenv("XDG_CACHE_HOME", "/proc/nowhere", 1), 0); /* no place to write */
    sheet_write("{}", name);
    assert_string_equal(name, "");
    dir = tmpdir_free(dir);
}

static void a_desk_that_kept_nonsense_does_no_harm(void **state)
{
    (void)state;
    static const char *const texts[] = {"{}", "{\"phone\":{}}", "{\"phone\":7,\"work\":[]}"};
    struct wire_session session = {0};
    struct keep_read *k = calloc(1, sizeof *k);
    assert_false(keep_read(NULL, &session, k));
    keep_deinit(k);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CLEANUP_JSON cJSON *j = parse(texts[i]);
        assert_false(keep_read(j, &session, k));
        keep_deinit(k);
    }
    free(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_work_is_read_whole),
        cmocka_unit_test(an_offer_may_have_no_script),
        cmocka_unit_test(every_member_of_a_work_is_checked),
        cmocka_unit_test(every_member_of_a_record_is_checked),
        cmocka_unit_test(a_record_reaches_the_screen_without_escape_sequences),
        cmocka_unit_test(dates_of_a_record_may_be_there),
        cmocka_unit_test(strange_numbers_and_words_are_refused),
        cmocka_unit_test(what_is_kept_comes_back),
        cmocka_unit_test(an_interview_of_any_size_comes_back_as_a_sheet),
        cmocka_unit_test(a_sheet_is_read_from_its_own_folder_alone),
        cmocka_unit_test(a_picture_that_is_too_large_leaves_the_script_out),
        cmocka_unit_test(a_desk_that_kept_nonsense_does_no_harm),
    };
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests_name("client_wire", tests, NULL, NULL);
}
