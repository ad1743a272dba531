/* SPDX-License-Identifier: Apache-2.0 */
/* `pupitre demo`, the program itself on a terminal: a script from a file, mended while it is
 * shown, and files that are none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tui/demo_stage.h"

#define HEAD                                                                                       \
    "{\"resourceType\": \"Questionnaire\", \"status\": \"draft\", \"title\": \"Colds\",\n"         \
    " \"item\": [\n"                                                                               \
    "  {\"linkId\": \"cough\", \"type\": \"boolean\", \"text\": \"Do you cough?\"},\n"
#define NAME                                                                                       \
    "  {\"linkId\": \"who\", \"type\": \"string\", \"text\": \"Your name, {{given}}?\",\n"         \
    "   \"enableWhen\": [{\"question\": \"cough\", \"operator\": \"=\", \"answerBoolean\": "       \
    "true}]}"
#define PLAIN HEAD NAME "]}"
#define LONGER HEAD NAME ",\n  {\"linkId\": \"end\", \"type\": \"boolean\", \"text\": \"Done?\"}]}"
#define INITIAL                                                                                    \
    HEAD NAME ",\n  {\"linkId\": \"town\", \"type\": \"string\", \"text\": \"Where?\","            \
              " \"initial\": [{\"valueString\": \"Namur\"}]}]}"
#define OTHER                                                                                      \
    "{\"resourceType\": \"Questionnaire\", \"status\": \"draft\", \"url\": \"http://c/other\",\n"  \
    " \"item\": [{\"linkId\": \"cough\", \"type\": \"boolean\", \"text\": \"Do you sneeze?\"}]}"
#define BROKEN HEAD "  {\"linkId\": \"who\" \"type\"]}"
#define ESCAPES HEAD "  {\"linkId\": \"x\", \"type\": \"display\", \"text\": \"a\\u001b[31mb\"}]}"

static void demo_is_marked_and_asks_without_anybody(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, PLAIN);
    start(&s, (const char *const[]){PUPITRE, "demo", s.path, NULL});
    assert_screen_shows(s.term, "DEMONSTRATION: nobody is on the line");
    assert_screen_shows(s.term, "Question 1 of 1");
    term_send_keys(s.term, "y");
    assert_screen_shows(s.term, "Your name, Camille?");
    term_send_keys(s.term, "<F4>");
    assert_screen_shows(s.term, "shown because Do you cough? = yes");
    term_send_keys(s.term, "<F4>");
    assert_screen_drops(s.term, "shown because");
    term_send_keys(s.term, "<F8>");
    assert_screen_shows(s.term, "Question 1 of 1");
    term_send_keys(s.term, "<C-q>");
    assert_term_exits(s.term, 0);
    stop(&s);
}

static void demo_watches_a_file_and_keeps_the_answers(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    char *fresh = tmpdir_path(s.home, "script.json.tmp");
    put(s.path, PLAIN);
    start(&s, (const char *const[]){PUPITRE, "demo", "--watch", s.path, NULL});
    assert_screen_shows(s.term, "Question 1 of 1");
    term_send_keys(s.term, "y");
    assert_screen_shows(s.term, "Your name, Camille?");
    term_send_keys(s.term, "Zoe");
    put(s.path, BROKEN); /* written over */
    assert_screen_shows(s.term, "This file cannot be shown");
    assert_screen_shows(s.term, ":4:");
    put(fresh, LONGER); /* put in its place */
    assert_int_equal(rename(fresh, s.path), 0);
    assert_screen_shows(s.term, "Question 2 of 3");
    assert_screen_shows(s.term, "Zoe");
    term_send_keys(s.term, "<S-Tab>");
    assert_screen_shows(s.term, "● Yes");
    free(fresh);
    stop(&s);
}

/* What the author adds begins as it would in a call; what was answered is not asked again. */
static void demo_gives_initial_values_to_what_is_new(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, PLAIN);
    start(&s, (const char *const[]){PUPITRE, "demo", s.path, NULL});
    assert_screen_shows(s.term, "Question 1 of 1");
    term_send_keys(s.term, "y");
    assert_screen_shows(s.term, "Your name, Camille?");
    term_send_keys(s.term, "Zoe");
    put(s.path, INITIAL);
    term_send_keys(s.term, "<F9>");
    assert_screen_shows(s.term, "Question 2 of 3");
    assert_screen_shows(s.term, "Zoe");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "Where?");
    assert_screen_shows(s.term, "Namur");
    stop(&s);
}

