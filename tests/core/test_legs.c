/* SPDX-License-Identifier: Apache-2.0 */
/* Every pair of states, every request: what it becomes, and what must never come of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/legs.h"

/* The whole table, written down a second time: a row a state of the person, a letter a state of the
 * consult, both in the order of enum call_state.
 *   .  refused        =  is so already
 *   d  dial person    D  dial consult     h  hold person     H  hold consult
 *   r  resume person  R  resume consult   e  end person      E  end consult
 *   t  transfer       n  decline         i  ring here        a  answer
 * Two letters of more than one step stand in for them: see `words`. */
/* clang-format off */
static const char *const grids[LEGS_ASK_COUNT][CALL_STATE_COUNT] = {
/*                         none   dialling ringing talking held ended transferring incoming: of the consult */
[LEGS_DIAL]           = {"d....d..", "........", "........", "........", "........", "d....d..", "........", "........"},
[LEGS_CONSULT]        = {"........", "........", "........", "1....1..", "D....D..", "........", "........", "........"},
[LEGS_SWAP]           = {"........", "........", "........", "....2...", "...3....", "........", "........", "........"},
[LEGS_TAKE_BACK]      = {"........", "........", "........", "=EEEE=EE", "r4444r44", "........", "........", "........"},
[LEGS_TRANSFER]       = {"........", "........", "........", "56666566", "t7777t77", "........", "........", "........"},
[LEGS_HOLD_PERSON]    = {"........", "........", "........", "hhhhhhhh", "========", "........", "........", "........"},
[LEGS_HOLD_CONSULT]   = {"...H=...", "...H=...", "...H=...", "...H=...", "...H=...", "...H=...", "...H=...", "...H=..."},
[LEGS_RESUME_PERSON]  = {"........", "........", "........", "========", "r..3rr..", "........", "........", "........"},
[LEGS_RESUME_CONSULT] = {"...=R...", "...=....", "...=....", "...=2...", "...=R...", "...=R...", "...=R...", "...=...."},
[LEGS_END_PERSON]     = {"........", "eeeeeeee", "eeeeeeee", "eeeeeeee", "eeeeeeee", "........", "eeeeeeee", "eeeeeeee"},
[LEGS_END_CONSULT]    = {".EEEE.EE", ".EEEE.EE", ".EEEE.EE", ".EEEE.EE", ".EEEE.EE", ".EEEE.EE", ".EEEE.EE", ".EEEE.EE"},
[LEGS_INCOMING]       = {"innnninn", "nnnnnnnn", "nnnnnnnn", "nnnnnnnn", "nnnnnnnn", "innnninn", "nnnnnnnn", "nnnnnnnn"},
[LEGS_ANSWER]         = {"........", "........", "........", "........", "........", "........", "........", "a....a.."},
};

static const struct {
    char letter;
    const char *steps;
} words[] = {
    {'1', "hD"}, {'2', "hR"}, {'3', "Hr"}, {'4', "Er"}, {'5', "ht"}, {'6', "Eht"}, {'7', "Et"},
};

static const char letters[LEGS_STEP_COUNT] = {
    [LEGS_STEP_DIAL_PERSON] = 'd',   [LEGS_STEP_DIAL_CONSULT] = 'D',
    [LEGS_STEP_HOLD_PERSON] = 'h',   [LEGS_STEP_HOLD_CONSULT] = 'H',
    [LEGS_STEP_RESUME_PERSON] = 'r', [LEGS_STEP_RESUME_CONSULT] = 'R',
    [LEGS_STEP_END_PERSON] = 'e',    [LEGS_STEP_END_CONSULT] = 'E',
    [LEGS_STEP_TRANSFER] = 't',      [LEGS_STEP_DECLINE] = 'n',
    [LEGS_STEP_RING] = 'i',          [LEGS_STEP_ANSWER] = 'a',
};
/* clang-format on */

static void spell(const struct legs_plan *plan, char ret[LEGS_STEPS_MAX + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < LEGS_STEPS_MAX; i++)
        if (plan->steps[i] != LEGS_STEP_NONE)
            ret[n++] = letters[plan->steps[i]];
    ret[n] = '\0';
}

static void expand(char letter, char ret[LEGS_STEPS_MAX + 1])
{
    ret[0] = letter == '.' || letter == '=' ? '\0' : letter;
    ret[1] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i].letter == letter)
            (void)snprintf(ret, LEGS_STEPS_MAX + 1, "%s", words[i].steps);
}

typedef void pair_fn(enum legs_ask ask, enum call_state person, enum call_state consult);

static void for_every_pair(pair_fn *check)
{
    for (int ask = 0; ask < LEGS_ASK_COUNT; ask++)
        for (int person = 0; person < CALL_STATE_COUNT; person++)
            for (int consult = 0; consult < CALL_STATE_COUNT; consult++)
                check((enum legs_ask)ask, (enum call_state)person, (enum call_state)consult);
}

static void check_grid(enum legs_ask ask, enum call_state person, enum call_state consult)
{
    char want[LEGS_STEPS_MAX + 1], is[LEGS_STEPS_MAX + 1];
    const char letter = grids[ask][person][consult];
    const struct legs_plan plan = legs_ask(ask, person, consult);
    expand(letter, want);
    spell(&plan, is);
    if (strcmp(want, is) != 0 || plan.allowed != (letter != '.'))
        fail_msg("%s with %s and %s: \"%s\" instead of \"%s\"", legs_ask_name(ask),
                 call_state_name(person), call_state_name(consult), is, want);
    assert_int_equal(plan.allowed, plan.refusal == NULL);
}

