/* SPDX-License-Identifier: Apache-2.0 */
/* What keys do: each command is reachable, pasted text presses nothing, and hostile text and idle
 * screens send the terminal what they should. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "tests/harness/golden.h"
#include "tests/tui/screen.h"

static void start(struct screen *s, const char *view, const char *marker)
{
    screen_start(s, view, 24, 80, NULL);
    assert_screen_shows(s->term, marker);
}

static void press(struct screen *s, const char *keys, const char *command)
{
    term_send_keys(s->term, keys);
    assert_command(s, command);
}

/* --- each command --- */

static void signing_in_takes_a_name_and_a_password(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "sign-in", "Sign in to your workstation");
    press(&s, "amélie<Enter>secret<Enter>", "sign_in amélie 6");
    assert_screen_shows(s.term, "Signing in…");
    assert_null(strstr(term_text(s.term), "secret"));
    screen_stop(&s);
}

static void ctrl_q_leaves_before_signing_in(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "sign-in", "Password");
    term_send_keys(s.term, "<C-q>");
    assert_term_exits(s.term, 0);
    assert_false(term_on_alternate_screen(s.term));
    assert_false(term_is_raw(s.term));
    screen_stop(&s);
}

static void status_and_queue_switch_are_one_key_away(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "home", "ON QUEUE");
    press(&s, "<F4>", "set_on_queue off");
    assert_screen_shows(s.term, "OFF QUEUE");
    press(&s, "4", "set_status break");
    term_send_keys(s.term, "<F3>");
    assert_screen_shows(s.term, "Esc Close");
    press(&s, "<Down><Enter>", "set_status meal");
    assert_screen_drops(s.term, "Esc Close");
    press(&s, "<F4>", "set_on_queue on");
    assert_screen_shows(s.term, "Choose available first.");
    screen_stop(&s);
}

static void signing_out_asks_first(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "home", "Waiting");
    term_send_keys(s.term, "<C-q>");
    assert_screen_shows(s.term, "Stay signed in");
    term_send_keys(s.term, "<Esc>");
    assert_screen_drops(s.term, "Stay signed in");
    assert_false(screen_gave(&s, "sign_out"));
    term_send_keys(s.term, "<C-q>");
    assert_screen_shows(s.term, "Stay signed in");
    press(&s, "<Enter>", "sign_out");
    screen_stop(&s);
}

static void signing_out_in_a_call_is_refused_with_the_reason(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Talking");
    term_send_keys(s.term, "<C-q>");
    assert_screen_shows(s.term, "You cannot sign out during a call");
    assert_false(screen_gave(&s, "sign_out"));
    screen_stop(&s);
}

static void an_incident_is_reported_from_anywhere(void **state)
{
    (void)state;
    static const struct {
        const char *view, *wait;
    } places[] = {
        {"home",      "Waiting"        },
        {"preview",   "calls by itself"},
        {"date",      "Symptoms"       },
        {"acw",       "After-call work"},
        {"done",      "End preview"    },
        {"off-queue", "OFF QUEUE"      },
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct screen s;
        start(&s, places[i].view, "F1 Help");
        term_send_keys(s.term, "<F12>");
        assert_screen_shows(s.term, "What happened");
        term_send_keys(s.term, "A list 1 2 y n q.<Esc>");
        assert_screen_drops(s.term, "What happened");
        term_send_keys(s.term, "<F12>"); /* what was typed is still there */
        assert_screen_shows(s.term, "A list 1 2 y n q.");
        term_send_keys(s.term, "<Tab>soon<S-Tab><S-Tab>");
        term_send_keys(s.term, "<Enter>");
        assert_screen_shows(s.term, "Say when it happened");
        assert_false(screen_gave(&s, "incident"));
        term_send_keys(s.term, "<Backspace><Backspace><Backspace><Backspace>-45<S-Tab><S-Tab>");
        press(&s, "<Enter>", "incident A list 1 2 y n q.");
        press(&s, "", "happened then nobody");
        assert_screen_drops(s.term, "What happened");
        screen_stop(&s);
    }
}

static void an_incident_may_be_about_the_person_in_front(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Talking");
    term_send_keys(s.term, "<F12>A list went astray.<Tab><Tab> ");
    assert_screen_shows(s.term, "Yes, it is about this person");
    term_send_keys(s.term, "<Tab>");
    press(&s, "<Enter>", "incident A list went astray.");
    press(&s, "", "happened now person");
    screen_stop(&s);
}

static void a_wish_not_to_be_called_needs_arrows_and_enter(void **state)
{
    (void)state;
    static const struct {
        const char *view, *wait;
    } places[] = {
        {"talking", "Talking"        },
        {"date",    "Depuis quand"   },
        {"acw",     "After-call work"},
        {"overdue", "Time is up"     },
        {"done",    "End preview"    },
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct screen s;
        start(&s, places[i].view, places[i].wait);
        term_send_keys(s.term, "<C-y>");
        assert_screen_shows(s.term, "nothing takes it back");
        /* Neither digits, letters, the key once more nor a paste choose anything here. */
        term_send_keys(s.term, "1 2 3 y n o j a <C-y><Backspace>");
        term_paste(s.term, "\x1b[B\r2\r\n");
        term_send_keys(s.term, "<Enter>"); /* Back */
        assert_screen_drops(s.term, "nothing takes it back");
        term_send_keys(s.term, "<C-y><Down><Down><Down>");
        assert_screen_shows(s.term, "nothing takes it back");
        term_send_keys(s.term, "<Esc>");
        assert_screen_drops(s.term, "nothing takes it back");
        assert_false(screen_gave(&s, "wish"));
        assert_false(screen_gave(&s, "answer"));
        assert_false(screen_gave(&s, "wrapup"));
        term_send_keys(s.term, "<C-y><Down>");
        press(&s, "<Enter>", "wish number offer-1");
        assert_screen_shows(s.term, "Not to be called again on this number");
        term_send_keys(s.term, "<C-y><Tab><Tab><Tab>"); /* the last row is the end */
        press(&s, "<Enter>", "wish any offer-1");
        term_send_keys(s.term, "<C-y>");
        assert_screen_shows(s.term, "That is recorded already.");
        screen_stop(&s);
    }
}

