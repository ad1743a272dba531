/* SPDX-License-Identifier: Apache-2.0 */
/* `pupitre demo --play`: a simulated person answers from a file, at a key or by themselves. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/buf.h"
#include "tests/harness/golden.h"
#include "tests/tui/demo_stage.h"

#define COLDS                                                                                      \
    "{\"resourceType\": \"Questionnaire\", \"status\": \"draft\", \"title\": \"Colds\",\n"         \
    " \"url\": \"http://c/colds\", \"version\": \"2\", \"language\": \"en\", \"item\": [\n"        \
    "  {\"linkId\": \"cough\", \"type\": \"boolean\", \"text\": \"Do you cough?\"},\n"             \
    "  {\"linkId\": \"since\", \"type\": \"date\", \"text\": \"Since when?\",\n"                   \
    "   \"enableWhen\": [{\"question\": \"cough\", \"operator\": \"=\", "                          \
    "\"answerBoolean\": true}]},\n"                                                                \
    "  {\"linkId\": \"who\", \"type\": \"group\", \"text\": \"Contact\", \"repeats\": true,\n"     \
    "   \"item\": [{\"linkId\": \"name\", \"type\": \"string\", \"maxLength\": 10,\n"              \
    "    \"text\": \"Whom did you meet?\"}]},\n"                                                   \
    "  {\"linkId\": \"end\", \"type\": \"string\", \"text\": \"What else?\"}]}"

#define ANSWERS                                                                                    \
    "{\"resourceType\": \"QuestionnaireResponse\", \"status\": \"in-progress\",\n"                 \
    " \"questionnaire\": \"http://c/colds|1\", \"item\": [\n"                                      \
    "  {\"linkId\": \"cough\", \"answer\": [{\"valueBoolean\": true}]},\n"                         \
    "  {\"linkId\": \"since\", \"answer\": [{\"valueDate\": \"2020-05-01\"}]},\n"                  \
    "  {\"linkId\": \"who\", \"item\": [{\"linkId\": \"name\", \"answer\": [{\"valueString\": "    \
    "\"Ann\"}]}]},\n"                                                                              \
    "  {\"linkId\": \"who\", \"item\": [{\"linkId\": \"name\", \"answer\": [{\"valueString\": "    \
    "\"Bo\"}]}]}]}\n"

static const char *const BY_KEY[] = {PUPITRE,  "demo",         "--lang",      "en",
                                     "--play", "answers.json", "script.json", NULL};

static void stage(struct shown *s, const char *answers)
{
    begin(s);
    put(s->path, COLDS);
    put_in(s, "answers.json", answers);
}

static void a_key_gives_the_next_answer(void **state)
{
    (void)state;
    struct shown s;
    stage(&s, ANSWERS);
    start(&s, BY_KEY);
    assert_screen_shows(s.term, "no problem found");
    assert_screen_shows(s.term, "Do you cough?");
    assert_screen_shows(s.term, "F3: what the person answers");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Camille Voorbeeld: yes");
    assert_screen_shows(s.term, "Do you cough?"); /* both are there */
    assert_screen_shows(s.term, "● Yes");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Since when?");
    assert_screen_shows(s.term, "F3: what the person answers");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Camille Voorbeeld: 01/05/2020");
    assert_screen_shows(s.term, "Friday 1 May 2020");
    term_send_keys(s.term, "<Tab>"); /* to go on is the trainer's, too */
    assert_screen_shows(s.term, "Whom did you meet?");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Camille Voorbeeld: Ann");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Contact: 2 of 2");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Camille Voorbeeld: Bo");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "What else?");
    assert_screen_shows(s.term, "answers.json has no answer to this question: it is yours.");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Answer it, or go on without an answer");
    term_send_keys(s.term, "Nothing<Tab>");
    assert_screen_shows(s.term, "The person has nothing more to say.");
    leave(&s, 0);
    stop(&s);
}

/* Whoever leaves the last question of a contact: the next contact of the file comes. */
static void who_goes_on_alone_meets_the_next_contact_too(void **state)
{
    (void)state;
    struct shown s;
    stage(&s, ANSWERS);
    start(&s, BY_KEY);
    assert_screen_shows(s.term, "Do you cough?");
    term_send_keys(s.term, "n");
    assert_screen_shows(s.term, "Whom did you meet?");
    term_send_keys(s.term, "<Tab>");
    assert_screen_shows(s.term, "Contact: 2 of 2");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Camille Voorbeeld: Bo");
    term_send_keys(s.term, "<Tab>");
    assert_screen_shows(s.term, "What else?");
    leave(&s, 0);
    stop(&s);
}

