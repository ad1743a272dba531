/* SPDX-License-Identifier: Apache-2.0 */
/* Decimals compared digit by digit, so that no double can round two of them into one. */

#include "core/decimal.h"

#include <stdint.h>
#include <string.h>

/* A literal taken apart: value = ± 0.DIGITS * 10^point, digits without leading zeros. */
struct decimal {
    bool negative;
    char digits[DECIMAL_MAX + 1];
    unsigned n; /* 0: the value is zero */
    int64_t point;
};

static unsigned run(const char *text)
{
    unsigned n = 0;
    while (text[n] >= '0' && text[n] <= '9')
        n++;
    return n;
}

bool decimal_is_valid(const char *text)
{
    const size_t len = strlen(text);
    const char *t = text + (text[0] == '-');
    unsigned n = run(t);
    if (len > DECIMAL_MAX || n == 0 || (n > 1 && t[0] == '0'))
        return false;
    t += n;
    if (*t == '.') {
        n = run(t + 1);
        if (n == 0)
            return false;
        t += 1 + n;
    }
    if (*t == 'e' || *t == 'E') {
        t++;
        t += *t == '+' || *t == '-';
        n = run(t);
        if (n == 0)
            return false;
        t += n;
    }
    return *t == '\0';
}

bool decimal_is_integer(const char *text)
{
    const char *t = text + (text[0] == '-');
    const unsigned n = run(t);
    if (n == 0 || n > 10 || t[n] != '\0' || (n > 1 && t[0] == '0'))
        return false;
    int64_t v = 0;
    for (unsigned i = 0; i < n; i++)
        v = v * 10 + (t[i] - '0');
    return text[0] == '-' ? -v >= INT32_MIN : v <= INT32_MAX;
}

/* An exponent that no literal of this length can make up for is as good as any larger one. */
static int64_t exponent_of(const char *t)
{
    const bool negative = *t == '-';
    t += *t == '+' || *t == '-';
    int64_t v = 0;
    for (; *t && v < 1000000000; t++)
        v = v * 10 + (*t - '0');
    return negative ? -v : v;
}

static struct decimal take_apart(const char *text)
{
    struct decimal d = {.negative = text[0] == '-'};
    bool fraction = false;
    const char *t = text + d.negative;
    for (; *t && *t != 'e' && *t != 'E'; t++) {
        if (*t == '.') {
            fraction = true;
            continue;
        }
        if (d.n == 0 && *t == '0') { /* a leading zero: only its place counts */
            d.point -= fraction;
            continue;
        }
        d.digits[d.n++] = *t;
        d.point += !fraction;
    }
    while (d.n && d.digits[d.n - 1] == '0')
        d.n--;
    d.digits[d.n] = '\0';
    if (*t)
        d.point += exponent_of(t + 1);
    if (d.n == 0)
        d = (struct decimal){0};
    return d;
}

int decimal_compare(const char *a, const char *b)
{
    const struct decimal x = take_apart(a), y = take_apart(b);
    if (x.n == 0 || y.n == 0 || x.negative != y.negative) {
        const int sx = x.n == 0 ? 0 : x.negative ? -1 : 1;
        const int sy = y.n == 0 ? 0 : y.negative ? -1 : 1;
        return sx - sy;
    }
    const int sign = x.negative ? -1 : 1;
    if (x.point != y.point)
        return x.point < y.point ? -sign : sign;
    /* Without trailing zeros the order of the digits is that of text. */
    return sign * strcmp(x.digits, y.digits);
}