static void another_number_is_called_for_the_same_person(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "done", "End preview");
    term_send_keys(s.term, "<C-a>");
    assert_screen_shows(s.term, "whose?");
    term_send_keys(s.term, "1");
    assert_screen_shows(s.term, "In place of");
    /* What is wrong is said, and nothing is asked. */
    term_send_keys(s.term, "Marie D'Haese<Enter>0470<Enter>");
    screen_settle(&s);
    assert_false(screen_gave(&s, "call_party"));
    assert_screen_shows(s.term, "D'Haese");
    term_send_keys(s.term, " 99 99 98");
    assert_screen_shows(s.term, "= +32 470 99 99 98");
    /* Back and there again: what was typed is kept; another relation begins empty. */
    term_send_keys(s.term, "<Esc>");
    assert_screen_shows(s.term, "whose?");
    term_send_keys(s.term, "1");
    assert_screen_shows(s.term, "= +32 470 99 99 98");
    term_send_keys(s.term, "<Tab>");
    press(&s, "<Tab><Enter>", "call_party parent +32470999998 Marie D'Haese");
    assert_screen_shows(s.term, "Asking the backend");
    assert_false(screen_gave(&s, "end_preview"));
    screen_stop(&s);

    start(&s, "done", "End preview");
    term_send_keys(s.term, "<C-a>4<Enter>112<Enter>");
    assert_screen_shows(s.term, "Who is it? Type a name.");
    assert_false(screen_gave(&s, "call_party"));
    press(&s, "Neighbour<Enter><Enter>", "call_party other 112 Neighbour");
    screen_stop(&s);
}

static void a_contact_of_the_index_case_is_called(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "done-contacts", "End preview");
    press(&s, "<C-a>5", "list_contacts");
    assert_screen_shows(s.term, "Carla Beispiel");
    term_send_keys(s.term, "carla<Enter>");
    assert_screen_shows(s.term, "Another agent has this person now.");
    assert_false(screen_gave(&s, "call_contact"));
    term_send_keys(s.term, "<C-u>bart");
    press(&s, "<Enter>", "call_contact person-2");
    assert_screen_shows(s.term, "Asking the backend");
    screen_stop(&s);
}

/* Only after the code: while it is chosen the key is the editor's, and in a call it means nothing.
 */
static void nobody_else_is_called_before_the_code_is_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *view, *wait;
    } places[] = {
        {"home",    "Waiting"        },
        {"preview", "calls by itself"},
        {"date",    "Depuis quand"   },
        {"acw",     "After-call work"},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct screen s;
        start(&s, places[i].view, places[i].wait);
        term_send_keys(s.term, "<C-a>");
        screen_settle(&s);
        assert_null(strstr(term_text(s.term), "whose?"));
        screen_stop(&s);
    }
}

static void a_code_of_today_is_corrected_from_home(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "home", "Waiting");
    term_send_keys(s.term, "c");
    assert_screen_shows(s.term, "Correct the code of which call?");
    term_send_keys(s.term, "<Down><Enter>");
    assert_screen_shows(s.term, "The right code");
    term_paste(s.term, "1\r\n");
    term_send_keys(s.term, "<Up>");
    screen_settle(&s);
    assert_false(screen_gave(&s, "correct"));
    term_send_keys(s.term, "<Enter>");
    assert_screen_drops(s.term, "The right code");
    assert_true(screen_gave(&s, "correct"));
    screen_stop(&s);
}

/* The form is the correction's own: what is typed in it is nothing for the person on the line, and
 * it waits while the agent looks at the codes again. */
static void a_code_that_needs_a_callback_is_corrected_with_one(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "home-days", "Waiting");
    term_send_keys(s.term, "c<Down><Enter>");
    assert_screen_shows(s.term, "The right code");
    term_send_keys(s.term, "6");
    assert_screen_shows(s.term, "The right code: when to call back");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "There is no such time.");
    assert_false(screen_gave(&s, "correct"));
    term_send_keys(s.term, "15:30<Tab><Tab>0475999888<Tab> ");
    assert_screen_shows(s.term, "to anybody");
    term_send_keys(s.term, "<Esc>");
    assert_screen_drops(s.term, "when to call back");
    term_send_keys(s.term, "6");
    assert_screen_shows(s.term, "0475999888");
    term_send_keys(s.term, "tomorrow<Enter>");
    assert_screen_drops(s.term, "The right code");
    assert_true(
        screen_gave(&s, "correct today-31 rescheduled 2020-05-04 930 +32475999888 anybody"));
    term_send_keys(s.term, "c<Down><Enter>6"); /* sent: the next one begins empty */
    assert_screen_shows(s.term, "The right code: when to call back");
    screen_settle(&s);
    assert_null(strstr(term_text(s.term), "0475999888"));
    screen_stop(&s);
}

static void who_is_not_called_yet_can_have_no_such_wish(void **state)
{
    (void)state;
    static const char *const places[] = {"home", "preview", "offer"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct screen s;
        start(&s, places[i], "F1 Help");
        term_send_keys(s.term, "<C-y><Down><Down>");
        screen_settle(&s);
        assert_null(strstr(term_text(s.term), "nothing takes it back"));
        assert_false(screen_gave(&s, "wish"));
        screen_stop(&s);
    }
}