static void every_pair_does_what_the_grid_says(void **state)
{
    (void)state;
    for_every_pair(check_grid);
}

static bool both_talk(const struct call calls[LEG_COUNT])
{
    return calls[LEG_PERSON].state == CALL_TALKING && calls[LEG_CONSULT].state == CALL_TALKING;
}

/* Each step is one that the call's own table allows, and never do both talk. */
static void check_steps(enum legs_ask ask, enum call_state person, enum call_state consult)
{
    struct call calls[LEG_COUNT] = {{.state = person}, {.state = consult}};
    const struct legs_plan plan = legs_ask(ask, person, consult);
    const bool talked = both_talk(calls); /* a pair that cannot come about */
    for (size_t i = 0; i < LEGS_STEPS_MAX; i++) {
        enum leg leg;
        enum call_event event;
        if (!legs_step_event(plan.steps[i], &leg, &event))
            continue;
        if (event == CALL_EV_DIAL || event == CALL_EV_INCOMING)
            calls[leg] = (struct call){0};
        assert_true(call_step(&calls[leg], event, CALL_END_BY_AGENT, 1));
        assert_true(talked || !both_talk(calls));
        /* Nobody is called while somebody talks: an answer would make it two. */
        if (event == CALL_EV_DIAL)
            assert_true(calls[!leg].state != CALL_TALKING);
    }
    /* ... nor does anybody begin to talk while the other may still answer. */
    if (calls[LEG_CONSULT].state == CALL_DIALLING || calls[LEG_CONSULT].state == CALL_RINGING)
        assert_true(calls[LEG_PERSON].state != CALL_TALKING || person == CALL_TALKING);
}

static void steps_are_possible_and_never_let_both_talk(void **state)
{
    (void)state;
    for_every_pair(check_steps);
}

/* From nothing, by any requests and any events of the far ends: both never talk. */
static void walk(const struct call calls[LEG_COUNT], bool seen[CALL_STATE_COUNT][CALL_STATE_COUNT])
{
    if (seen[calls[LEG_PERSON].state][calls[LEG_CONSULT].state])
        return;
    seen[calls[LEG_PERSON].state][calls[LEG_CONSULT].state] = true;
    assert_false(both_talk(calls));
    for (int ask = 0; ask < LEGS_ASK_COUNT; ask++) {
        struct call next[LEG_COUNT] = {calls[0], calls[1]};
        const struct legs_plan plan =
            legs_ask((enum legs_ask)ask, next[LEG_PERSON].state, next[LEG_CONSULT].state);
        for (size_t i = 0; i < LEGS_STEPS_MAX; i++) {
            enum leg leg;
            enum call_event event;
            if (!legs_step_event(plan.steps[i], &leg, &event))
                continue;
            if (event == CALL_EV_DIAL || event == CALL_EV_INCOMING)
                next[leg] = (struct call){0};
            if (!call_step(&next[leg], event, CALL_END_BY_AGENT, 1))
                break;
            walk(next, seen); /* a plan may stop after any step */
        }
    }
    static const enum call_event far[] = {CALL_EV_RING, CALL_EV_ANSWER, CALL_EV_TRANSFER_FAILED,
                                          CALL_EV_END};
    for (int leg = 0; leg < LEG_COUNT; leg++)
        for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
            struct call next[LEG_COUNT] = {calls[0], calls[1]};
            if (call_step(&next[leg], far[i], CALL_END_BY_PERSON, 1))
                walk(next, seen);
        }
}

static void whatever_is_asked_and_happens_both_never_talk(void **state)
{
    (void)state;
    bool seen[CALL_STATE_COUNT][CALL_STATE_COUNT] = {0};
    const struct call none[LEG_COUNT] = {0};
    walk(none, seen);
    assert_true(seen[CALL_HELD][CALL_TALKING]);
    assert_true(seen[CALL_TALKING][CALL_HELD]);
    assert_true(seen[CALL_ENDED][CALL_TALKING]); /* the person hung up, the expert is on the line */
    assert_true(seen[CALL_TRANSFERRING][CALL_ENDED]);
    assert_true(seen[CALL_INCOMING][CALL_ENDED]);
    assert_false(seen[CALL_INCOMING][CALL_TALKING]); /* whoever talks is not rung */
    assert_false(seen[CALL_TALKING][CALL_RINGING]);
    assert_false(seen[CALL_DIALLING][CALL_TALKING]);
}

static void every_request_and_step_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < LEGS_ASK_COUNT; i++)
        assert_true(strlen(legs_ask_name((enum legs_ask)i)) > 0);
    for (int i = 0; i < LEGS_STEP_COUNT; i++)
        assert_true(strlen(legs_step_name((enum legs_step)i)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_does_what_the_grid_says),
        cmocka_unit_test(steps_are_possible_and_never_let_both_talk),
        cmocka_unit_test(whatever_is_asked_and_happens_both_never_talk),
        cmocka_unit_test(every_request_and_step_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
