/* SPDX-License-Identifier: Apache-2.0 */
/* `pupitre demo`: walks written down, as text and as Markdown. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tui/demo_stage.h"

#define COLDS                                                                                      \
    "{\"resourceType\": \"Questionnaire\", \"status\": \"draft\", \"title\": \"Colds\",\n"         \
    " \"language\": \"en\", \"item\": [\n"                                                         \
    "  {\"linkId\": \"hello\", \"type\": \"display\", \"text\": \"Good day, *{{given}}*.\","       \
    "   \"_text\": {\"extension\": [{\"url\": "                                                    \
    "\"http://hl7.org/fhir/StructureDefinition/translation\", \"extension\": ["                    \
    "   {\"url\": \"lang\", \"valueCode\": \"fr\"},"                                               \
    "   {\"url\": \"content\", \"valueString\": \"Bonjour {{given}}.\"}]}]}},\n"                   \
    "  {\"linkId\": \"cough\", \"type\": \"boolean\", \"text\": \"Do you cough?\"},\n"             \
    "  {\"linkId\": \"since\", \"type\": \"date\", \"text\": \"Since when?\",\n"                   \
    "   \"enableWhen\": [{\"question\": \"cough\", \"operator\": \"=\", "                          \
    "\"answerBoolean\": true}]},\n"                                                                \
    "  {\"linkId\": \"nose\", \"type\": \"boolean\", \"text\": \"Does your nose run?\"}]}"

static void start_with(struct shown *s, const char *file)
{
    start(s, (const char *const[]){PUPITRE, "demo", "--transcript", file, "--lang", "en",
                                   "--language", "en", "script.json", NULL});
    assert_screen_shows(s->term, "Do you cough?");
}

static void expect_in(const struct shown *s, const char *name, const char *part)
{
    char *text = kept_in(s, name);
    if (!strstr(text, part))
        fail_msg("not there: %s\nbut: %s", part, text);
    free(text);
}

static void the_transcript_of_a_walk_is_there_when_it_is_left(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, COLDS);
    start_with(&s, "walk.txt");
    term_send_keys(s.term, "y");
    assert_screen_shows(s.term, "Since when?");
    term_send_keys(s.term, "3/5/2020"); /* still in the line editor */
    assert_screen_shows(s.term, "Sunday 3 May 2020");
    leave(&s, 0);
    expect_in(&s, "walk.txt", "Colds\n=====\n\n");
    expect_in(&s, "walk.txt",
              " · en · 1\n\nDemonstration: the person is made up.\n\n"
              "Good day, *Camille*.\n\nDo you cough?\n    → yes\n\n"
              "Since when?\n    → 03/05/2020\n\n");
    char *text = kept_in(&s, "walk.txt");
    assert_null(strstr(text, "nose")); /* nobody asked */
    free(text);
    stop(&s);
}

static void a_key_writes_it_at_any_time_and_walks_follow_each_other(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, COLDS);
    start_with(&s, "walk.md");
    term_send_keys(s.term, "n");
    assert_screen_shows(s.term, "Does your nose run?");
    term_send_keys(s.term, "<F7>");
    assert_screen_shows(s.term, "The transcript is written: walk.md");
    expect_in(&s, "walk.md", "# Colds\n");
    expect_in(&s, "walk.md",
              "> Good day, \\*Camille\\*.\n\n**Do you cough?**\n\n- no\n\n"
              "**Does your nose run?**\n\n- (no answer)\n");
    term_send_keys(s.term, "<F8>");
    assert_screen_shows(s.term, "Do you cough?");
    term_send_keys(s.term, "<C-v>"); /* the next one is spoken in French */
    assert_screen_shows(s.term, "Bonjour Camille.");
    term_send_keys(s.term, "y");
    assert_screen_shows(s.term, "Since when?");
    leave(&s, 0);
    expect_in(&s, "walk.md", " · en · 1\n");
    expect_in(&s, "walk.md", "- (no answer)\n\n\n---\n\n# Colds\n");
    expect_in(&s, "walk.md", " · fr · 2\n\nDémonstration : la personne est inventée.\n");
    expect_in(&s, "walk.md", "> Bonjour Camille.\n\n**Do you cough?**\n\n- oui\n");
    stop(&s);
}

static void expect_refused(struct shown *s, const char *file, int status, const char *why)
{
    start(s, (const char *const[]){PUPITRE, "demo", "--transcript", file, "script.json", NULL});
    assert_screen_shows(s->term, why);
    assert_term_exits(s->term, status);
    s->term = term_close(s->term);
}

static void a_transcript_that_cannot_be_written_is_told_first(void **state)
{
    (void)state;
    struct shown s;
    begin(&s);
    put(s.path, COLDS);
    expect_refused(&s, "script.json", 64, "transcript: a file is expected");
    expect_refused(&s, "nowhere/walk.md", 73, "No such file");
    char *folder = tmpdir_path(s.home, "folder.md");
    assert_int_equal(mkdir(folder, 0700), 0);
    expect_refused(&s, "folder.md", 73, "no ordinary file");
    free(folder);
    start(&s, (const char *const[]){PUPITRE, "demo", "script.json", NULL});
    assert_screen_shows(s.term, "Do you cough?");
    term_send_keys(s.term, "<F7>");
    assert_screen_shows(s.term, "Start with --transcript FILE");
    leave(&s, 0);
    stop(&s);
}

/* What the file was before is replaced as a whole, also behind a link, and nothing is left beside
 * it. */
static void a_link_to_a_transcript_stays_one(void **state)
{
    (void)state;
    struct shown s;
    struct stat st;
    begin(&s);
    put(s.path, COLDS);
    put_in(&s, "old.md", "old\n");
    char *link = tmpdir_path(s.home, "walk.md");
    assert_int_equal(symlink("old.md", link), 0);
    start_with(&s, "walk.md");
    term_send_keys(s.term, "n");
    assert_screen_shows(s.term, "Does your nose run?");
    leave(&s, 0);
    assert_int_equal(lstat(link, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    expect_in(&s, "old.md", "# Colds\n");
    free(link);
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_transcript_of_a_walk_is_there_when_it_is_left),
        cmocka_unit_test(a_key_writes_it_at_any_time_and_walks_follow_each_other),
        cmocka_unit_test(a_transcript_that_cannot_be_written_is_told_first),
        cmocka_unit_test(a_link_to_a_transcript_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