static void alarms_are_listed_read_and_left_again(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "alarms", "F11 4 alarms");
    term_send_keys(s.term, "<F11>");
    assert_screen_shows(s.term, "An incident was reported.");
    press(&s, "1", "read_incident i9");
    press(&s, "", "see_alarm a4");
    assert_screen_shows(s.term, "A list of contacts went to a wrong address");
    assert_screen_shows(s.term, "lucie");
    assert_null(strstr(term_title(s.term), "owned"));
    term_send_keys(s.term, "r"); /* there is nobody to set free */
    term_send_keys(s.term, "<PageDown>");
    assert_screen_shows(s.term, "The end.");
    assert_null(strstr(term_text(s.term), "owned"));
    term_send_keys(s.term, "<Esc>");
    assert_screen_drops(s.term, "The end.");
    assert_screen_shows(s.term, "A callback was missed");
    term_send_keys(s.term, "4");
    assert_screen_shows(s.term, "person free only when nobody talks any more");
    assert_screen_shows(s.term, "Seen by");
    term_send_keys(s.term, "<Esc>");
    assert_screen_shows(s.term, "A callback was missed");
    press(&s, "<Esc>", "watch_alarms off");
    assert_screen_drops(s.term, "A callback was missed");
    assert_false(screen_gave(&s, "release"));
    assert_false(screen_gave(&s, "close_alarm"));
    screen_stop(&s);
}

static void a_person_is_set_free_with_a_reason_and_a_second_key(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "alarms", "F11 4 alarms");
    term_send_keys(s.term, "<F11>2");
    assert_screen_shows(s.term, "Set free");
    term_send_keys(s.term, "r");
    assert_screen_shows(s.term, "This is recorded with your name");
    term_send_keys(s.term, "<Tab><Enter>"); /* no reason yet: the fixture would take it */
    assert_screen_shows(s.term, "Say why.");
    assert_false(screen_gave(&s, "release"));
    term_send_keys(s.term, "Nobody is at that desk.<Enter>");
    assert_screen_shows(s.term, "Nobody is at that desk.");
    assert_false(screen_gave(&s, "release"));
    press(&s, "<Enter>", "release o23 Nobody is at that desk.");
    assert_screen_shows(s.term, "A callback was missed");
    screen_stop(&s);
}

static void an_alarm_is_closed_by_the_second_key_only(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "alarms", "F11 4 alarms");
    term_send_keys(s.term, "<F11>3");
    assert_screen_shows(s.term, "The callback still stands");
    term_send_keys(s.term, "<Delete>");
    assert_screen_shows(s.term, "once more");
    assert_false(screen_gave(&s, "close_alarm"));
    press(&s, "<Delete>", "close_alarm a2");
    assert_screen_shows(s.term, "A person is held");
    term_send_keys(s.term, "<Home><Up><Up><Up><Delete><Down><Delete>"); /* each asks anew */
    assert_screen_shows(s.term, "once more");
    assert_false(screen_gave(&s, "close_alarm a4"));
    assert_false(screen_gave(&s, "close_alarm a3"));
    press(&s, "<Delete>", "close_alarm a3");
    screen_stop(&s);
}

static void who_is_told_of_no_alarm_has_no_list(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "home", "Waiting");
    term_send_keys(s.term, "<F11><F3>");
    assert_screen_shows(s.term, "Esc Close");
    assert_false(screen_gave(&s, "watch_alarms"));
    screen_stop(&s);
}

static void a_doubtful_national_number_says_so(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "doubtful", "**.**.**-***.28 (doubtful)");
    press(&s, "<C-r>", "reveal_niss on");
    assert_screen_shows(s.term, "85.07.30-033.28 (doubtful)");
    assert_screen_shows(s.term, "Attempts");
    screen_stop(&s);
}

static void an_offer_rings_and_is_accepted_whatever_is_open(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "offer", "SOMEBODY TO CALL");
    assert_true(term_wait_bells(s.term, 1, TERM_DEADLINE_MS));
    assert_true(term_wait_title(s.term, "somebody is offered", TERM_DEADLINE_MS));
    press(&s, "<Enter>", "accept");
    assert_int_equal(term_bells(s.term), 1);
    screen_stop(&s);
}

static void a_person_is_called_by_enter_or_skipped_with_a_reason(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "preview-two", "Call +32 470 12 34 56");
    press(&s, "<Down>", "choose_phone 1");
    assert_screen_shows(s.term, "Call +32 2 214 19 19");
    term_send_keys(s.term, "s");
    assert_screen_shows(s.term, "Why is this person not called now?");
    term_send_keys(s.term, "1");
    assert_screen_drops(s.term, "Why is this person");
    assert_false(screen_gave(&s, "dial"));
    assert_true(screen_gave(&s, "skip "));
    press(&s, "<Enter>", "dial 1");
    screen_stop(&s);
}

static void call_controls_work_in_the_middle_of_typing(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "date", "Depuis quand");
    term_send_keys(s.term, "3/4");
    press(&s, "<F6>", "mute on");
    assert_screen_shows(s.term, "MUTED");
    press(&s, "<F6>", "mute off");
    press(&s, "<F7>", "hold on");
    assert_screen_shows(s.term, "ON HOLD");
    press(&s, "<F7>", "hold off");
    assert_screen_shows(s.term, "Friday 3 April 2020");
    press(&s, "<C-x>", "end_call");
    assert_command(&s, "answer since 2020-04-03");
    screen_stop(&s);
}

static void a_person_is_handed_on_by_two_enters(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Talking");
    term_send_keys(s.term, "<F8>");
    assert_screen_shows(s.term, "Users (3)");
    assert_screen_shows(s.term, "Queues (7 of 24: type more)");
    term_send_keys(s.term, "wal pub");
    assert_screen_shows(s.term, "Users (0)");
    assert_command(&s, "search wal pub");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "Chosen: WAL_Public-Health");
    assert_false(screen_gave(&s, "transfer"));
    press(&s, "<Enter>", "transfer WAL_Public-Health");
    assert_screen_drops(s.term, "Chosen:");
    assert_screen_shows(s.term, "TRANSFER");
    assert_screen_shows(s.term, "To WAL_Public-Health. The person comes back");
    screen_stop(&s);
}

