/* SPDX-License-Identifier: Apache-2.0 */
/* The table of keys and commands.
 *
 * Rows are tried from the top, so a narrower scope stands above a wider one. While a line editor
 * has the focus, printable keys and the editor's own never come here: what works in the middle of
 * typing therefore has a function key or a Ctrl key. To end a call is on a key of another kind than
 * to mute or hold, so that a slip of one finger does not hang up on somebody. */

#include "tui/command.h"
#include "tui/callback_form.h"
#include "tui/panes.h"
#include "tui/script_options.h"
#include "tui/script_place.h"
#include "tui/script_repeat.h"

#include <stdio.h>
#include <string.h>

#include "tui/popup_alarms.h"

#define CTRL(letter) ((letter)&0x1f)
#define K(name) (KEY_BASE + KEY_##name)
#define FKEY(n) (KEY_BASE + KEY_F(n))
#define ENTER '\r', K(ENTER), '\n'
#define ESC 27
#define TAB '\t'

static bool is_typing(const struct tui *t)
{
    return (tui_scopes(t) & SCOPE_TYPING) != 0;
}

static bool not_typing(const struct tui *t)
{
    return !is_typing(t);
}

static bool in_calendar(const struct tui *t)
{
    return callback_form_present((struct tui *)(uintptr_t)t)->focus == CALLBACK_CALENDAR;
}

static bool on_mine(const struct tui *t)
{
    return callback_form_present((struct tui *)(uintptr_t)t)->focus == CALLBACK_MINE;
}

static bool has_several_phones(const struct tui *t)
{
    return t->view->offer.preview.n_phones > 1;
}

static bool is_away_from_work(const struct tui *t)
{
    return t->home;
}

static bool is_signed_out(const struct tui *t)
{
    return t->view->login != WS_SIGNED_IN;
}

static bool has_call(const struct tui *t)
{
    return t->view->login == WS_SIGNED_IN && t->view->offer.state == HOLD_CALL &&
           t->view->offer.call.state != CALL_ENDED;
}

/* Something that can be ended: the person's call, or the expert's that outlives it. */
static bool has_any_call(const struct tui *t)
{
    return has_call(t) ||
           (t->view->login == WS_SIGNED_IN && call_is_up(&t->view->offer.consult.call));
}

static bool call_is_answered(const struct tui *t)
{
    enum call_state state = t->view->offer.call.state;
    return has_call(t) && (state == CALL_TALKING || state == CALL_HELD);
}

static bool is_rung(const struct tui *t)
{
    return incoming_is_up(t) && t->view->incoming.call.state == CALL_INCOMING;
}

static bool is_on_incoming(const struct tui *t)
{
    return incoming_is_up(t) && !is_rung(t);
}

static bool is_numbered(const struct tui *t)
{
    return !script_options_are_many(script_question(t));
}

static bool is_searched(const struct tui *t)
{
    return !is_numbered(t);
}

static bool is_several(const struct tui *t)
{
    return script_question(t) && script_instance(t, t->script.node) != SCRIPT_END;
}

static bool has_niss(const struct tui *t)
{
    return t->view->offer.niss_masked[0] != '\0';
}

static bool is_closing(const struct tui *t)
{
    return t->view->offer.state == HOLD_ACW || t->view->offer.state == HOLD_OVERDUE;
}

static bool not_choosing_code(const struct tui *t)
{
    return !(tui_scopes(t) & SCOPE_CODES);
}

static bool has_today(const struct tui *t)
{
    return t->view->n_interactions > 1;
}

static bool has_closed(const struct tui *t)
{
    for (size_t i = 0; i < t->view->n_interactions; i++)
        if (t->view->interactions[i].state == HOLD_NONE && t->view->interactions[i].code[0])
            return true;
    return false;
}

static bool may_submit(const struct tui *t)
{
    return t->view->offer.answers && !t->view->offer.submitted;
}

static bool not_alarms(const struct tui *t)
{
    return t->popup != POPUP_ALARMS;
}

static bool is_list_of_alarms(const struct tui *t)
{
    return t->popup == POPUP_ALARMS;
}

static bool is_supervisor(const struct tui *t)
{
    return t->view->alarms_told;
}

static bool has_no_way_back(const struct tui *t)
{
    return !(tui_scopes(t) & (SCOPE_ALARM | SCOPE_CORRECT | SCOPE_ANOTHER));
}

static bool not_correcting(const struct tui *t)
{
    return !(tui_scopes(t) & SCOPE_CORRECT);
}