static void a_timer_plays_and_a_key_lets_the_person_wait(void **state)
{
    (void)state;
    struct shown s;
    stage(&s, ANSWERS);
    start(&s, (const char *const[]){PUPITRE, "demo", "--lang", "en", "--play", "answers.json",
                                    "--pace", "1", "script.json", NULL});
    assert_screen_shows(s.term, "Simulated person, every second");
    assert_screen_shows(s.term, "Camille Voorbeeld: yes");
    assert_screen_shows(s.term, "Since when?");
    assert_screen_shows(s.term, "Camille Voorbeeld: 01/05/2020");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Simulated person, waiting");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Camille Voorbeeld: Ann");
    assert_screen_shows(s.term, "Camille Voorbeeld: Bo");
    assert_screen_shows(s.term, "it is yours.");
    term_send_keys(s.term, "Nothing<Tab>");
    assert_screen_shows(s.term, "The person has nothing more to say.");
    leave(&s, 0);
    stop(&s);
}

/* Each with what is said of it, and where. */
static void faults_of_the_file_are_said_with_their_lines(void **state)
{
    (void)state;
    static const struct {
        const char *answers, *problem;
    } faulty[] = {
        {"{\"resourceType\": \"QuestionnaireResponse\",\n \"item\": [}",
         "answers.json:2:11: error"                                                                                                      },
        {"\xef\xbb\xbf{}",                                                                           "answers.json:1:1: error: json"     },
        {"{\"resourceType\": \"Bundle\"}",                                                           "this is no QuestionnaireResponse"  },
        {"{\"resourceType\": \"QuestionnaireResponse\",\n \"item\": [\n"
         "  {\"linkId\": \"flu\", \"answer\": [{\"valueBoolean\": true}]}]}",               "answers.json:3:4: error"           },
        {"{\"resourceType\": \"QuestionnaireResponse\",\n \"item\": [\n\n"
         "  {\"linkId\": \"cough\", \"answer\": [{\"valueString\": \"a\\u001b[31mb\"}]}]}", "answers.json:4:4: error"           },
        {"{\"resourceType\": \"QuestionnaireResponse\", \"item\": [\n{\"linkId\": \"who\", "
         "\"item\": [\n {\"linkId\": \"name\", \"answer\": [{\"valueString\": "
         "\"Maximilienne\"}]}]}]}",                                                         "answers.json:3:3: error: maxLength"},
        {"{\"resourceType\": \"QuestionnaireResponse\", \"questionnaire\": \"http://c/flu\"}",
         "these are answers to another"                                                                                                  },
    };
    for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
        struct shown s;
        stage(&s, faulty[i].answers);
        start(&s, BY_KEY);
        assert_screen_shows(s.term,
                            i + 1 < sizeof faulty / sizeof faulty[0] ? "1 error" : "1 warning");
        assert_screen_shows(s.term, "Do you cough?"); /* the script is there all the same */
        term_send_keys(s.term, "<F6>");
        assert_screen_shows(s.term, faulty[i].problem);
        size_t len;
        const char *raw = term_raw(s.term, &len);
        assert_null(memmem(raw, len, "\x1b[31mb", 6));
        stop(&s);
    }
}

static void a_mended_file_is_read_again_with_the_script(void **state)
{
    (void)state;
    struct shown s;
    stage(&s, "{");
    start(&s, BY_KEY);
    assert_screen_shows(s.term, "answers.json cannot be used: F6 says why.");
    put_in(&s, "answers.json", ANSWERS);
    term_send_keys(s.term, "<F9>");
    assert_screen_shows(s.term, "F3: what the person answers");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Camille Voorbeeld: yes");
    term_send_keys(s.term, "<F8>"); /* they say it again in the next walk */
    assert_screen_shows(s.term, "F3: what the person answers");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Camille Voorbeeld: yes");
    stop(&s);
}