static void an_expert_is_consulted_by_name_or_number(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Talking");
    term_send_keys(s.term, "<F9>");
    assert_screen_shows(s.term, "A consultation puts the person on hold");
    term_send_keys(s.term, "dubois<Enter>");
    assert_screen_shows(s.term, "Chosen: Dr.");
    press(&s, "<Enter>", "consult dr.dubois");
    assert_screen_shows(s.term, "Asking for permission");
    screen_stop(&s);

    start(&s, "talking", "Talking");
    term_send_keys(s.term, "<F9>02 214.19.19");
    assert_screen_shows(s.term, "+32 2 214 19 19");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "Chosen:");
    term_send_keys(s.term, "<Esc>");
    assert_screen_drops(s.term, "Chosen:");
    assert_false(screen_gave(&s, "consult"));
    term_send_keys(s.term, "<F9>02/99");
    assert_screen_shows(s.term, "7 to 15 digits");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "Nobody fits");
    screen_stop(&s);
}

static void in_a_consultation_keys_swap_and_take_back(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "consult", "The expert hears you");
    assert_screen_shows(s.term, "End expert");
    press(&s, "<F9>", "swap");
    press(&s, "<F7>", "take_back");
    assert_false(screen_gave(&s, "hold"));
    press(&s, "<C-x>", "end_call");
    screen_stop(&s);
    start(&s, "consult-swapped", "The person hears you");
    assert_screen_shows(s.term, "End person");
    screen_stop(&s);
    start(&s, "consult-number", "nobody hears you");
    press(&s, "<F6>", "mute off"); /* of the call that is heard */
    screen_stop(&s);
    start(&s, "consult-busy", "The number is busy");
    assert_screen_shows(s.term, "Nobody hears you: the person is on hold.");
    press(&s, "<F7>", "hold off");
    screen_stop(&s);
    start(&s, "acw-expert", "the person has hung up");
    press(&s, "<C-x>", "end_call");
    screen_stop(&s);
}

static void nobody_is_handed_on_before_the_call_is_answered(void **state)
{
    (void)state;
    static const char *const views[][2] = {
        {"ringing",      "Ringing"    },
        {"transferring", "transferred"}
    };
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        struct screen s;
        start(&s, views[i][0], views[i][1]);
        term_send_keys(s.term, "<F8>");
        assert_screen_shows(s.term, i ? "being transferred" : "works once the call");
        assert_false(screen_gave(&s, "search"));
        screen_stop(&s);
    }
}

static void the_dialpad_sends_each_digit_at_once(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Talking");
    term_send_keys(s.term, "<F5>");
    assert_screen_shows(s.term, "Sent:");
    press(&s, "1", "dtmf 1");
    press(&s, "#", "dtmf #");
    term_send_keys(s.term, "x");
    press(&s, "*", "dtmf *");
    assert_false(screen_gave(&s, "dtmf x"));
    term_send_keys(s.term, "<Esc>");
    assert_screen_drops(s.term, "Sent:");
    screen_stop(&s);
}

/* Digits meant for the pad must not answer the script beneath it. */
static void the_dialpad_takes_digits_that_cannot_be_sent(void **state)
{
    (void)state;
    static const char *const views[][2] = {
        {"ringing", "Ringing"          },
        {"choice",  "An answer is requ"},
    };
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        struct screen s;
        start(&s, views[i][0], views[i][1]);
        if (i)
            press(&s, "<F7>", "hold on");
        term_send_keys(s.term, "<F5>");
        assert_screen_shows(s.term, i ? "nobody hears" : "works once the");
        term_send_keys(s.term, "1<Esc>");
        assert_screen_drops(s.term, "*   0   #   D");
        assert_false(screen_gave(&s, "answer"));
        assert_false(screen_gave(&s, "dtmf"));
        screen_stop(&s);
    }
}

/* Who calls takes no key of a text: what is being typed goes on. */
static void who_calls_is_answered_or_declined_in_the_midst_of_typing(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "rung", "SOMEBODY CALLS YOU");
    assert_screen_shows(s.term, "+32470000321 Commune de Ville-en-Hesbaye");
    term_send_keys(s.term, "<F12>");
    assert_screen_shows(s.term, "What happened");
    term_send_keys(s.term, "A list, 8<Tab>");
    assert_screen_shows(s.term, "A list, 8");
    assert_false(screen_gave(&s, "take_call"));
    press(&s, "<F8>", "take_call");
    assert_screen_shows(s.term, "Talking 0:00");
    assert_screen_shows(s.term, "A list, 8");
    press(&s, "<F7>", "hold on");
    assert_screen_shows(s.term, "ON HOLD");
    press(&s, "<F7>", "hold off");
    press(&s, "<F6>", "mute on");
    press(&s, "<C-x>", "end_call");
    screen_stop(&s);
    start(&s, "rung", "SOMEBODY CALLS YOU");
    press(&s, "<C-x>", "end_call");
    assert_false(screen_gave(&s, "take_call"));
    screen_stop(&s);
}

static void the_national_number_is_revealed_and_hidden(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "**.**.**-***.28");
    press(&s, "<C-r>", "reveal_niss on");
    assert_screen_shows(s.term, "85.07.30-033.28");
    press(&s, "<C-r>", "reveal_niss off");
    assert_screen_drops(s.term, "85.07.30");
    screen_stop(&s);
}

/* --- the script --- */

