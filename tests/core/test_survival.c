/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever dies, and however far the call is: the person's side goes on talking or is told that it
 * is over, the agent is told which, the backend hears of the end once, nobody is called twice, and
 * the agent goes on with the next person. Each pair of a death and a moment once; then deaths upon
 * deaths by dice: PUPITRE_SEED=N repeats the one that failed, PUPITRE_SEEDS=N throws so many. */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "survival_world.h"

#define SEEDS 4000
#define PEACE_S 130 /* until the longest absence is over, and then some */
#define MOMENT_S 2  /* what a person may be alone: until the next telephone program is there */

/* What becomes of the call, as the screen says it. */
#define GOES_ON (-1)   /* it is up */
#define NO_CALL (-2)   /* there is none yet, and the agent can call */
#define AS_IT_WAS (-3) /* it had ended before */

static const struct {
    char letter;
    int fate; /* one of these, or enum call_end */
} letters[] = {
    {'+', GOES_ON             },
    {'-', NO_CALL             },
    {'=', AS_IT_WAS           },
    {'n', CALL_END_NEVER_MADE },
    {'f', CALL_END_FAILED     },
    {'b', CALL_END_BUSY       },
    {'a', CALL_END_NO_ANSWER  },
    {'h', CALL_END_BY_PERSON  },
    {'l', CALL_END_LINE_LOST  },
    {'p', CALL_END_PHONE_LOST },
    {'s', CALL_END_SCREEN_LOST},
};

/* Long absences pass the limit of ringing (45 s), the grace time (60 s), and the end of the
 * preview, after which the call is made as soon as it can be; so does the time until a telephone
 * that is gone is given up. Nothing is missed of a person who is on hold: that is for the agent to
 * end. */
/* clang-format off */
static const struct {
    int64_t looked_at_s; /* so long after the death */
    const char *fates;   /* a letter a moment */
} ends[DEATH_COUNT] = {
    /*      preview, asked to dial, dialling, ringing, | talking, muted, held, held by them, both,
     *      being transferred | after-call work, done */
    [DEATH_SCREEN]       = {10,  "-n++" "++++++" "=="},
    [DEATH_SCREEN_LONG]  = {110, "+nfa" "ssssss" "=="},
    [DEATH_LINE]         = {10,  "-n++" "++++++" "=="},
    [DEATH_LINE_LONG]    = {110, "+nfa" "ssssss" "=="},
    [DEATH_DESK]         = {10,  "-npp" "pppppp" "=="},
    [DEATH_PHONE]        = {10,  "-npp" "pppppp" "=="},
    [DEATH_BACKEND]      = {10,  "-+++" "++++++" "=="},
    [DEATH_BACKEND_LONG] = {110, "+ffa" "++++++" "=="},
    [DEATH_PEER_ENDS]    = {10,  "-+bb" "hhhhhh" "=="},
    [DEATH_PEER]         = {60,  "+ffa" "ll++++" "=="},
};
/* clang-format on */

static const char *fate_name(int fate)
{
    static const char *const names[] = {"goes on", "no call", "as it was"};
    return fate < 0 ? names[-fate - 1] : call_end_name((enum call_end)fate);
}

static int expected(enum death d, enum moment m)
{
    assert_int_equal(strlen(ends[d].fates), MOMENT_COUNT);
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].letter == ends[d].fates[m])
            return letters[i].fate;
    fail_msg("no letter %c", ends[d].fates[m]);
    return 0;
}

static int fate_of(const struct survival *s)
{
    const struct ws_offer *o = &s->fx->view->offer;
    if (o->call.state == CALL_NONE)
        return NO_CALL;
    return o->call.state == CALL_ENDED ? (int)o->call.end : GOES_ON;
}