/* A rule that came into the script after the answer was written. */
static void a_refused_answer_is_told_and_the_walk_goes_on(void **state)
{
    (void)state;
    struct shown s;
    stage(&s, "{\"resourceType\": \"QuestionnaireResponse\", \"item\": [{\"linkId\": \"who\", "
              "\"item\": [{\"linkId\": \"name\", \"answer\": [{\"valueString\": "
              "\"Maximilienne\"}]}]}]}");
    start(&s, BY_KEY);
    assert_screen_shows(s.term, "Do you cough?");
    term_send_keys(s.term, "n");
    assert_screen_shows(s.term, "Whom did you meet?");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "10 char");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "What else?");
    stop(&s);
}

static void expect_refused(struct shown *s, const char *play, const char *why)
{
    start(s, (const char *const[]){PUPITRE, "demo", "--play", play, "script.json", NULL});
    assert_screen_shows(s->term, why);
    assert_term_exits(s->term, 66);
    s->term = term_close(s->term);
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    (void)state;
    struct shown s;
    stage(&s, "{}");
    char *fifo = tmpdir_path(s.home, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    expect_refused(&s, "fifo", "no ordinary file");
    expect_refused(&s, ".", "no ordinary file");
    expect_refused(&s, "nowhere.json", "No such file");
    free(fifo);
    start(&s, (const char *const[]){PUPITRE, "demo", "--pace", "3", "script.json", NULL});
    assert_screen_shows(s.term, "it needs --play");
    assert_term_exits(s.term, 64);
    stop(&s);
}

static void deep_and_large_files_are_told(void **state)
{
    (void)state;
    struct shown s;
    CLEANUP_BUF struct buf deep = {0};
    for (int i = 0; i < 250; i++)
        buf_str(&deep, "{\"item\":[");
    stage(&s, buf_text(&deep));
    start(&s, BY_KEY);
    assert_screen_shows(s.term, "1 error");
    term_send_keys(s.term, "<F6>");
    assert_screen_shows(s.term, "answers.json:1:");
    s.term = term_close(s.term);
    char *path = tmpdir_path(s.home, "answers.json");
    assert_int_equal(truncate(path, (off_t)60 << 20), 0);
    start(&s, BY_KEY);
    assert_screen_shows(s.term, "1 error");
    term_send_keys(s.term, "<F6>");
    assert_screen_shows(s.term, "larger than 50 MiB");
    free(path);
    stop(&s);
}

static void the_simulated_person_looks_as_it_was_found_right(void **state)
{
    (void)state;
    static const struct {
        int rows, cols;
        const char *language, *asked, *answered;
    } looks[] = {
        {24, 80,  "en", "demo_play_80x24",     "demo_play_said_80x24"    },
        {24, 80,  "fr", "demo_play_80x24_fr",  "demo_play_said_80x24_fr" },
        {60, 200, "en", "demo_play_200x60",    "demo_play_said_200x60"   },
        {60, 200, "fr", "demo_play_200x60_fr", "demo_play_said_200x60_fr"},
    };
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        struct shown s;
        stage(&s, ANSWERS);
        const char *const argv[] = {
            PUPITRE,           "demo",   "--lang",       "en",          "--language",
            looks[i].language, "--play", "answers.json", "script.json", NULL};
        const char *const env[] = {"LD_PRELOAD=" FIXED_CLOCK, "TZ=Europe/Brussels", NULL};
        s.term = term_start(&(struct term_opts){
            .spawn = {.argv = argv, .env = env, .home = s.home},
            .rows = looks[i].rows,
            .cols = looks[i].cols
        });
        assert_screen_shows(s.term, "Do you cough?");
        assert_golden(s.term, looks[i].asked, GOLDEN_CURSOR);
        term_send_keys(s.term, "<F3>");
        assert_screen_shows(s.term, "Camille Voorbeeld: yes");
        assert_golden(s.term, looks[i].answered, GOLDEN_CURSOR);
        stop(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_gives_the_next_answer),
        cmocka_unit_test(who_goes_on_alone_meets_the_next_contact_too),
        cmocka_unit_test(a_timer_plays_and_a_key_lets_the_person_wait),
        cmocka_unit_test(faults_of_the_file_are_said_with_their_lines),
        cmocka_unit_test(a_mended_file_is_read_again_with_the_script),
        cmocka_unit_test(a_refused_answer_is_told_and_the_walk_goes_on),
        cmocka_unit_test(what_is_no_file_is_refused_at_once),
        cmocka_unit_test(deep_and_large_files_are_told),
        cmocka_unit_test(the_simulated_person_looks_as_it_was_found_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