static void an_interview_is_answered_by_keys(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Question 1 of 2");
    press(&s, "y", "answer identity yes");
    press(&s, "o", "answer consent yes");
    assert_screen_shows(s.term, "Question 3 of 7");
    press(&s, "y", "answer symptoms yes");
    assert_screen_shows(s.term, "Question 4 of 8");
    press(&s, "hier<Enter>", "answer since 2020-05-02");
    press(&s, "fat<Enter>", "answer state tired");
    press(&s, "3<Enter>", "answer household 3");
    press(&s, "Bäckerei Müller<Enter>", "answer work Bäckerei Müller");
    assert_screen_shows(s.term, "Question 8 of 8");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "All required questions are answered");
    press(&s, "<C-s>", "submit");
    assert_screen_shows(s.term, "The script is handed in.");
    screen_stop(&s);
}

static void several_options_are_ticked_and_one_stands_alone(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "several", "Question 1 of 3");
    press(&s, "1", "answer symptoms fever");
    assert_screen_shows(s.term, "1 [x] De la fi");
    press(&s, "3", "repeat add symptoms 0");
    assert_command(&s, "answer symptoms tired");
    assert_screen_shows(s.term, "3 [x] De la fatigue");
    assert_screen_shows(s.term, "1 [x] De la fi");
    press(&s, "1", "repeat remove symptoms 0");
    assert_screen_shows(s.term, "1 [ ] De la fi");
    press(&s, "<Down><Down><Down> ", "repeat remove symptoms 0"); /* none: it stands alone */
    assert_command(&s, "answer symptoms none");
    assert_screen_shows(s.term, "This answer stands alone");
    assert_screen_shows(s.term, "3 [ ] De la fatigue");
    press(&s, "tou<Enter>", "answer symptoms cough");
    assert_screen_shows(s.term, "4 [ ] Aucun");
    press(&s, "<Delete>", "repeat remove symptoms 0");
    assert_screen_shows(s.term, "2 [ ] De la toux");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "Question 2 of 3");
    screen_stop(&s);
}

static void contacts_are_added_moved_and_taken_away(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "several", "Question 1 of 3");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "Contact: 1 of 1");
    press(&s, "Ann<Enter>", "answer name Ann");
    press(&s, "y", "answer close yes"); /* one question more, in this instance only */
    assert_screen_shows(s.term, "Question 4 of 4");
    term_send_keys(s.term, "15<Insert>");
    assert_screen_shows(s.term, "Take this one away");
    press(&s, "1", "repeat add contact 0");
    assert_command(&s, "answer minutes 15");
    assert_screen_shows(s.term, "Contact: 2 of 2");
    assert_screen_shows(s.term, "Question 5 of 6");
    press(&s, "Bob<Enter>", "answer name Bob");
    term_send_keys(s.term, "<Insert>");
    press(&s, "2", "repeat up contact 1");
    assert_screen_shows(s.term, "Contact: 1 of 2");
    term_send_keys(s.term, "<C-f>");
    assert_screen_shows(s.term, "Bob");
    assert_screen_shows(s.term, "Ann");
    term_send_keys(s.term, "<Esc>");
    assert_screen_shows(s.term, "Contact: 1 of 2");
    term_send_keys(s.term, "<Insert>");
    press(&s, "4", "repeat remove contact 0");
    assert_screen_shows(s.term, "Contact: 1 of 1");
    assert_screen_shows(s.term, "Ann");
    screen_stop(&s);
}

static void going_back_keeps_the_answers(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Question 1 of 2");
    press(&s, "y", "answer identity yes");
    assert_screen_shows(s.term, "Question 2 of 2");
    term_send_keys(s.term, "<S-Tab>");
    assert_screen_shows(s.term, "● Yes (y)");
    press(&s, "<Delete>", "answer identity -");
    assert_screen_shows(s.term, "● unanswered");
    press(&s, "n", "answer identity no");
    screen_stop(&s);
}

static void submitting_too_early_lists_what_is_missing_and_jumps_there(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "date", "Depuis quand");
    term_send_keys(s.term, "<C-s>");
    assert_screen_shows(s.term, "Not complete: these answers are missing");
    term_send_keys(s.term, "<Down><Enter>");
    assert_screen_shows(s.term, "Comment vous sentez-vous");
    assert_false(screen_gave(&s, "submit"));
    screen_stop(&s);
}

static void the_spoken_language_changes_without_touching_answers(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "choice", "Comment vous sentez-vous");
    term_send_keys(s.term, "<C-v>");
    assert_screen_shows(s.term, "How do you feel today?");
    term_send_keys(s.term, "<C-v>");
    assert_screen_shows(s.term, "Comment vous sentez-vous");
    assert_false(screen_gave(&s, "answer"));
    screen_stop(&s);
}

static int row_of(struct term *t, const char *text)
{
    int row = 0;
    while (row < term_rows(t) && !strstr(term_row(t, row), text))
        row++;
    return row;
}

/* The question is in sight from the beginning, and stays where it is while the text is read. */
static void a_long_page_is_read_from_the_top_and_turned(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "long", "PgDn: there is more");
    assert_screen_shows(s.term, "Bonjour, je vous appelle");
    assert_screen_shows(s.term, "Est-ce bien");
    const int row = row_of(s.term, "Est-ce bien");
    term_send_keys(s.term, "<PageDown>");
    assert_screen_shows(s.term, "PgUp");
    assert_int_equal(row_of(s.term, "Est-ce bien"), row);
    term_send_keys(s.term, "<Enter><Enter>");
    assert_screen_drops(s.term, "PgDn: there is more");
    assert_int_equal(row_of(s.term, "Est-ce bien"), row);
    assert_screen_shows(s.term, "Question 1 of 2");
    press(&s, "y", "answer identity yes");
    assert_screen_shows(s.term, "Question 2 of 2");
    screen_stop(&s);
}