static void each_pair_of_a_death_and_a_moment_ends_well(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (enum death d = 0; d < DEATH_COUNT; d++)
        for (enum moment m = 0; m < MOMENT_COUNT; m++) {
            struct survival *s = survival_new();
            survival_reach(s, m);
            const int before = fate_of(s);
            (void)survival_kill(s, d);
            s->slow = false; /* what is still there is read now */
            survival_carry(s);
            survival_pass(s, ends[d].looked_at_s);
            const char *fault = survival_fault(s);
            int fate = fate_of(s);
            if (m >= MOMENT_ACW && fate == before)
                fate = AS_IT_WAS;
            if (!fault && fate != expected(d, m))
                fault = fate_name(fate);
            survival_pass(s, PEACE_S);
            if (!fault)
                fault = survival_fault(s);
            if (!fault && s->alone_s > MOMENT_S)
                fault = "the person had nobody for long";
            if (!fault)
                fault = survival_go_on(s);
            if (fault)
                print_error("%s, %s: %s\n", death_name(d), moment_name(m), fault);
            wrong += fault != NULL;
            survival_free(s);
        }
    assert_int_equal(wrong, 0);
}

/* Every way in which a call may end by a death is said, each in its own words. */
static void each_end_has_its_own_sentence(void **state)
{
    (void)state;
    for (enum call_end a = CALL_END_BY_AGENT; a < CALL_END_COUNT; a++)
        for (enum call_end b = CALL_END_BY_AGENT; b < a; b++)
            assert_string_not_equal(call_end_text(a), call_end_text(b));
}

/* --- dice --- */

struct dice {
    uint64_t state;
};

static unsigned roll(struct dice *d, unsigned n)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((d->state >> 33) % n);
}

static void somebody_acts(struct survival *s, struct dice *d)
{
    struct workstation_commands *c = &s->fx->cmd;
    const bool on = roll(d, 2);
    switch (roll(d, 9)) {
    case 0:
        survival_peer_rings(s);
        break;
    case 1:
        survival_peer_answers(s);
        break;
    case 2:
        survival_peer_holds(s, on);
        break;
    case 3:
        if (s->screen)
            (void)c->hold(c->arg, on, NULL);
        break;
    case 4:
        if (s->screen)
            (void)c->mute(c->arg, on, NULL);
        break;
    case 5:
        if (s->screen && roll(d, 4) == 0)
            (void)c->end_call(c->arg, NULL);
        break;
    case 6:
        if (s->screen)
            (void)c->dial(c->arg, 0, NULL);
        break;
    default:
        survival_pass(s, roll(d, roll(d, 4) ? 4 : 40));
        break;
    }
    survival_carry(s);
}

static const char *play(uint64_t seed, unsigned *ret_deaths)
{
    struct dice d = {seed};
    struct survival *s = survival_new();
    survival_reach(s, (enum moment)roll(&d, MOMENT_COUNT));
    for (unsigned i = 1 + roll(&d, 5); i > 0; i--) {
        *ret_deaths += survival_kill(s, (enum death)roll(&d, DEATH_COUNT));
        if (roll(&d, 2)) {
            s->slow = false;
            survival_carry(s);
        }
        for (unsigned k = roll(&d, 4); k > 0; k--)
            somebody_acts(s, &d);
    }
    s->slow = false;
    survival_carry(s);
    survival_pass(s, PEACE_S);
    const char *fault = survival_fault(s);
    if (!fault)
        fault = survival_go_on(s);
    survival_free(s);
    return fault;
}

static void deaths_upon_deaths_end_well(void **state)
{
    (void)state;
    const char *wished = getenv("PUPITRE_SEED");
    const char *many = getenv("PUPITRE_SEEDS");
    const uint64_t first = wished ? strtoull(wished, NULL, 10) : 1;
    const uint64_t n = wished ? 1 : many ? strtoull(many, NULL, 10) : SEEDS;
    unsigned deaths = 0;
    for (uint64_t seed = first; seed < first + n; seed++) {
        const char *fault = play(seed, &deaths);
        if (fault)
            fail_msg("%s: PUPITRE_SEED=%" PRIu64, fault, seed);
    }
    if (!wished)
        assert_true(deaths > SEEDS); /* or it proves little */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_of_a_death_and_a_moment_ends_well),
        cmocka_unit_test(each_end_has_its_own_sentence),
        cmocka_unit_test(deaths_upon_deaths_end_well),
    };
    return cmocka_run_group_tests_name("survival", tests, NULL, NULL);
}