static bool has_search(const struct tui *t)
{
    const struct popup *p = tui_popup(t);
    return p && p->item_matches;
}

static bool is_demo(const struct tui *t)
{
    return t->options.demo != NULL;
}

static bool demo_has_script(const struct tui *t)
{
    return t->view->offer.script && !t->options.demo->is_broken;
}

static bool demo_plays(const struct tui *t)
{
    return demo_has_script(t) && t->options.demo->play;
}

static bool demo_shows_problems(const struct tui *t)
{
    return !demo_has_script(t);
}

/* clang-format off */
static const struct command commands[] = {
    /* In front of everything */
    {SCOPE_ALARM, {ESC}, NULL, N_("Back"), NULL, NULL, do_alarm_back},
    {SCOPE_CORRECT, {ESC}, NULL, N_("Back"), NULL, NULL, do_correct_back},
    {SCOPE_ANOTHER, {ESC}, NULL, N_("Back"), NULL, NULL, do_another_back},
    {SCOPE_PARTY, {ENTER}, NULL, N_("Go on"), NULL, NULL, do_another_enter},
    {SCOPE_PARTY, {TAB, K(DOWN), K(UP), K(BTAB)}, NULL, N_("Next field"), NULL, NULL, do_another_field},
    {SCOPE_POPUP, {ESC}, NULL, N_("Close"), N_("Close what is in front"), has_no_way_back, do_close},
    {SCOPE_LIST, {K(UP), K(DOWN), K(PPAGE), K(NPAGE)}, "↑↓", N_("Move"), N_("Move in a list"), NULL, do_list},
    {SCOPE_ALARMS, {ENTER}, NULL, N_("Look after it"), NULL, is_list_of_alarms, do_list_choose},
    {SCOPE_ALARMS, {K(DC), K(BACKSPACE), 0x7f}, N_("Del"), N_("Close the alarm"), N_("Alarms: close one (asks once more)"), NULL, do_alarm_close},
    {SCOPE_LIST, {ENTER}, NULL, N_("Choose"), N_("Choose from a list"), not_alarms, do_list_choose},
    {SCOPE_LIST, {KEY_ANY_DIGIT}, "1-9", NULL, N_("Choose from a list by its number"), not_typing, do_list_digit},
    {SCOPE_LIST, {KEY_ANY_TEXT}, "a-z", N_("Search"), NULL, has_search, do_nothing},
    {SCOPE_SCROLL, {K(UP), K(DOWN), K(PPAGE), K(NPAGE), ' '}, "↑↓", N_("Scroll"), NULL, NULL, do_scroll},
    {SCOPE_DIALPAD, {KEY_ANY_TEXT}, "0-9 * #", N_("Send a tone"), N_("Dialpad: send a tone"), NULL, do_digit},
    {SCOPE_NOTE, {ENTER}, NULL, N_("Keep the note"), NULL, NULL, do_close},
    {SCOPE_INCIDENT, {ENTER}, NULL, N_("Go on"), NULL, NULL, do_incident_enter},
    {SCOPE_INCIDENT, {TAB, K(DOWN), K(UP), K(BTAB)}, NULL, N_("Next field"), NULL, NULL, do_incident_field},
    {SCOPE_INCIDENT, {' '}, NULL, N_("Yes or no"), NULL, not_typing, do_incident_about},

    {SCOPE_TARGET, {ENTER}, NULL, N_("Choose"), NULL, NULL, do_target_enter},
    {SCOPE_TARGET, {K(DOWN), K(UP), K(PPAGE), K(NPAGE)}, "↑↓", N_("Move"), NULL, NULL, do_target_move},
    {SCOPE_TARGET, {TAB, K(BTAB), K(LEFT), K(RIGHT)}, NULL, N_("Search, Transfer, Consult"), NULL, NULL, do_target_field},
    {SCOPE_WISH, {K(DOWN), K(UP), TAB, K(BTAB)}, "↑↓", N_("Move"), NULL, NULL, do_wish_move},
    {SCOPE_WISH, {ENTER}, NULL, N_("Choose"), NULL, NULL, do_wish_choose},
    {SCOPE_SOUND, {K(DOWN), K(UP), TAB, K(BTAB)}, "↑↓", N_("Move"), NULL, NULL, do_sound_move},
    {SCOPE_SOUND, {ENTER}, NULL, N_("Choose"), N_("Sound: choose the device, or play the tone"), NULL, do_sound_choose},
    {SCOPE_SOUND, {K(LEFT), K(RIGHT), '-', '+'}, "- +", N_("Volume"), N_("Sound: quieter and louder (also the arrows)"), NULL, do_sound_volume},
    {SCOPE_SOUND, {'t'}, NULL, N_("Test tone"), NULL, NULL, do_sound_tone},
    {SCOPE_RELEASE, {ENTER}, NULL, N_("Go on"), NULL, NULL, do_release_enter},
    {SCOPE_RELEASE, {TAB, K(DOWN), K(UP), K(BTAB)}, NULL, N_("Next field"), NULL, NULL, do_release_field},
    {SCOPE_ALARM, {'r', 'l'}, NULL, N_("Set free…"), N_("Alarm: set the person free, with a reason"), alarm_has_hold, do_release},

    {SCOPE_CORRECT, {ENTER}, NULL, N_("Correct the code"), NULL, NULL, do_correct_enter},
    {SCOPE_CALLBACK, {ENTER}, NULL, N_("Keep it"), NULL, not_correcting, do_callback_enter},
    {SCOPE_CALLBACK, {K(DOWN), K(UP), K(LEFT), K(RIGHT)}, N_("Arrows"), N_("Day and half-hour"), N_("In the calendar: choose a day and a half-hour"), in_calendar, do_callback_slot},
    {SCOPE_CALLBACK, {TAB, K(DOWN), K(UP), K(BTAB)}, NULL, N_("Next field"), NULL, NULL, do_callback_field},
    {SCOPE_CALLBACK, {' '}, NULL, N_("To me or to anybody"), NULL, on_mine, do_callback_mine},

    /* Sign in */
    {SCOPE_SIGN_IN, {ENTER}, NULL, N_("Sign in"), NULL, NULL, do_sign_in},
    {SCOPE_SIGN_IN, {TAB, K(DOWN), K(UP), K(BTAB)}, NULL, N_("Next field"), NULL, NULL, do_field},
    {SCOPE_SIGN_IN | SCOPE_LOCKED | SCOPE_SMALL, {CTRL('Q'), CTRL('C')}, NULL, N_("Leave"), NULL, is_signed_out, do_quit},
    {SCOPE_SIGN_IN, {CTRL('O')}, NULL, N_("Preferences"), NULL, NULL, do_preferences},

    /* Somebody is offered */
    {SCOPE_OFFER, {ENTER, 'a', 'r'}, NULL, N_("Accept"), N_("Accept the person who is offered"), NULL, do_accept},
    {SCOPE_OFFER, {'s', 'p'}, N_("s"), N_("Skip…"), NULL, NULL, do_skip},

    /* Somebody calls, also in the middle of typing */
    {SCOPE_INCOMING | SCOPE_SMALL, {FKEY(8)}, NULL, N_("Answer"), N_("Somebody calls you: answer"), is_rung, do_incoming_take},
    {SCOPE_INCOMING | SCOPE_SMALL, {FKEY(6)}, NULL, NULL, N_("Who called you: mute, your microphone off and on"), is_on_incoming, do_incoming_mute},
    {SCOPE_INCOMING | SCOPE_SMALL, {FKEY(7)}, NULL, NULL, N_("Who called you: hold, and take them back"), is_on_incoming, do_incoming_hold},
    {SCOPE_INCOMING | SCOPE_SMALL, {CTRL('X'), FKEY(10)}, NULL, N_("Decline"), N_("Somebody calls you: decline"), is_rung, do_incoming_end},
    {SCOPE_INCOMING | SCOPE_SMALL, {CTRL('X'), FKEY(10)}, NULL, NULL, NULL, is_on_incoming, do_incoming_end},

    /* The call, also in the middle of typing; in the order of the toolbar */
    {SCOPE_CALL, {FKEY(5)}, NULL, NULL, N_("Dialpad: tones for a menu or an extension"), NULL, do_dialpad},
    {SCOPE_CALL | SCOPE_SMALL, {FKEY(6)}, NULL, NULL, N_("Mute: your microphone off and on"), has_any_call, do_mute},
    {SCOPE_CALL | SCOPE_SMALL, {FKEY(7)}, NULL, NULL, N_("Hold: put the person on hold and take them back, also from a consultation"), call_is_answered, do_hold},
    {SCOPE_CALL, {FKEY(8)}, NULL, NULL, N_("Transfer the person to a user, a queue or a number"), has_call, do_transfer},
    {SCOPE_CALL | SCOPE_SMALL, {FKEY(9)}, NULL, NULL, N_("Consult an expert while the person is on hold; then swap between the two"), has_call, do_consult},
    {SCOPE_CALL | SCOPE_SMALL, {CTRL('X'), FKEY(10)}, NULL, NULL, N_("End the call that you talk in, the expert's or the person's"), has_any_call, do_end_call},

    /* A demonstration */
    {SCOPE_DEMO | SCOPE_SMALL, {CTRL('Q'), CTRL('C')}, NULL, NULL, N_("Demonstration: leave"), is_demo, do_quit},
    {SCOPE_DEMO, {FKEY(3)}, NULL, N_("The person"), N_("Demonstration: what the simulated person says next, or a pause"), demo_plays, do_demo_play},
    {SCOPE_DEMO, {FKEY(4)}, NULL, N_("Why"), N_("Demonstration: say why the present question is shown, or no longer"), demo_has_script, do_demo_why},
    {SCOPE_DEMO, {FKEY(5)}, NULL, N_("Coverage"), N_("Demonstration: what no walk has come to yet"), demo_has_script, do_demo_coverage},
    {SCOPE_DEMO, {FKEY(6)}, NULL, N_("Problems"), N_("Demonstration: what is wrong with the file"), demo_has_script, do_demo_problems},
    {SCOPE_DEMO, {FKEY(7)}, NULL, N_("Transcript"), N_("Demonstration: write the transcript of the walk up to here"), demo_has_script, do_demo_transcript},
    {SCOPE_DEMO, {FKEY(8)}, NULL, N_("From the start"), N_("Demonstration: begin anew, without answers"), demo_has_script, do_demo_restart},
    {SCOPE_DEMO, {FKEY(9)}, NULL, N_("Read again"), N_("Demonstration: read the file again and keep the answers"), NULL, do_demo_read},
    {SCOPE_DEMO, {K(UP), K(DOWN), K(PPAGE), K(NPAGE), ' '}, "↑↓", N_("Scroll"), NULL, demo_shows_problems, do_demo_scroll},

    /* The frame */
    {SCOPE_FRAME | SCOPE_SIGN_IN | SCOPE_LOCKED | SCOPE_OFFER | SCOPE_DEMO, {FKEY(1)}, NULL, NULL, N_("Help"), NULL, do_help},
    {SCOPE_HOME | SCOPE_PREVIEW | SCOPE_DONE | SCOPE_YES_NO, {'?'}, NULL, NULL, NULL, NULL, do_help},
    {SCOPE_HOME, {ESC}, NULL, N_("Back to the person"), NULL, is_away_from_work, do_back_to_work},
    {SCOPE_FRAME, {FKEY(2)}, NULL, NULL, N_("Home, and back to the person"), NULL, do_home},
    {SCOPE_FRAME, {FKEY(3)}, NULL, NULL, N_("Choose your status"), NULL, do_status},
    {SCOPE_FRAME | SCOPE_CALL, {FKEY(4)}, NULL, NULL, N_("On queue or off queue"), NULL, do_queue},
    {SCOPE_FRAME | SCOPE_CALL, {FKEY(12)}, NULL, NULL, N_("Report an incident, a leak above all"), NULL, do_incident},
    {SCOPE_FRAME, {FKEY(11)}, NULL, NULL, N_("Supervisors: the open alarms"), is_supervisor, do_alarms},
    {SCOPE_FRAME | SCOPE_DEMO, {CTRL('O')}, NULL, NULL, N_("Preferences: language, clock, sound"), NULL, do_preferences},
    {SCOPE_FRAME, {CTRL('Q'), CTRL('C')}, NULL, NULL, N_("Sign out"), NULL, do_sign_out},

    /* Home */
    {SCOPE_HOME, {FKEY(4)}, NULL, N_("On/off queue"), NULL, NULL, do_queue},
    {SCOPE_HOME, {KEY_ANY_DIGIT}, "1-7", N_("Status"), N_("Home: choose your status by its number"), NULL, do_status_digit},

    {SCOPE_HOME, {K(DOWN), K(UP), K(NPAGE), K(PPAGE)}, "↑↓", N_("Today's calls"), N_("Home: scroll through today's calls"), has_today, do_today},

    {SCOPE_HOME, {'s'}, NULL, N_("Sound"), N_("Home: devices, volume, test of the microphone (else in Preferences)"), NULL, do_sound},
    {SCOPE_HOME, {'c'}, NULL, NULL, N_("Home: correct the code of a call of today"), has_closed, do_correct},

    /* Preview */
    {SCOPE_PREVIEW, {ENTER}, NULL, N_("Call"), N_("Preview: call now"), NULL, do_dial},
    {SCOPE_PREVIEW, {K(DOWN), K(UP), TAB}, "↑↓", N_("Other number"), N_("Preview: choose another number"), has_several_phones, do_phone},
    {SCOPE_PREVIEW, {KEY_ANY_DIGIT}, "1-4", NULL, N_("Preview: choose a number by its place"), has_several_phones, do_phone_digit},
    {SCOPE_PREVIEW, {'s', 'p'}, N_("s"), N_("Skip…"), N_("Preview or offer: do not call, with a reason"), NULL, do_skip},

    /* Script */
    {SCOPE_YES_NO, {'y', 'o', 'j', '1'}, N_("y"), N_("Yes"), N_("Answer yes (also o, j, 1)"), NULL, do_yes},
    {SCOPE_YES_NO, {'n', '2'}, N_("n"), N_("No"), N_("Answer no (also 2)"), NULL, do_no},
    {SCOPE_CHOICE, {KEY_ANY_DIGIT}, "1-9", N_("Answer"), N_("Answer by the option's number (up to nine)"), is_numbered, do_option_digit},
    {SCOPE_CHOICE, {K(DOWN), K(UP)}, "↑↓", NULL, N_("Move to an option"), NULL, do_option},
    {SCOPE_CHOICE, {ENTER, ' '}, NULL, NULL, N_("Take the option that is highlighted"), NULL, do_option_choose},
    {SCOPE_YES_NO | SCOPE_CHOICE, {K(DC), K(BACKSPACE), 0x7f, CTRL('H')}, N_("Del"), N_("Clear"), N_("Take the answer away"), NULL, do_clear},
    {SCOPE_CHOICE, {KEY_ANY_TEXT}, "a-z", N_("Search"), NULL, is_searched, do_option_type},
    {SCOPE_CHOICE, {KEY_ANY_TEXT}, "a-z", NULL, N_("Find an option by typing"), NULL, do_option_type},
    {SCOPE_SCRIPT, {TAB, ENTER, K(NPAGE), K(DOWN)}, NULL, N_("Next"), N_("Next question"), NULL, do_next},
    {SCOPE_SCRIPT, {K(BTAB), K(PPAGE), K(UP), K(LEFT)}, N_("S-Tab"), N_("Back"), N_("Question before (also Page Up)"), NULL, do_previous},
    {SCOPE_SCRIPT, {K(IC)}, N_("Ins"), N_("One more…"), N_("What is there several times: one more, away, up, down"), is_several, do_repeat},
    {SCOPE_SCRIPT, {CTRL('S')}, NULL, N_("Submit"), N_("Submit the script"), may_submit, do_submit},
    {SCOPE_SCRIPT, {CTRL('G')}, NULL, N_("Next open"), N_("Go to the next unanswered question"), NULL, do_unanswered},
    {SCOPE_SCRIPT, {CTRL('F')}, NULL, N_("Questions"), N_("List of all questions: search, jump"), NULL, do_questions},
    {SCOPE_SCRIPT, {CTRL('B')}, NULL, NULL, N_("Sections of the script, with what is answered: jump"), NULL, do_sections},
    {SCOPE_SCRIPT, {CTRL('V')}, NULL, N_("Language"), N_("Language of the text that you read aloud"), NULL, do_language},

    /* After-call work */
    {SCOPE_CODES, {K(DOWN), K(UP)}, "↑↓", N_("Move"), NULL, NULL, do_code},
    {SCOPE_CODES | SCOPE_RECODE, {KEY_ANY_DIGIT}, "1-9", N_("Code"), N_("Choose a code by its number; or type to search"), NULL, do_code_digit},
    {SCOPE_CODES, {ENTER}, NULL, N_("Choose"), N_("Choose the code that is highlighted; once more: done"), NULL, do_code_choose},
    {SCOPE_WRAPUP, {ENTER}, NULL, N_("Go on"), NULL, not_choosing_code, do_wrapup_enter},
    {SCOPE_WRAPUP, {TAB, K(DOWN), K(UP), K(BTAB)}, NULL, N_("Code, note, done"), N_("Next field: code, callback, note, done"), NULL, do_wrapup_field},
    {SCOPE_WRAPUP | SCOPE_SCRIPT, {CTRL('T')}, NULL, N_("Script or code"), N_("After the call: back to the script, or to the code"), is_closing, do_see_script},
    {SCOPE_DONE, {ENTER}, NULL, N_("End preview"), N_("End preview: ready for the next person"), NULL, do_end_preview},
    {SCOPE_DONE, {CTRL('A')}, NULL, N_("Another number"), N_("After the code: call a parent or helper, or a contact of the index case"), NULL, do_another},

    /* The record */
    {SCOPE_WORK | SCOPE_DEMO, {CTRL('D')}, NULL, N_("Record"), N_("The whole record"), NULL, do_record},
    {SCOPE_WORK | SCOPE_SCROLL, {CTRL('R')}, NULL, N_("National number"), N_("Reveal or hide the national number (every look is recorded)"), has_niss, do_reveal},
    {SCOPE_WORK, {CTRL('P')}, NULL, NULL, N_("When to call back: day, time, another number"), NULL, do_callback},
    {SCOPE_WORK, {CTRL('Y')}, NULL, NULL, N_("The person does not want to be called again"), NULL, do_wish},
    {SCOPE_WORK, {CTRL('N')}, NULL, N_("Note"), N_("Note about this call"), NULL, do_note},

    /* Everywhere */
    {SCOPE_ALWAYS, {CTRL('L')}, NULL, NULL, N_("Paint the screen anew"), NULL, do_repaint},
    {SCOPE_ALWAYS, {CTRL('Z')}, NULL, NULL, N_("Stop the program for a moment; fg brings it back"), NULL, do_suspend},
};
/* clang-format on */
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