static void a_refused_answer_says_why_and_stays(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "date", "Depuis quand");
    term_send_keys(s.term, "32/4<Enter>");
    assert_screen_shows(s.term, "This is not a date.");
    assert_screen_shows(s.term, "32/4");
    term_send_keys(s.term, "<C-u>");
    press(&s, "1 mai<Enter>", "answer since 2020-05-01");
    screen_stop(&s);
}

/* Nobody is kept at a question: what was typed waits there, and is not submitted over. */
static void a_refused_answer_keeps_nobody(void **state)
{
    (void)state;
    static const char *const keys[] = {"<Tab>", "<C-g>", "<S-Tab>"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct screen s;
        start(&s, "date", "Depuis quand");
        term_send_keys(s.term, "32/4");
        term_send_keys(s.term, keys[i]);
        assert_screen_shows(s.term, "Once more leaves it; it stays typed.");
        assert_screen_shows(s.term, "Depuis quand");
        term_send_keys(s.term, keys[i]);
        assert_screen_drops(s.term, "32/4");
        assert_false(screen_gave(&s, "answer since"));
        if (strcmp(keys[i], "<S-Tab>") == 0) {
            term_send_keys(s.term, "<Tab>"); /* back again */
            assert_screen_shows(s.term, "32/4");
            assert_screen_shows(s.term, "This is not a date.");
            press(&s, "<C-u>1 mai<Enter>", "answer since 2020-05-01");
        }
        screen_stop(&s);
    }
}

static void text_is_handed_over_while_it_is_typed(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "text", "Voulez-vous nous dire");
    term_send_keys(s.term, "ab");
    term_kill(s.term, SIGUSR1); /* a second passes */
    assert_command(&s, "answer remarks ab");
    screen_stop(&s);
}

/* --- after the call --- */

static void a_code_is_chosen_by_number_and_done(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "acw", "A code is required");
    press(&s, "5<Enter>", "wrapup no_answer [] 0");
    screen_stop(&s);
}

/* A slip must not decide about somebody: until the code is sent the next digit corrects it. */
static void another_number_corrects_the_code(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "acw", "A code is required");
    term_send_keys(s.term, "1");
    assert_screen_shows(s.term, "1 ✓ Bad Number");
    press(&s, "5<Enter>", "wrapup no_answer [] 0");
    screen_stop(&s);
}

static void the_proposed_code_takes_two_enters_and_a_note_goes_with_it(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "acw", "(proposed)");
    term_send_keys(s.term, "<C-n>calls back himself<Enter>");
    term_send_keys(s.term, "<Tab>");
    press(&s, "<Enter><Enter>", "wrapup closed_without_data [calls back himself] 0");
    screen_stop(&s);
}

static void a_code_is_found_by_typing(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "acw", "Voicemail");
    term_send_keys(s.term, "voi");
    assert_screen_drops(s.term, "No Answer");
    press(&s, "<Enter><Enter>", "wrapup voicemail [] 0");
    screen_stop(&s);
}

static void done_does_nothing_before_a_code_is_chosen(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "acw", "choose a code first");
    term_send_keys(s.term, "<S-Tab><Enter>");
    assert_screen_shows(s.term, "Choose a wrap-up code first.");
    assert_false(screen_gave(&s, "wrapup"));
    screen_stop(&s);
}

static void rescheduling_wants_a_time_later_today(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "acw", "Rescheduled");
    term_send_keys(s.term, "6");
    assert_screen_shows(s.term, "Call back at");
    term_send_keys(s.term, "13:00<Enter>"); /* stays in the field */
    assert_screen_shows(s.term, "Say when to call back");
    assert_false(screen_gave(&s, "wrapup"));
    term_send_keys(s.term, "<C-u>");
    press(&s, "15h30<Enter><Enter>", "wrapup rescheduled [] 1588512600");
    screen_stop(&s);
}

static void end_preview_is_one_key(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "done", "End preview");
    press(&s, "<Enter>", "end_preview");
    screen_stop(&s);
}

/* --- home, help, preferences --- */

static void home_is_reached_in_a_call_and_left_again(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Question 1 of 2");
    term_send_keys(s.term, "<F2>");
    assert_screen_shows(s.term, "You are with Lucas");
    press(&s, "<F6>", "mute on");
    term_send_keys(s.term, "<Esc>");
    assert_screen_shows(s.term, "Question 1 of 2");
    screen_stop(&s);
}

static void the_language_of_the_screen_changes_live(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "home", "Waiting…");
    term_send_keys(s.term, "<C-o>");
    assert_screen_shows(s.term, "Français");
    press(&s, "2", "preferences fr shown");
    assert_screen_shows(s.term, "En attente…");
    press(&s, "3", "preferences fr hidden");
    assert_screen_drops(s.term, "14:05");
    screen_stop(&s);
}

static void escape_needs_no_second_key(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "home", "Waiting…");
    term_send_keys(s.term, "<F1>");
    assert_screen_shows(s.term, "Help: keys");
    term_send_keys(s.term, "<Esc>");
    assert_screen_drops(s.term, "Help: keys");
    screen_stop(&s);
}

/* What is read at the cursor begins so. */
static bool cursor_is_on(struct term *t, void *text)
{
    int row, col;
    bool visible;
    term_cursor(t, &row, &col, &visible);
    CLEANUP_BUF struct buf words = {0};
    for (struct term_cell cell; col < term_cols(t); col++) {
        term_cell(t, row, col, &cell);
        buf_str(&words, cell.text);
    }
    return visible && strncmp(buf_text(&words), text, strlen(text)) == 0;
}

