/* SPDX-License-Identifier: Apache-2.0 */
/* Telephone numbers: separators away, Belgian forms to E.164, the numbering plan as tables. */

#include "core/phone.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

#define DIGITS_MAX 15 /* E.164 6.1 */
#define DIGITS_MIN 7

/* The Belgian plan. In a pattern 'd' is any digit and "[…]" a set; the whole national number has to
 * match. Order matters nowhere: no two overlap. */
static const struct plan_row {
    enum phone_kind kind;
    const char *pattern;
    const char *groups; /* lengths of the groups on the screen */
} plan[] = {
    {PHONE_FIXED,   "[23][2345678]dddddd", "1322"},
    {PHONE_FIXED,   "4[23]dddddd",         "1322"},
    {PHONE_FIXED,   "9[234]dddddd",        "1322"},
    {PHONE_FIXED,   "1[01234569]dddddd",   "2222"},
    {PHONE_FIXED,   "5ddddddd",            "2222"},
    {PHONE_FIXED,   "6[01345789]dddddd",   "2222"},
    {PHONE_FIXED,   "71dddddd",            "2222"},
    {PHONE_FIXED,   "8[12345679]dddddd",   "2222"},
    {PHONE_FIXED,   "80[2345678]ddddd",    "2222"},
    {PHONE_MOBILE,  "4[56789]ddddddd",     "3222"},
    {PHONE_FREE,    "800[123456789]dddd",  "323" },
    {PHONE_SHARED,  "70dddddd",            "2222"},
    {PHONE_SHARED,  "78dddddd",            "2222"},
    {PHONE_PREMIUM, "90dddddd",            "323" },
};

static const struct phone_short_code short_codes[] = {
    {"100",    N_("Ambulance and fire brigade"),           true },
    {"101",    N_("Police"),                               true },
    {"102",    N_("Children's help line (Dutch)"),         false},
    {"103",    N_("Children's help line (French)"),        false},
    {"105",    N_("Red Cross"),                            false},
    {"106",    N_("Crisis help line (Dutch)"),             false},
    {"107",    N_("Crisis help line (French)"),            false},
    {"108",    N_("Crisis help line (German)"),            false},
    {"112",    N_("Emergency: ambulance, fire, police"),   true },
    {"116000", N_("Missing children"),                     false},
    {"116006", N_("Victims of crime"),                     false},
    {"116111", N_("Children's help line"),                 false},
    {"116117", N_("Medical advice, not urgent"),           false},
    {"116123", N_("Emotional support"),                    false},
    {"1700",   N_("Brussels information"),                 false},
    {"1712",   N_("Violence and abuse help line (Dutch)"), false},
    {"1718",   N_("Wallonia information (French)"),        false},
    {"1719",   N_("Wallonia information (German)"),        false},
    {"1722",   N_("Fire brigade, not urgent"),             false},
    {"1733",   N_("Doctor on duty"),                       false},
    {"1813",   N_("Suicide prevention (Dutch)"),           false},
};

/* Country codes assigned by the ITU (E.164 list of 2016, services for the world included). */
static const char *const country_codes =
    " 1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63"
    " 64 65 66 81 82 84 86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227"
    " 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247 248 249 250"
    " 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299"
    " 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378 379 380 381 382"
    " 383 385 386 387 389 420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594"
    " 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689"
    " 690 691 692 800 808 850 852 853 855 856 870 878 880 881 882 883 886 888 960 961 962 963 964"
    " 965 966 967 968 970 971 972 973 974 975 976 977 979 992 993 994 995 996 998 ";

/* How many of the first digits are the country code; 0 = there is no such country. No code begins
 * another one. */
static size_t country_code_len(const char *digits)
{
    for (size_t n = 1; n <= 3 && digits[n - 1]; n++) {
        char word[6];
        snprintf(word, sizeof word, " %.*s ", (int)n, digits);
        if (strstr(country_codes, word))
            return n;
    }
    return 0;
}

