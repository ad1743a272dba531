/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of citizen under the rules of the tracing service: the words on the screen, the code
 * that is proposed, and the next attempt as the backend's books have it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/books.h"
#include "tests/e2e/fixture.h"

/* The next attempt is in another part of the day, by the wall clock of the service. */
#define OTHER_PART (-1)

/* What the agent does once the call is up. */
enum doing {
    WAITS,       /* until the other side ends it */
    INTERVIEWS,  /* all of it, then hangs up */
    ANSWERS_ONE, /* of the questions, then hangs up */
    HANGS_UP,
};

struct kind {
    char digit;
    const char *up[3]; /* shown one after another while the call is up */
    enum doing doing;
    const char *over;     /* the words for its end */
    const char *proposed; /* label */
    const char *code;
    const char *end;
    const char *sip_status; /* as exported */
    const char *state;      /* the person's, afterwards */
    int due_after_s;        /* the code was chosen; 0 = never, or OTHER_PART */
    const char *attempts;
    const char *not_reached;
};

/* clang-format off */
static const struct kind kinds[] = {
    {'0', {"Talking"}, INTERVIEWS, "You ended the call", "Closed with data",
     "closed_with_data", "by_agent", "null", "closed", 0, "1", "0"},
    {'1', {NULL}, WAITS, "The number is busy", "Busy",
     "busy", "busy", "486", "resting", 900, "1", "0"},
    {'2', {"Ringing"}, WAITS, "Nobody answered", "No Answer",
     "no_answer", "no_answer", "null", "resting", OTHER_PART, "1", "0"},
    {'3', {NULL}, WAITS, "The number does not exist", "Bad Number",
     "bad_number", "bad_number", "404", "closed", 0, "0", "1"},
    {'4', {NULL}, WAITS, "The call was declined", "No Answer",
     "no_answer", "declined", "603", "resting", OTHER_PART, "1", "0"},
    {'5', {"Talking"}, WAITS, "The person hung up", "Closed without data",
     "closed_without_data", "by_person", "null", "closed", 0, "1", "0"},
    {'6', {"Ringing", "Talking"}, HANGS_UP, "You ended the call", "Voicemail",
     "voicemail", "by_agent", "null", "resting", OTHER_PART, "1", "0"},
    {'7', {"Talking", "They put you on hold", "Talking"}, ANSWERS_ONE, "You ended the call",
     "Closed without data", "closed_without_data", "by_agent", "null", "closed", 0, "1", "0"},
    {'8', {"Ringing"}, WAITS, "The number cannot be reached now", "No Answer",
     "no_answer", "unavailable", "480", "resting", OTHER_PART, "1", "0"},
    {'9', {NULL}, WAITS, "The number cannot be reached now", "No Answer",
     "no_answer", "unavailable", "480", "resting", OTHER_PART, "1", "0"},
};
/* clang-format on */
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static void has_the_call(struct term *t, const struct kind *k)
{
    for (size_t i = 0; i < sizeof k->up / sizeof k->up[0] && k->up[i]; i++)
        assert_screen_shows(t, k->up[i]);
    switch (k->doing) {
    case INTERVIEWS:
        agent_interviews(t);
        break;
    case ANSWERS_ONE:
        assert_screen_shows(t, "la bonne personne");
        term_send_keys(t, "y");
        assert_screen_shows(t, "Quels symptômes");
        assert_screen_shows(t, "fr  saved");
        break;
    case HANGS_UP:
    case WAITS:
        break;
    }
    if (k->doing != WAITS)
        term_send_keys(t, "<C-x>");
    assert_screen_shows(t, k->over);
    assert_screen_shows(t, "After-call work");
}

/* The part of the day in the definition: 0 is none. */
static int part_of_day(int64_t utc_s)
{
    static const int ends[] = {8, 12, 17, 20};
    const time_t t = (time_t)utc_s;
    struct tm tm = {0};
    assert_non_null(localtime_r(&t, &tm));
    for (int i = 0; i < 4; i++) {
        if (tm.tm_hour < ends[i])
            return i;
    }
    return 0;
}

static void assert_other_part(int64_t chosen, int64_t due)
{
    assert_true(due - chosen >= 3600);
    assert_int_not_equal(part_of_day(due), 0);
    assert_int_not_equal(part_of_day(due), part_of_day(chosen));
}

static void assert_next_attempt(struct world *w, const struct kind *k, int person_id)
{
    CLEANUP_BUF struct buf event = {0};
    buf_printf(&event, "\"event_end\": \"%s\", \"sip_status\": %s,", k->end, k->sip_status);
    assert_int_equal(books_count(w, "calls", person_id, buf_text(&event)), 1);
    assert_books(w, "wrapups", person_id, "code", k->code);
    assert_books(w, "people", person_id, "state", k->state);
    assert_books(w, "people", person_id, "attempts", k->attempts);
    assert_books(w, "people", person_id, "not_reached", k->not_reached);
    int64_t due = books_instant(w, "people", person_id, "due_at");
    const int64_t chosen = books_instant(w, "wrapups", person_id, "chosen_at");
    if (k->due_after_s == 0)
        assert_int_equal(due, 0);
    else if (k->due_after_s == OTHER_PART)
        assert_other_part(chosen, due);
    else
        assert_int_equal(due - chosen, k->due_after_s);
}