static void the_cursor_goes_with_the_focus(void **state)
{
    static const struct {
        const char *view;
        const char *marker;
        const char *keys;
        const char *on;
    } steps[] = {
        {"talking", "Question 1", "<F6>",         "● unanswered"},
        {"talking", "Question 1", "y<S-Tab>",     "● Yes (y)"   },
        {"choice",  "Comment",    "<Down><Down>", "3 ○"         },
        {"home",    "Waiting",    "<F3><Down>",   " 2   Busy"     },
        {"home",    "Waiting",    "<C-o><Down>",  " 2   Français"},
        {"home",    "Waiting",    "<C-q><Down>",  " 2   Stay"     },
        {"home",    "Waiting",    "4",            "✓ Break"     },
        {"offer",   "SOMEBODY",   "<F1>",         "Enter  Accept" },
        {"offer",   "SOMEBODY",   "s<Down>",      " 2   "         },
        {"preview", "Call +32",   "s",            " 1   "         },
        {"acw",     "A code",     "5",            "Done ]"        },
        {"acw",     "A code",     "<Up>",         "3 ○ Closed"  },
        {"date",    "Depuis",     "<C-f><Down>",  "○ État"     },
        {"date",    "Depuis",     "<C-s><Down>",  "○ État"     },
    };
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct screen s;
        start(&s, steps[i].view, steps[i].marker);
        term_send_keys(s.term, steps[i].keys);
        if (!term_wait(s.term, cursor_is_on, (void *)(uintptr_t)steps[i].on, TERM_DEADLINE_MS)) {
            print_error("the cursor is not on \"%s\"\n%s\n", steps[i].on, term_text(s.term));
            fail();
        }
        screen_stop(&s);
    }
}

/* --- what must never happen --- */

static void a_pasted_letter_presses_no_key(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "talking", "Question 1 of 2");
    term_paste(s.term, "y\x18\r\nnyyy");
    press(&s, "<F6>", "mute on");
    assert_false(screen_gave(&s, "answer"));
    assert_false(screen_gave(&s, "end_call"));
    screen_stop(&s);
    start(&s, "acw", "A code is required");
    term_paste(s.term, "5\r\r\r\x1b");
    term_send_keys(s.term, "<C-t>");
    assert_screen_shows(s.term, "Depuis quand");
    assert_false(screen_gave(&s, "wrapup"));
    screen_stop(&s);
}

static void keys_that_terminfo_does_not_know_press_nothing(void **state)
{
    (void)state;
    struct screen s;
    static const char bytes[] = "\033[15;2~\033[1;5P\033y\0331\033[<64;1;1M\033Ox";
    start(&s, "choice", "Comment vous sentez-vous");
    term_send_bytes(s.term, bytes, sizeof bytes - 1);
    press(&s, "<F6>", "mute off");
    assert_false(screen_gave(&s, "answer"));
    screen_stop(&s);
}

static void pasted_text_goes_into_the_field(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "text", "Voulez-vous nous dire");
    term_paste(s.term, "one\ntwo\x1b[31m\x03 three");
    press(&s, "<Enter>", "answer remarks one two three");
    screen_stop(&s);
}

static void escape_sequences_in_names_do_not_reach_the_terminal(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "hostile", "Call +32 470 12 34 56");
    assert_true(term_on_alternate_screen(s.term));
    assert_true(term_wait_title(s.term, "Pupitre", TERM_DEADLINE_MS));
    assert_string_equal(term_title(s.term), "Pupitre");
    assert_int_equal(term_bells(s.term), 0);
    assert_golden(s.term, "hostile_80x24", GOLDEN_CURSOR);
    screen_stop(&s);
}

static void wide_characters_are_cut_at_a_column(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "wide", "Call +32 470 12 34 56");
    assert_golden(s.term, "wide_80x24", GOLDEN_CURSOR);
    screen_stop(&s);
}

static void devices_are_chosen_and_heard(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "sound", "Waiting");
    press(&s, "s", "watch_sound on");
    assert_screen_shows(s.term, "USB Headset");
    press(&s, "<Enter>", "choose_input");
    press(&s, "<Down><Enter>", "choose_input default");
    press(&s, "<Left>", "volume_input 40");
    press(&s, "+", "volume_input 50");
    press(&s, "<Down><Down><Down><Down><Down><Enter>", "choose_output sysdefault:CARD=PCH");
    press(&s, "<Right>", "volume_output 80");
    press(&s, "<Down><Enter>", "sound_tone on");
    assert_screen_shows(s.term, "you should hear it now");
    press(&s, "t", "sound_tone off");
    press(&s, "<Esc>", "watch_sound off");
    assert_screen_drops(s.term, "Test tone");
    screen_stop(&s);
}

/* In the middle of typing an answer the window is two keys away. */
static void the_sound_is_in_reach_during_a_call(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "headset-gone", "The headset is gone");
    press(&s, "<C-o>4", "watch_sound on");
    assert_screen_shows(s.term, "gone: plug it in again");
    press(&s, "<C-x>", "end_call"); /* the call's keys work in front of it */
    screen_stop(&s);
}

static void what_is_wrong_with_the_telephone_is_said_with_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *view, *bar, *sentence;
    } cases[] = {
        {"headset-gone", "Phone: no sound",
         "The headset is gone: nobody hears anything. Plug it in; the call goes on." },
        {"mic-gone",     "Phone: no sound",
         "The microphone is gone: you are not heard. Plug it in; the call goes on."  },
        {"ears-gone",    "Phone: no sound",
         "The headphones are gone: you hear nothing. Plug them in; the call goes on."},
        {"mic-silent",   "Microphone silent",
         "Your microphone is silent: nobody hears you. Is it switched off?"          },
        {"no-sound",     "Phone: no sound",
         "No sound device: plug in the headset. Nobody is called without it."        },
        {"phone-failed", "Phone failed",
         "baresip is not installed. Please install the package. Call the helpdesk."  },
        {"no-desk",      "Phone: desk gone",
         "The program pupitre-desk is missing. Trying again; else call the helpdesk."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct screen s;
        start(&s, cases[i].view, cases[i].bar);
        assert_screen_shows(s.term, cases[i].sentence);
        screen_stop(&s);
    }
}

