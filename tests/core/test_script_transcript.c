/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "core/script_transcript.h"
#include "script_build.h"

enum { HEALTH, HELLO, NOTE, ILL, HEAT, WHO, NAME, SECRET, PHONE };

struct world {
    struct script s;
    struct script_answers *a;
};

static void say(struct script *s, size_t item, const char *text)
{
    s->items[item].text.text = strdup(text);
}

static void translate(struct script_string *s, const char *lang, const char *text)
{
    s->translations = realloc(s->translations, (s->n + 1) * sizeof *s->translations);
    s->translations[s->n++] = (struct script_translation){strdup(lang), strdup(text)};
}

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){0};
    struct script *s = &w.s;
    add_item(s, "health", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    add_item(s, "hello", SCRIPT_DISPLAY, HEALTH);
    add_item(s, "note", SCRIPT_DISPLAY, HEALTH);
    add_item(s, "ill", SCRIPT_BOOLEAN, HEALTH);
    add_item(s, "heat", SCRIPT_DECIMAL, HEALTH);
    add_item(s, "who", SCRIPT_GROUP, SCRIPT_NO_PARENT);
    add_item(s, "name", SCRIPT_TEXT, WHO);
    add_item(s, "secret", SCRIPT_STRING, WHO);
    add_item(s, "phone", SCRIPT_STRING, WHO);
    s->title.text = strdup("Colds");
    s->url = strdup("http://c/colds");
    s->version = strdup("2");
    say(s, HEALTH, "Health");
    say(s, HELLO, "Good day,\n# *all* \033[31mof you");
    say(s, NOTE, "Wait.");
    say(s, ILL, "Ill?");
    translate(&s->items[ILL].text, "nl", "Ziek?");
    say(s, HEAT, "How warm?");
    say(s, WHO, "Contact");
    say(s, NAME, "Who?");
    s->items[NOTE].for_agent = true;
    s->items[WHO].repeats = true;
    s->items[SECRET].hidden = true;
    s->items[PHONE].repeats = true;
    s->items[HEAT].units = calloc(1, sizeof *s->items[HEAT].units);
    s->items[HEAT].n_units = 1;
    s->items[HEAT].units[0].text.text = strdup("°C");
    add_condition(s, HEAT, ILL, SCRIPT_EQ, boolean(true));
    assert_true(script_index(s));
    w.a = script_answers_new(s);
    *state = &w;
    return w.a ? 0 : -1;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    script_answers_free(w->a);
    script_deinit(&w->s);
    return 0;
}

static size_t answer_of(struct world *w, size_t below, size_t item)
{
    return script_node_answer(w->a, script_node_child(w->a, below, item));
}

static void set(struct world *w, size_t answer, struct script_value value)
{
    assert_int_equal(script_node_set(w->a, answer, &value, NULL), ERR_OK);
}

static bool not_the_second(void *arg, size_t node)
{
    const struct world *w = arg;
    return script_node_item(w->a, node) < NAME;
}

static void expect(struct world *w, enum script_transcript_form form, const char *lang,
                   const char *wanted)
{
    CLEANUP_BUF struct buf b = {0};
    const struct script_transcript t = {
        .form = form,
        .words = {.lang = lang, .translate = script_words_spoken, .arg = unconst(lang)},
        .note = "A *note*",
        .day = {2026,         5,                                3                   },
        .number = 1,
        .was_said = not_the_second,
        .arg = w,
    };
    script_transcript_print(w->a, &t, &b);
    assert_false(b.failed);
    assert_string_equal(buf_text(&b), wanted);
}

static void fill(struct world *w)
{
    const size_t health = script_node_first(w->a, HEALTH);
    size_t who = script_node_first(w->a, WHO);
    set(w, answer_of(w, health, ILL), boolean(true));
    set(w, answer_of(w, health, HEAT), plain(SCRIPT_DECIMAL, "38.50"));
    assert_int_equal(script_node_add(w->a, who, true, &who, NULL), ERR_OK);
    set(w, answer_of(w, who, NAME), plain(SCRIPT_TEXT, "An\n1. <b>_Bo_</b>"));
    set(w, answer_of(w, who, SECRET), plain(SCRIPT_STRING, "never"));
    size_t phone = answer_of(w, who, PHONE);
    set(w, phone, plain(SCRIPT_STRING, "+32 1"));
    assert_int_equal(script_node_add(w->a, phone, true, &phone, NULL), ERR_OK);
    set(w, phone, plain(SCRIPT_STRING, "ok"));
}