static bool fits(const char *pattern, const char *digits)
{
    for (; *pattern; pattern++, digits++) {
        if (!*digits)
            return false;
        if (*pattern == '[') {
            const char *end = strchr(pattern, ']');
            if (!memchr(pattern + 1, *digits, (size_t)(end - pattern - 1)))
                return false;
            pattern = end;
        } else if (*pattern != 'd' && *pattern != *digits) {
            return false;
        }
    }
    return !*digits;
}

static const struct plan_row *plan_find(const char *national)
{
    for (size_t i = 0; i < sizeof plan / sizeof plan[0]; i++)
        if (fits(plan[i].pattern, national))
            return &plan[i];
    return NULL;
}

/* Blanks and dashes that people, spreadsheets and word processors put into numbers. */
static bool is_separator(uint32_t c)
{
    return c == ' ' || c == '.' || c == '/' || c == '-' || c == 0xA0 || c == 0x202F ||
           (c >= 0x2010 && c <= 0x2013);
}

struct bare {
    bool plus;
    char digits[DIGITS_MAX + 6]; /* 00, (0) and one too many still fit */
    size_t n;
};

static bool ends_with(const struct bare *b, const char *tail)
{
    const size_t n = strlen(tail);
    return b->n >= n && memcmp(b->digits + b->n - n, tail, n) == 0;
}

/* What may follow an opening parenthesis: digits and its end. "(0)" after a country code is no part
 * of the number, except in Italy. */
static size_t take_parenthesis(const char *text, size_t len, struct bare *ret)
{
    size_t i = 0;
    while (i < len && text[i] >= '0' && text[i] <= '9')
        i++;
    if (i == 0 || i == len || text[i] != ')')
        return 0;
    const bool trunk_zero = i == 1 && text[0] == '0' && ret->n > 0 && !ends_with(ret, "39");
    for (size_t k = 0; k < i && !trunk_zero; k++)
        if (ret->n < sizeof ret->digits - 1)
            ret->digits[ret->n++] = text[k];
    return i + 1;
}

/* Digits and an optional '+' before them; false when anything else stands there. */
static bool strip(const char *text, size_t len, struct bare *ret)
{
    *ret = (struct bare){0};
    for (size_t i = 0; i < len;) {
        uint32_t c;
        const size_t n = utf8_decode(text + i, len - i, &c);
        if (n == 0)
            return false;
        i += n;
        if (c == '+' && !ret->plus && ret->n == 0) {
            ret->plus = true;
        } else if (c == '(') {
            const size_t used = take_parenthesis(text + i, len - i, ret);
            if (used == 0)
                return false;
            i += used;
        } else if (c >= '0' && c <= '9') {
            if (ret->n == sizeof ret->digits - 1)
                return false;
            ret->digits[ret->n++] = (char)c;
        } else if (!is_separator(c)) {
            return false;
        }
    }
    return ret->n > 0;
}

/* Country code and national number, from any of the forms. NULL = neither. */
static const char *international(const struct bare *b, char whole[sizeof b->digits + 2])
{
    if (b->plus)
        snprintf(whole, sizeof b->digits + 2, "%s", b->digits);
    else if (strncmp(b->digits, "00", 2) == 0)
        snprintf(whole, sizeof b->digits + 2, "%s", b->digits + 2);
    else if (b->digits[0] == '0')
        snprintf(whole, sizeof b->digits + 2, "32%s", b->digits + 1);
    else
        return N_("Write the number with + and the country code, or with 0 when it is Belgian.");
    return NULL;
}

enum err_code phone_parse(const char *text, size_t len, char ret[PHONE_SIZE], struct err *err)
{
    struct bare b;
    if (!strip(text, len, &b))
        return err_set(err, ERR_PHONE,
                       N_("A telephone number has digits, blanks, and . / - ( ) between them."));
    if (!b.plus && phone_short_code(b.digits))
        return err_set(err, ERR_PHONE, N_("A short code is nobody's own number."));
    char whole[sizeof b.digits + 2];
    const char *fault = international(&b, whole);
    if (fault)
        return err_set(err, ERR_PHONE, "%s", fault);
    char *digits = whole;
    if (strncmp(digits, "320", 3) == 0) /* "+32 0470 …": the 0 is for calls within Belgium */
        memmove(digits + 2, digits + 3, strlen(digits + 3) + 1);
    if (country_code_len(digits) == 0)
        return err_set(err, ERR_PHONE, N_("There is no such country code."));
    const size_t n = strlen(digits);
    if (n < DIGITS_MIN || n > DIGITS_MAX)
        return err_set(err, ERR_PHONE, N_("An international telephone number has 7 to 15 digits."));
    if (strncmp(digits, "32", 2) == 0 && !plan_find(digits + 2))
        return err_set(err, ERR_PHONE, N_("There is no such Belgian number."));
    ret[0] = '+';
    memcpy(ret + 1, digits, n + 1);
    return ERR_OK;
}

