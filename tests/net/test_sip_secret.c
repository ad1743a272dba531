/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets of telephone lines: of one login, for a short time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "net/server/sip_secret.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
#define LIFE 3600
#define BEGAN INT64_C(1800000000)

/* RFC 2617 3.5: the example's H(A1); and what md5sum says. */
static void ha1_is_that_of_the_standard(void **state)
{
    (void)state;
    char ha1[SIP_HA1_SIZE];
    assert_true(sip_secret_ha1("Mufasa", "testrealm@host.com", "Circle Of Life", ha1));
    assert_string_equal(ha1, "939e7578ed9e3c518a452acee763bce9");
    assert_true(sip_secret_ha1("", "", "", ha1));
    assert_string_equal(ha1, "4501c091b0366d76ea3218b6cfdd8097"); /* printf :: | md5sum */
}

static void a_secret_is_of_one_token_and_one_number(void **state)
{
    (void)state;
    char first[SIP_SECRET_SIZE], again[SIP_SECRET_SIZE], other[SIP_SECRET_SIZE];
    sip_secret_derive(TOKEN, 0, first);
    sip_secret_derive(TOKEN, 0, again);
    assert_string_equal(first, again);
    assert_int_equal(strspn(first, "0123456789abcdef"), SIP_SECRET_SIZE - 1);
    sip_secret_derive(TOKEN, 1, other);
    assert_string_not_equal(first, other);
    sip_secret_derive("x" TOKEN, 0, other);
    assert_string_not_equal(first, other);
    sip_secret_derive(TOKEN, INT64_MAX, other);
    assert_string_not_equal(first, other);
}

static void the_next_one_comes_when_the_life_is_over(void **state)
{
    (void)state;
    static const struct {
        int64_t age, number, renew;
    } cases[] = {
        {0,         0,  LIFE    },
        {1,         0,  LIFE - 1},
        {LIFE - 1,  0,  1       },
        {LIFE,      1,  LIFE    },
        {LIFE + 1,  1,  LIFE - 1},
        {10 * LIFE, 10, LIFE    },
        {-5000,     0,  LIFE    }, /* a clock that was set back */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(sip_secret_number(BEGAN, LIFE, BEGAN + cases[i].age), cases[i].number);
        assert_int_equal(sip_secret_renew_s(BEGAN, LIFE, BEGAN + cases[i].age), cases[i].renew);
    }
}

/* Does the exchange let this secret in, so long after the session began? */
static bool is_let_in(int64_t number, int64_t age_s)
{
    char secret[SIP_SECRET_SIZE], mine[SIP_HA1_SIZE], good[SIP_SECRETS_MAX][SIP_HA1_SIZE];
    sip_secret_derive(TOKEN, number, secret);
    assert_true(sip_secret_ha1("an", "exchange", secret, mine));
    const size_t n = sip_secret_ha1s(TOKEN, BEGAN, LIFE, BEGAN + age_s, "an", "exchange", good);
    assert_int_equal(n, age_s < LIFE ? 1 : SIP_SECRETS_MAX);
    for (size_t i = 0; i < n; i++)
        if (strcmp(good[i], mine) == 0)
            return true;
    return false;
}

static void a_secret_is_good_for_its_time_and_the_next(void **state)
{
    (void)state;
    assert_true(is_let_in(0, 0));
    assert_true(is_let_in(0, LIFE));
    assert_true(is_let_in(0, 2 * LIFE - 1));
    assert_false(is_let_in(0, 2 * LIFE));
    assert_false(is_let_in(1, LIFE - 1));
    assert_true(is_let_in(1, LIFE));
    assert_false(is_let_in(5, 8 * LIFE));
    assert_true(is_let_in(7, 8 * LIFE));
    assert_true(is_let_in(8, 8 * LIFE));
}

static int sodium(void **state)
{
    (void)state;
    return sodium_init() < 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(ha1_is_that_of_the_standard),
        cmocka_unit_test(a_secret_is_of_one_token_and_one_number),
        cmocka_unit_test(the_next_one_comes_when_the_life_is_over),
        cmocka_unit_test(a_secret_is_good_for_its_time_and_the_next),
    };
    return cmocka_run_group_tests(tests, sodium, NULL);
}