static void a_walk_reads_as_text(void **state)
{
    fill(*state);
    expect(*state, SCRIPT_TRANSCRIPT_TEXT, "en",
           "Colds\n=====\n\n03/05/2026 · en · 1 · http://c/colds|2\n\nA *note*\n\n"
           "Health\n------\n\n"
           "Good day,\n# *all* of you\n\n"
           "[For the agent: Wait.]\n\n"
           "Ill?\n    → yes\n\n"
           "How warm?\n    → 38.50 °C\n\n"
           "Contact 2\n---------\n\n"
           "Who?\n    → An\n      1. <b>_Bo_</b>\n\n"
           "phone\n    → +32 1\n    → ok\n\n");
}

static void a_walk_in_markdown_has_no_markup_of_the_texts(void **state)
{
    fill(*state);
    expect(*state, SCRIPT_TRANSCRIPT_MARKDOWN, "en",
           "# Colds\n\n03/05/2026 · en · 1 · http://c/colds\\|2\n\nA \\*note\\*\n\n"
           "## Health\n\n"
           "> Good day,\n> \\# \\*all\\* of you\n\n"
           "*For the agent: Wait.*\n\n"
           "**Ill?**\n\n- yes\n\n"
           "**How warm?**\n\n- 38.50 °C\n\n"
           "## Contact 2\n\n"
           "**Who?**\n\n- An\n  1\\. \\<b\\>\\_Bo\\_\\</b\\>\n\n"
           "**phone**\n\n- \\+32 1\n- ok\n\n");
}

static void what_was_closed_and_what_was_not_answered_is_told_in_the_spoken_language(void **state)
{
    struct world *w = *state;
    const size_t health = script_node_first(w->a, HEALTH);
    const struct script_value nothing = {0};
    set(w, answer_of(w, health, ILL), boolean(true));
    set(w, answer_of(w, health, HEAT), plain(SCRIPT_DECIMAL, "39"));
    set(w, answer_of(w, health, ILL), nothing);
    expect(w, SCRIPT_TRANSCRIPT_TEXT, "nl-BE",
           "Colds\n=====\n\n03/05/2026 · nl-BE · 1 · http://c/colds|2\n\nA *note*\n\n"
           "Health\n------\n\n"
           "Good day,\n# *all* of you\n\n"
           "[Voor de agent: Wait.]\n\n"
           "Ziek?\n    → (geen antwoord)\n\n"
           "[Gesloten: How warm?]\n\n    → 39 °C\n\n");
}

/* What the agent sees to without asking was not said; its answer stands there all the same. */
static void a_question_for_the_agent_is_marked_as_a_note(void **state)
{
    struct world *w = *state;
    const size_t health = script_node_first(w->a, HEALTH);
    w->s.items[ILL].for_agent = true;
    set(w, answer_of(w, health, ILL), boolean(false));
    expect(w, SCRIPT_TRANSCRIPT_TEXT, "en",
           "Colds\n=====\n\n03/05/2026 · en · 1 · http://c/colds|2\n\nA *note*\n\n"
           "Health\n------\n\n"
           "Good day,\n# *all* of you\n\n"
           "[For the agent: Wait.]\n\n"
           "[For the agent: Ill?]\n\n    → no\n\n");
    expect(w, SCRIPT_TRANSCRIPT_MARKDOWN, "en",
           "# Colds\n\n03/05/2026 · en · 1 · http://c/colds\\|2\n\nA \\*note\\*\n\n"
           "## Health\n\n"
           "> Good day,\n> \\# \\*all\\* of you\n\n"
           "*For the agent: Wait.*\n\n"
           "*For the agent: Ill?*\n\n- no\n\n");
}

#define transcript_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        transcript_test(a_walk_reads_as_text),
        transcript_test(a_walk_in_markdown_has_no_markup_of_the_texts),
        transcript_test(a_question_for_the_agent_is_marked_as_a_note),
        transcript_test(what_was_closed_and_what_was_not_answered_is_told_in_the_spoken_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