const struct command *command_all(size_t *ret_n)
{
    *ret_n = COMMAND_COUNT;
    return commands;
}

const struct command *command_of(action *run)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (commands[i].run == run)
            return &commands[i];
    return &commands[0];
}

static const char *name_of(int key)
{
    static const struct {
        int key;
        const char *name;
    } names[] = {
        {'\r', N_("Enter")},
        {'\t', N_("Tab")  },
        {27,   N_("Esc")  },
        {' ',  N_("Space")},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].key == key)
            return gettext(names[i].name);
    return NULL;
}

const char *command_key_text(const struct command *c, char *ret, size_t size)
{
    int key = c->keys[0];
    const char *name = c->shown ? gettext(c->shown) : name_of(key);
    if (name)
        snprintf(ret, size, "%s", name);
    else if (key > 0 && key < ' ')
        snprintf(ret, size, "^%c", key + '@');
    else if (key >= FKEY(1) && key <= FKEY(24))
        snprintf(ret, size, "F%d", key - FKEY(0));
    else
        snprintf(ret, size, "%c", key > ' ' && key < 0x7f ? key : '?');
    return ret;
}

static bool key_matches(const struct command *c, int key)
{
    for (size_t i = 0; i < COMMAND_KEYS && c->keys[i]; i++) {
        if (c->keys[i] == key)
            return true;
        if (c->keys[i] == KEY_ANY_DIGIT && key >= '1' && key <= '9')
            return true;
        if (c->keys[i] == KEY_ANY_TEXT && key > ' ' && key < 0x110000 && key != 0x7f)
            return true;
    }
    return false;
}

static bool is_usable(const struct tui *t, const struct command *c, scope_set scopes)
{
    return (c->scopes & scopes) && (!c->possible || c->possible(t));
}

bool command_run(struct tui *t, int key)
{
    scope_set scopes = tui_scopes(t);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (!is_usable(t, &commands[i], scopes) || !key_matches(&commands[i], key))
            continue;
        commands[i].run(t, key);
        return true;
    }
    return false;
}

void command_draw_hints(const struct tui *t, struct area a, int y)
{
    scope_set scopes = tui_scopes(t);
    int x = 1;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct command *c = &commands[i];
        if (!c->hint || !is_usable(t, c, scopes))
            continue;
        if ((scopes & SCOPE_TYPING) && (c->keys[0] == KEY_ANY_DIGIT) && !(scopes & SCOPE_CODES))
            continue;
        char key[16];
        command_key_text(c, key, sizeof key);
        int width = draw_width(key) + 1 + draw_width(gettext(c->hint));
        if (x + width > a.cols - 1)
            continue;
        x += draw_key(a, y, x, ROLE_KEY, ROLE_DIM, key, gettext(c->hint)) + 2;
    }
}