static void every_kind_ends_in_its_words_its_code_and_its_next_attempt(void **state)
{
    struct fixture *f = *state;
    char digits[KIND_COUNT + 1] = {0};
    for (size_t i = 0; i < KIND_COUNT; i++)
        digits[i] = kinds[i].digit;
    f->w = world_new_as(&(struct world_opts){.digits = digits, .tracing = true});
    f->t = world_screen(f->w, "en", 24, 80);
    agent_goes_on_queue(f->t);
    for (size_t i = 0; i < KIND_COUNT; i++) {
        agent_accepts(f->t);
        assert_screen_shows(f->t, "Call +32 470");
        term_send_keys(f->t, "<Enter>");
        has_the_call(f->t, &kinds[i]);
        agent_closes(f->t, kinds[i].proposed);
        agent_ends_preview(f->t);
    }
    assert_screen_shows(f->t, "Waiting…");
    for (size_t i = 0; i < KIND_COUNT; i++)
        assert_next_attempt(f->w, &kinds[i], (int)i + 1);
}

/* The same words, and labels, for an agent who reads French. */
static void the_words_are_french_for_a_french_agent(void **state)
{
    static const struct {
        const char *over, *proposed;
    } words[] = {
        {"Le numéro est occupé",                      "occupé  (proposé)"        },
        {"Le numéro n’existe pas",                   "mauvais numéro  (proposé)"},
        {"L’appel a été refusé",                   "pas de réponse  (proposé)"},
        {"Le numéro est injoignable pour l’instant", "pas de réponse  (proposé)"},
    };
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "1349", .tracing = true});
    f->t = world_screen(f->w, "fr", 24, 80);
    assert_screen_shows(f->t, "Tél. ok");
    term_send_keys(f->t, "<F4>");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        assert_screen_shows(f->t, "QUELQU’UN À APPELER");
        term_send_keys(f->t, "<Enter>");
        assert_screen_shows(f->t, "Appeler le");
        term_send_keys(f->t, "<Enter>");
        assert_screen_shows(f->t, words[i].over);
        assert_screen_shows(f->t, words[i].proposed);
        term_send_keys(f->t, "<Enter>");
        assert_screen_shows(f->t, "✓ ");
        term_send_keys(f->t, "<Enter>");
        assert_screen_shows(f->t, "── Terminé");
        term_send_keys(f->t, "<Enter>");
        assert_screen_drops(f->t, "── Terminé");
    }
}

/* A number that does not exist is dropped, one that nobody answers is followed by the next; both
 * come back in seconds under the test service's rules. */
static void the_second_number_is_called_next(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "3", .second_digits = "9"});
    f->t = world_screen(f->w, "en", 24, 80);
    agent_calls(f->t, "The number does not exist");
    agent_closes(f->t, "Bad Number");
    assert_books(f->w, "people", 1, "state", "resting");
    assert_books(f->w, "people", 1, "attempts", "0");
    for (int attempt = 1; attempt <= 2; attempt++) {
        agent_ends_preview(f->t);
        agent_accepts(f->t);
        assert_screen_shows(f->t, "▸ 2  +32 471 00 00 09");
        term_send_keys(f->t, "<Enter>");
        assert_screen_shows(f->t, "The number cannot be reached now");
        agent_closes(f->t, "No Answer");
        assert_books(f->w, "people", 1, "attempts", attempt == 1 ? "1" : "2");
    }
    /* The dropped number is not tried again, and the person still has one. */
    assert_int_equal(books_count(f->w, "calls", 1, "\"event\": \"dial\""), 3);
    assert_int_equal(books_count(f->w, "calls", 1, "+32470000003"), 2); /* its dial and its end */
}

static void without_another_number_a_bad_one_closes(void **state)
{
    struct fixture *f = *state;
    f->w = world_new_as(&(struct world_opts){.digits = "3", .second_digits = "3"});
    f->t = world_screen(f->w, "en", 24, 80);
    agent_calls(f->t, "The number does not exist");
    agent_closes(f->t, "Bad Number");
    agent_ends_preview(f->t);
    agent_accepts(f->t);
    assert_screen_shows(f->t, "▸ 2  +32 471 00 00 03");
    term_send_keys(f->t, "<Enter>");
    assert_screen_shows(f->t, "The number does not exist");
    agent_closes(f->t, "Bad Number");
    assert_books(f->w, "people", 1, "state", "closed");
    assert_books(f->w, "people", 1, "not_reached", "1");
}

#define kind_test(name) cmocka_unit_test_setup_teardown(name, fixture_begin, fixture_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        kind_test(every_kind_ends_in_its_words_its_code_and_its_next_attempt),
        kind_test(the_words_are_french_for_a_french_agent),
        kind_test(the_second_number_is_called_next),
        kind_test(without_another_number_a_bad_one_closes),
    };
    setenv("TZ", "Europe/Brussels", 1);
    tzset();
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