/* Two minutes and more. Returns the bytes that they cost. */
static uint64_t let_minutes_pass(struct screen *s)
{
    screen_settle(s);
    uint64_t before = term_bytes(s->term);
    for (int second = 0; second < 130; second++) {
        term_kill(s->term, SIGUSR1);
        screen_settle(s);
    }
    return term_bytes(s->term) - before;
}

static void an_idle_screen_sends_only_the_clock_or_nothing(void **state)
{
    (void)state;
    struct screen s;
    start(&s, "idle", "Waiting…");
    assert_in_range(let_minutes_pass(&s), 1, 200);
    assert_screen_shows(s.term, "14:07");
    term_send_keys(s.term, "<C-o>");
    assert_screen_shows(s.term, "Français");
    press(&s, "3", "preferences  hidden");
    term_send_keys(s.term, "<Esc>");
    assert_screen_drops(s.term, "Français");
    assert_int_equal(let_minutes_pass(&s), 0);
    screen_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signing_in_takes_a_name_and_a_password),
        cmocka_unit_test(ctrl_q_leaves_before_signing_in),
        cmocka_unit_test(status_and_queue_switch_are_one_key_away),
        cmocka_unit_test(signing_out_asks_first),
        cmocka_unit_test(signing_out_in_a_call_is_refused_with_the_reason),
        cmocka_unit_test(an_incident_is_reported_from_anywhere),
        cmocka_unit_test(an_incident_may_be_about_the_person_in_front),
        cmocka_unit_test(a_wish_not_to_be_called_needs_arrows_and_enter),
        cmocka_unit_test(another_number_is_called_for_the_same_person),
        cmocka_unit_test(a_contact_of_the_index_case_is_called),
        cmocka_unit_test(nobody_else_is_called_before_the_code_is_chosen),
        cmocka_unit_test(a_code_of_today_is_corrected_from_home),
        cmocka_unit_test(a_code_that_needs_a_callback_is_corrected_with_one),
        cmocka_unit_test(who_is_not_called_yet_can_have_no_such_wish),
        cmocka_unit_test(alarms_are_listed_read_and_left_again),
        cmocka_unit_test(a_person_is_set_free_with_a_reason_and_a_second_key),
        cmocka_unit_test(an_alarm_is_closed_by_the_second_key_only),
        cmocka_unit_test(who_is_told_of_no_alarm_has_no_list),
        cmocka_unit_test(a_doubtful_national_number_says_so),
        cmocka_unit_test(an_offer_rings_and_is_accepted_whatever_is_open),
        cmocka_unit_test(a_person_is_called_by_enter_or_skipped_with_a_reason),
        cmocka_unit_test(call_controls_work_in_the_middle_of_typing),
        cmocka_unit_test(a_person_is_handed_on_by_two_enters),
        cmocka_unit_test(an_expert_is_consulted_by_name_or_number),
        cmocka_unit_test(in_a_consultation_keys_swap_and_take_back),
        cmocka_unit_test(nobody_is_handed_on_before_the_call_is_answered),
        cmocka_unit_test(the_dialpad_sends_each_digit_at_once),
        cmocka_unit_test(the_dialpad_takes_digits_that_cannot_be_sent),
        cmocka_unit_test(who_calls_is_answered_or_declined_in_the_midst_of_typing),
        cmocka_unit_test(the_national_number_is_revealed_and_hidden),
        cmocka_unit_test(an_interview_is_answered_by_keys),
        cmocka_unit_test(several_options_are_ticked_and_one_stands_alone),
        cmocka_unit_test(contacts_are_added_moved_and_taken_away),
        cmocka_unit_test(going_back_keeps_the_answers),
        cmocka_unit_test(submitting_too_early_lists_what_is_missing_and_jumps_there),
        cmocka_unit_test(the_spoken_language_changes_without_touching_answers),
        cmocka_unit_test(a_long_page_is_read_from_the_top_and_turned),
        cmocka_unit_test(a_refused_answer_says_why_and_stays),
        cmocka_unit_test(a_refused_answer_keeps_nobody),
        cmocka_unit_test(text_is_handed_over_while_it_is_typed),
        cmocka_unit_test(a_code_is_chosen_by_number_and_done),
        cmocka_unit_test(another_number_corrects_the_code),
        cmocka_unit_test(the_proposed_code_takes_two_enters_and_a_note_goes_with_it),
        cmocka_unit_test(a_code_is_found_by_typing),
        cmocka_unit_test(done_does_nothing_before_a_code_is_chosen),
        cmocka_unit_test(rescheduling_wants_a_time_later_today),
        cmocka_unit_test(end_preview_is_one_key),
        cmocka_unit_test(home_is_reached_in_a_call_and_left_again),
        cmocka_unit_test(the_language_of_the_screen_changes_live),
        cmocka_unit_test(escape_needs_no_second_key),
        cmocka_unit_test(the_cursor_goes_with_the_focus),
        cmocka_unit_test(a_pasted_letter_presses_no_key),
        cmocka_unit_test(keys_that_terminfo_does_not_know_press_nothing),
        cmocka_unit_test(pasted_text_goes_into_the_field),
        cmocka_unit_test(escape_sequences_in_names_do_not_reach_the_terminal),
        cmocka_unit_test(wide_characters_are_cut_at_a_column),
        cmocka_unit_test(devices_are_chosen_and_heard),
        cmocka_unit_test(the_sound_is_in_reach_during_a_call),
        cmocka_unit_test(what_is_wrong_with_the_telephone_is_said_with_what_to_do),
        cmocka_unit_test(an_idle_screen_sends_only_the_clock_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
