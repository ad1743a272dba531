/* SPDX-License-Identifier: Apache-2.0 */
/* `pupitre demo`: what walks through a script have come to, on the screen and over several runs. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/golden.h"
#include "tests/tui/demo_stage.h"

#define COLDS                                                                                      \
    "{\"resourceType\": \"Questionnaire\", \"status\": \"draft\", \"title\": \"Colds\",\n"         \
    " \"url\": \"http://c/colds\", \"language\": \"en\", \"item\": [\n"                            \
    "  {\"linkId\": \"hello\", \"type\": \"display\", \"text\": \"Good day, {{given}}.\"},\n"      \
    "  {\"linkId\": \"cough\", \"type\": \"boolean\", \"text\": \"Do you cough?\"},\n"             \
    "  {\"linkId\": \"since\", \"type\": \"string\", \"text\": \"Since when?\",\n"                 \
    "   \"enableWhen\": [{\"question\": \"cough\", \"operator\": \"=\", "                          \
    "\"answerBoolean\": true}]},\n"                                                                \
    "  {\"linkId\": \"nose\", \"type\": \"boolean\", \"text\": \"Does your nose run?\",\n"         \
    "   \"enableWhen\": [{\"question\": \"cough\", \"operator\": \"=\", "                          \
    "\"answerBoolean\": false}]},\n"                                                               \
    "  {\"linkId\": \"bye\", \"type\": \"display\", \"text\": \"Thank you.\"}]}"

static const char *const WITH_FILE[] = {PUPITRE,      "demo",      "--clock",     "no",
                                        "--coverage", "colds.cov", "script.json", NULL};

static void walk(struct shown *s, const char *keys)
{
    start(s, WITH_FILE);
    assert_screen_shows(s->term, "Do you cough?");
    term_send_keys(s->term, keys);
}

static void coverage_adds_up_over_two_runs(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, COLDS);
    walk(&s, "y");
    assert_screen_shows(s.term, "Since when?");
    leave(&s, 0);
    char *text = kept_in(&s, "colds.cov");
    assert_non_null(strstr(text, "walks\t1\n# reached\t3 of 5\n"));
    assert_non_null(strstr(text, "# No walk has opened:\n0\t0\tnose\tDoes your nose run?\t"
                                 "only if Do you cough? = no\n"));
    assert_non_null(strstr(text, "gone to:\n0\t1\tbye\tThank you.\n"));
    free(text);
    walk(&s, "n");
    assert_screen_shows(s.term, "Does your nose run?");
    term_send_keys(s.term, "n");
    assert_screen_shows(s.term, "Thank you.");
    leave(&s, 0);
    text = kept_in(&s, "colds.cov");
    assert_non_null(strstr(text, "walks\t2\n# reached\t5 of 5\n"));
    assert_non_null(strstr(text, "\n2\t2\tcough\t"));
    assert_non_null(strstr(text, "\n1\t1\tsince\t"));
    free(text);
    stop(&s);
}

static void coverage_of_two_walks_is_shown(void **state)
{
    (void)state;
    static const struct {
        int rows, cols;
        const char *before, *after;
    } sizes[] = {
        {24, 80,  "demo_coverage_80x24",  "demo_coverage_full_80x24" },
        {60, 200, "demo_coverage_200x60", "demo_coverage_full_200x60"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct shown s;
        begin(&s);
        put(s.path, COLDS);
        start_at(&s, (const char *const[]){PUPITRE, "demo", "--clock", "no", "script.json", NULL},
                 sizes[i].rows, sizes[i].cols);
        assert_screen_shows(s.term, "Do you cough?");
        term_send_keys(s.term, "y");
        assert_screen_shows(s.term, "Since when?");
        term_send_keys(s.term, "<F5>");
        assert_screen_shows(s.term, "1 walk: 3 of 5");
        assert_golden(s.term, sizes[i].before, GOLDEN_CURSOR);
        term_send_keys(s.term, "<Esc>");
        assert_screen_drops(s.term, "1 walk");
        term_send_keys(s.term, "<F8>");
        assert_screen_shows(s.term, "Do you cough?");
        term_send_keys(s.term, "n");
        assert_screen_shows(s.term, "Does your nose run?");
        term_send_keys(s.term, "<F5>");
        assert_screen_shows(s.term, "2 walks: 4 of 5");
        assert_golden(s.term, sizes[i].after, GOLDEN_CURSOR);
        stop(&s);
    }
}

/* A walk that ended is on disk, however the program ends later. */
static void coverage_of_a_walk_outlives_a_kill(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, COLDS);
    walk(&s, "y");
    assert_screen_shows(s.term, "Since when?");
    term_send_keys(s.term, "<F8>");
    assert_screen_shows(s.term, "● unanswered");
    term_kill(s.term, SIGKILL);
    char *text = kept_in(&s, "colds.cov");
    assert_non_null(strstr(text, "walks\t1\n"));
    free(text);
    stop(&s);
}

static void expect_refused(struct shown *s, const char *coverage, int status, const char *why)
{
    start(s, (const char *const[]){PUPITRE, "demo", "--coverage", coverage, "script.json", NULL});
    assert_screen_shows(s->term, why);
    assert_term_exits(s->term, status);
    s->term = term_close(s->term);
}

static void coverage_in_no_file_of_its_own_is_refused_at_once(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, COLDS);
    expect_refused(&s, "script.json", 65, "line 1: this is no report of a coverage");
    put_in(&s, "other.cov", "pupitre coverage 1\nscript\thttp://c/flu\n");
    expect_refused(&s, "other.cov", 65, "line 2: this is the coverage of another script");
    put_in(&s, "bad.cov", "pupitre coverage 1\n\n1\tcough\n");
    expect_refused(&s, "bad.cov", 65, "line 3: two numbers and a linkId");
    expect_refused(&s, ".", 73, "no ordinary file");
    expect_refused(&s, "nowhere/x.cov", 73, "No such file");
    char *fifo = tmpdir_path(s.home, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    expect_refused(&s, "fifo", 73, "no ordinary file");
    free(fifo);
    char *large = tmpdir_path(s.home, "large");
    const int fd = open(large, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, (off_t)60 << 20), 0);
    close(fd);
    expect_refused(&s, "large", 65, "larger than 16 MiB");
    free(large);
    char *text = NULL; /* and what was there is there still */
    assert_int_equal(chmod(s.path, 0600), 0);
    text = kept_in(&s, "script.json");
    assert_string_equal(text, COLDS);
    free(text);
    stop(&s);
}

/* Somebody spoiled the file meanwhile: it is left alone, and the loss is told. */
static void coverage_that_cannot_be_kept_is_told(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, COLDS);
    walk(&s, "y");
    assert_screen_shows(s.term, "Since when?");
    put_in(&s, "colds.cov", "my notes\n");
    term_send_keys(s.term, "<F8>");
    assert_screen_shows(s.term, "colds.cov: line 1: this is no report");
    leave(&s, 65);
    char *path = tmpdir_path(s.home, "colds.cov");
    assert_int_equal(chmod(path, 0600), 0);
    char *text = kept_in(&s, "colds.cov");
    assert_string_equal(text, "my notes\n");
    free(text);
    free(path);
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coverage_adds_up_over_two_runs),
        cmocka_unit_test(coverage_of_two_walks_is_shown),
        cmocka_unit_test(coverage_of_a_walk_outlives_a_kill),
        cmocka_unit_test(coverage_in_no_file_of_its_own_is_refused_at_once),
        cmocka_unit_test(coverage_that_cannot_be_kept_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
