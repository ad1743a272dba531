/* SPDX-License-Identifier: Apache-2.0 */
/* The Belgian national register number: shape, date, check digits. */

#include "core/niss.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"

#define DIGITS 11

/* Digits with the separators that people write: all of "85.07.30-033.28", or none, and blanks where
 * a separator may be. */
static bool take_digits(const char *text, size_t len, char ret[DIGITS + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        const char c = text[i];
        if (c >= '0' && c <= '9') {
            if (n == DIGITS)
                return false;
            ret[n++] = c;
            continue;
        }
        const bool group_ends = n == 2 || n == 4 || n == 6 || n == 9;
        const bool after_digit = i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9';
        if (!group_ends || !after_digit || !(c == '.' || c == '-' || c == ' '))
            return false;
    }
    ret[n] = '\0';
    return n == DIGITS;
}

static unsigned number_at(const char *digits, size_t at, size_t n)
{
    unsigned value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (unsigned)(digits[at + i] - '0');
    return value;
}

/* Month and day of the birth date; 00 stands for unknown. BIS numbers add 20 or 40 to the month.
 * When a day's serials were used up, month 00 and any day follow. */
static bool date_is_possible(const char *digits)
{
    unsigned month = number_at(digits, 2, 2);
    const unsigned day = number_at(digits, 4, 2);
    if (month >= 40)
        month -= 40;
    else if (month >= 20)
        month -= 20;
    static const unsigned lengths[] = {99, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month <= 12 && day <= lengths[month];
}

static bool check_is_right(const char *digits)
{
    const unsigned nine = number_at(digits, 0, 9);
    const unsigned check = number_at(digits, 9, 2);
    /* Before 2000 the nine digits alone; from 2000 on with a 2 before them. */
    return check == 97 - nine % 97 || check == 97 - (unsigned)((UINT64_C(2000000000) + nine) % 97);
}

enum niss_fault niss_read(const char *text, size_t len, struct niss *ret)
{
    struct niss n;
    if (!take_digits(text, len, n.digits))
        return NISS_SHAPE;
    *ret = n;
    enum niss_fault fault = NISS_OK;
    if (!date_is_possible(n.digits))
        fault = NISS_DATE;
    else if (!check_is_right(n.digits))
        fault = NISS_CHECK;
    niss_wipe(&n);
    return fault;
}

const char *niss_fault_text(enum niss_fault fault)
{
    static const char *const texts[] = {
        [NISS_OK] = "",
        [NISS_SHAPE] = N_("A national register number has 11 digits."),
        [NISS_DATE] = N_("The birth date in the national register number does not exist."),
        [NISS_CHECK] = N_("The check digits of the national register number are wrong."),
    };
    _Static_assert(sizeof texts / sizeof texts[0] == NISS_FAULT_COUNT, "one text a fault");
    return texts[fault];
}

enum err_code niss_parse(const char *text, size_t len, struct niss *ret, struct err *err)
{
    struct niss n = {0};
    const enum niss_fault fault = niss_read(text, len, &n);
    if (fault == NISS_OK)
        *ret = n;
    niss_wipe(&n);
    if (fault == NISS_OK)
        return ERR_OK;
    return err_set(err, ERR_INVALID, "%s", niss_fault_text(fault));
}

bool niss_is_set(const struct niss *n)
{
    return n->digits[0] != '\0';
}

bool niss_is_bis(const struct niss *n)
{
    return niss_is_set(n) && n->digits[2] >= '2';
}

void niss_mask(const struct niss *n, char ret[NISS_TEXT_SIZE])
{
    ret[0] = '\0';
    if (niss_is_set(n))
        snprintf(ret, NISS_TEXT_SIZE, "**.**.**-***.%.2s", n->digits + 9);
}

void niss_reveal(const struct niss *n, char ret[NISS_TEXT_SIZE])
{
    ret[0] = '\0';
    if (niss_is_set(n))
        snprintf(ret, NISS_TEXT_SIZE, "%.2s.%.2s.%.2s-%.3s.%.2s", n->digits, n->digits + 2,
                 n->digits + 4, n->digits + 6, n->digits + 9);
}

void niss_wipe(struct niss *n)
{
    explicit_bzero(n, sizeof *n);
}