enum err_code phone_parse_dialled(const char *text, size_t len, char ret[PHONE_SIZE],
                                  struct err *err)
{
    struct bare b;
    const struct phone_short_code *code = NULL;
    if (strip(text, len, &b) && !b.plus)
        code = phone_short_code(b.digits);
    if (!code)
        return phone_parse(text, len, ret, err);
    snprintf(ret, PHONE_SIZE, "%s", code->number);
    return ERR_OK;
}

/* '+', a country code that exists, 7..15 digits. */
static bool is_e164(const char *number)
{
    if (number[0] != '+')
        return false;
    const size_t n = strspn(number + 1, "0123456789");
    return number[1 + n] == '\0' && n >= DIGITS_MIN && n <= DIGITS_MAX &&
           country_code_len(number + 1) > 0;
}

enum phone_kind phone_kind(const char *number)
{
    if (phone_short_code(number))
        return PHONE_SHORT;
    if (!is_e164(number))
        return PHONE_INVALID;
    if (strncmp(number, "+32", 3) != 0)
        return PHONE_FOREIGN;
    const struct plan_row *row = plan_find(number + 3);
    return row ? row->kind : PHONE_INVALID;
}

const struct phone_short_code *phone_short_codes(size_t *ret_n)
{
    *ret_n = sizeof short_codes / sizeof short_codes[0];
    return short_codes;
}

const struct phone_short_code *phone_short_code(const char *number)
{
    for (size_t i = 0; i < sizeof short_codes / sizeof short_codes[0]; i++)
        if (strcmp(short_codes[i].number, number) == 0)
            return &short_codes[i];
    return NULL;
}

bool phone_may_be_dialled(const char *number, const char *const *prefixes, size_t n)
{
    switch (phone_kind(number)) {
    case PHONE_INVALID:
    case PHONE_PREMIUM:
        return false;
    case PHONE_SHORT:
    case PHONE_FIXED:
    case PHONE_MOBILE:
    case PHONE_FREE:
    case PHONE_SHARED:
        return true;
    case PHONE_FOREIGN:
        break;
    }
    for (size_t i = 0; i < n; i++)
        if (prefixes[i][0] && strncmp(number, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* Write digits in groups of these lengths, a blank before each; the last length repeats. */
static void put_groups(char *out, size_t cap, const char *digits, const char *groups)
{
    size_t at = strlen(out);
    while (*digits && at + 6 < cap) {
        size_t want = (size_t)(*groups - '0');
        const size_t left = strlen(digits);
        /* A single digit at the end belongs to the group before it. */
        if (left <= want + 1 && !groups[1])
            want = left;
        const int written = snprintf(out + at, cap - at, " %.*s", (int)want, digits);
        at += (size_t)written;
        digits += left < want ? left : want;
        if (groups[1])
            groups++;
    }
}

void phone_format(const char *number, char ret[PHONE_TEXT_SIZE])
{
    ret[0] = '\0';
    const enum phone_kind kind = phone_kind(number);
    if (kind == PHONE_INVALID)
        return;
    if (kind == PHONE_SHORT) {
        snprintf(ret, PHONE_TEXT_SIZE, "%s", number);
        return;
    }
    const size_t country = 1 + country_code_len(number + 1);
    const char *national = number + country;
    snprintf(ret, PHONE_TEXT_SIZE, "%.*s", (int)country, number);
    put_groups(ret, PHONE_TEXT_SIZE, national,
               kind == PHONE_FOREIGN ? "3" : plan_find(national)->groups);
}