static void demo_begins_with_the_first_question_whatever_is_answered_before(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, INITIAL);
    start(&s, (const char *const[]){PUPITRE, "demo", s.path, NULL});
    assert_screen_shows(s.term, "Question 1 of 2");
    assert_screen_shows(s.term, "Do you cough?");
    stop(&s);
}

static void demo_outlives_a_file_that_vanishes(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, PLAIN);
    start(&s, (const char *const[]){PUPITRE, "demo", "--watch", s.path, NULL});
    assert_screen_shows(s.term, "Question 1 of 1");
    term_send_keys(s.term, "y");
    assert_screen_shows(s.term, "Your name, Camille?");
    assert_int_equal(unlink(s.path), 0);
    assert_screen_shows(s.term, "This file cannot be shown");
    assert_screen_shows(s.term, "No such file");
    put(s.path, LONGER);
    assert_screen_shows(s.term, "Question 2 of 3");
    stop(&s);
}

/* Its questions may have the same linkIds and mean something else. */
static void demo_begins_anew_when_the_file_becomes_another_script(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, "{\"resourceType\": \"Questionnaire\", \"url\": \"http://c/one\"," /* as PLAIN */
                " \"status\": \"draft\", \"item\": [{\"linkId\": \"cough\", \"type\": \"boolean\","
                " \"text\": \"Do you cough?\"}]}");
    start(&s, (const char *const[]){PUPITRE, "demo", "--watch", s.path, NULL});
    assert_screen_shows(s.term, "Do you cough?");
    term_send_keys(s.term, "y");
    assert_screen_shows(s.term, "All required questions are answered");
    put(s.path, OTHER);
    assert_screen_shows(s.term, "Do you sneeze?");
    assert_screen_shows(s.term, "This is another script: it begins anew.");
    assert_screen_shows(s.term, "● unanswered");
    stop(&s);
}

static void demo_shows_faults_of_a_broken_file_until_it_is_read_again(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, BROKEN);
    start(&s, (const char *const[]){PUPITRE, "demo", s.path, NULL});
    assert_screen_shows(s.term, "This file cannot be shown");
    put(s.path, ESCAPES);
    term_send_keys(s.term, "<F9>");
    assert_screen_shows(s.term, "Question 1 of 1");
    size_t len;
    const char *raw = term_raw(s.term, &len);
    assert_null(memmem(raw, len, "\x1b[31mb", 6));
    stop(&s);
}

static void demo_refuses_what_is_no_file(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    start(&s, (const char *const[]){PUPITRE, "demo", s.path, NULL});
    assert_screen_shows(s.term, "No such file");
    assert_term_exits(s.term, 66);
    s.term = term_close(s.term);
    start(&s, (const char *const[]){PUPITRE, "demo", s.home, NULL});
    assert_screen_shows(s.term, "no ordinary file");
    assert_term_exits(s.term, 66);
    s.term = term_close(s.term);
    assert_int_equal(mkfifo(s.path, 0600), 0);
    start(&s, (const char *const[]){PUPITRE, "demo", s.path, NULL});
    assert_screen_shows(s.term, "no ordinary file");
    assert_term_exits(s.term, 66);
    stop(&s);
}

static void demo_tells_a_file_that_is_too_large(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    const int fd = open(s.path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, (off_t)60 << 20), 0);
    close(fd);
    start(&s, (const char *const[]){PUPITRE, "demo", s.path, NULL});
    assert_screen_shows(s.term, "This file cannot be shown");
    assert_screen_shows(s.term, "larger than 50 MiB");
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_is_marked_and_asks_without_anybody),
        cmocka_unit_test(demo_watches_a_file_and_keeps_the_answers),
        cmocka_unit_test(demo_gives_initial_values_to_what_is_new),
        cmocka_unit_test(demo_begins_with_the_first_question_whatever_is_answered_before),
        cmocka_unit_test(demo_outlives_a_file_that_vanishes),
        cmocka_unit_test(demo_begins_anew_when_the_file_becomes_another_script),
        cmocka_unit_test(demo_shows_faults_of_a_broken_file_until_it_is_read_again),
        cmocka_unit_test(demo_refuses_what_is_no_file),
        cmocka_unit_test(demo_tells_a_file_that_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
