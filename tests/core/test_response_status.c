/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/response_status.h"

#define PROGRESS RESPONSE_IN_PROGRESS
#define COMPLETED RESPONSE_COMPLETED
#define AMENDED RESPONSE_AMENDED
#define STOPPED RESPONSE_STOPPED
#define ERROR RESPONSE_ENTERED_IN_ERROR

/* verdict: in-progress, completed, stopped, entered-in-error */
static const enum response_status verdicts[] = {PROGRESS, COMPLETED, STOPPED, ERROR};
#define N_VERDICTS (sizeof verdicts / sizeof verdicts[0])
static const enum response_status wanted[RESPONSE_WORDS_COUNT][N_VERDICTS] = {
    [RESPONSE_DRAFT] = {PROGRESS,  STOPPED,   STOPPED,   ERROR},
    [RESPONSE_WHOLE] = {COMPLETED, COMPLETED, COMPLETED, ERROR},
    [RESPONSE_ANEW] = {AMENDED,   AMENDED,   AMENDED,   ERROR},
};

static void every_pair_of_words_and_verdict_is_as_written(void **state)
{
    (void)state;
    for (int w = 0; w < RESPONSE_WORDS_COUNT; w++)
        for (size_t v = 0; v < N_VERDICTS; v++)
            assert_int_equal(response_status_of((enum response_words)w, verdicts[v]), wanted[w][v]);
}

static void a_code_never_says_amended(void **state)
{
    (void)state;
    size_t n = 0;
    for (int s = 0; s < RESPONSE_STATUS_COUNT; s++)
        n += response_is_verdict((enum response_status)s);
    assert_int_equal(n, N_VERDICTS);
    assert_false(response_is_verdict(AMENDED));
}

static void what_is_handed_in_again_is_anew(void **state)
{
    (void)state;
    assert_int_equal(response_words_next(RESPONSE_DRAFT, false), RESPONSE_DRAFT);
    assert_int_equal(response_words_next(RESPONSE_DRAFT, true), RESPONSE_WHOLE);
    assert_int_equal(response_words_next(RESPONSE_WHOLE, true), RESPONSE_ANEW);
    assert_int_equal(response_words_next(RESPONSE_ANEW, true), RESPONSE_ANEW);
}

/* Each state that the rules can bring about, under each verdict, told and not told. */
static void every_correction_is_as_if_the_code_had_been_the_first(void **state)
{
    (void)state;
    for (int w = 0; w < RESPONSE_WORDS_COUNT; w++) {
        for (size_t first = 0; first < N_VERDICTS; first++) {
            for (size_t then = 0; then < N_VERDICTS; then++) {
                for (int told = 0; told < 2; told++) {
                    const struct response_state was = {(enum response_words)w, wanted[w][first]};
                    const struct response_state now = response_wrapped(was, verdicts[then], told);
                    const bool back = told && w == RESPONSE_WHOLE && verdicts[first] == ERROR &&
                                      verdicts[then] != ERROR;
                    assert_int_equal(now.words, back ? RESPONSE_ANEW : w);
                    assert_int_equal(now.status, back ? AMENDED : wanted[w][then]);
                }
            }
        }
    }
}

static void only_what_was_handed_in_is_told(void **state)
{
    (void)state;
    for (size_t was = 0; was < N_VERDICTS; was++)
        for (size_t now = 0; now < N_VERDICTS; now++)
            for (int told = 0; told < 2; told++)
                assert_int_equal(
                    response_telling(
                        (struct response_state){RESPONSE_DRAFT, wanted[RESPONSE_DRAFT][was]},
                        (struct response_state){RESPONSE_DRAFT, wanted[RESPONSE_DRAFT][now]}, told),
                    RESPONSE_TELL_NOTHING);
}

static void the_wrong_person_is_taken_back_or_never_told(void **state)
{
    (void)state;
    for (int w = RESPONSE_WHOLE; w < RESPONSE_WORDS_COUNT; w++) {
        const struct response_state good = {(enum response_words)w, wanted[w][0]};
        const struct response_state bad = {(enum response_words)w, ERROR};
        assert_int_equal(response_telling(good, bad, true), RESPONSE_TELL);
        assert_int_equal(response_telling(good, bad, false), RESPONSE_RECALL);
        assert_int_equal(response_telling(bad, good, true), RESPONSE_TELL);
        assert_int_equal(response_telling(bad, good, false), RESPONSE_TELL);
        for (int told = 0; told < 2; told++) {
            assert_int_equal(response_telling(good, good, told), RESPONSE_TELL_NOTHING);
            assert_int_equal(response_telling(bad, bad, told), RESPONSE_TELL_NOTHING);
        }
    }
}

static void a_draft_changes_hands_only_when_the_service_says_so(void **state)
{
    (void)state;
    for (int s = 0; s < RESPONSE_STATUS_COUNT; s++)
        for (int same = 0; same < 2; same++)
            for (int carry = 0; carry < 2; carry++)
                assert_int_equal(response_goes_on((enum response_status)s, same, carry),
                                 s == PROGRESS && (same || carry));
}

static void names_are_those_of_fhir(void **state)
{
    (void)state;
    static const char *const names[] = {"in-progress", "completed", "amended", "stopped",
                                        "entered-in-error"};
    enum response_status s = PROGRESS;
    for (int i = 0; i < RESPONSE_STATUS_COUNT; i++) {
        assert_string_equal(response_status_name((enum response_status)i), names[i]);
        assert_true(response_status_parse(names[i], &s));
        assert_int_equal(s, i);
    }
    assert_false(response_status_parse("Completed", &s));
    assert_int_equal(s, ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_words_and_verdict_is_as_written),
        cmocka_unit_test(a_code_never_says_amended),
        cmocka_unit_test(what_is_handed_in_again_is_anew),
        cmocka_unit_test(every_correction_is_as_if_the_code_had_been_the_first),
        cmocka_unit_test(only_what_was_handed_in_is_told),
        cmocka_unit_test(the_wrong_person_is_taken_back_or_never_told),
        cmocka_unit_test(a_draft_changes_hands_only_when_the_service_says_so),
        cmocka_unit_test(names_are_those_of_fhir),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
