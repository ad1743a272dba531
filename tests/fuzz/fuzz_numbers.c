/* SPDX-License-Identifier: Apache-2.0 */
/* Telephone numbers and national numbers as anybody may write them. */

#include <string.h>

#include "core/niss.h"
#include "core/phone.h"
#include "tests/fuzz/fuzz.h"

static bool is_e164(const char *number)
{
    const size_t digits = strspn(number + 1, "0123456789");
    return number[0] == '+' && digits >= 7 && digits <= 15 && number[1 + digits] == '\0';
}

/* A number is read, and its forms for machine and screen read the same. */
static void phone(const char *text, size_t len)
{
    char number[PHONE_SIZE] = "?", again[PHONE_SIZE], shown[PHONE_TEXT_SIZE];
    struct err err = {0};
    if (phone_parse(text, len, number, &err) != ERR_OK) {
        FUZZ_HOLDS(err.code == ERR_PHONE && err.sentence[0] && strcmp(number, "?") == 0);
        return;
    }
    FUZZ_HOLDS(is_e164(number));
    FUZZ_HOLDS(phone_kind(number) != PHONE_INVALID && phone_kind(number) != PHONE_SHORT);
    phone_format(number, shown);
    FUZZ_HOLDS(phone_parse(number, strlen(number), again, &err) == ERR_OK);
    FUZZ_HOLDS(strcmp(number, again) == 0);
    FUZZ_HOLDS(phone_parse(shown, strlen(shown), again, &err) == ERR_OK);
    FUZZ_HOLDS(strcmp(number, again) == 0);
}

static void dialled(const char *text, size_t len)
{
    static const char *const prefixes[] = {"+33", "+352"};
    char number[PHONE_SIZE] = "?";
    struct err err = {0};
    if (phone_parse_dialled(text, len, number, &err) != ERR_OK) {
        FUZZ_HOLDS(err.code == ERR_PHONE && strcmp(number, "?") == 0);
        return;
    }
    const enum phone_kind kind = phone_kind(number);
    FUZZ_HOLDS(kind == PHONE_SHORT ? phone_short_code(number) != NULL : is_e164(number));
    FUZZ_HOLDS(kind != PHONE_PREMIUM || !phone_may_be_dialled(number, prefixes, 2));
    FUZZ_HOLDS(kind != PHONE_SHORT || phone_may_be_dialled(number, NULL, 0));
}

static void national(const char *text, size_t len)
{
    struct niss n = {0}, again = {0};
    char shown[NISS_TEXT_SIZE], masked[NISS_TEXT_SIZE];
    const enum niss_fault fault = niss_read(text, len, &n);
    FUZZ_HOLDS((fault == NISS_SHAPE) == !niss_is_set(&n));
    FUZZ_HOLDS((fault == NISS_OK) == (niss_fault_text(fault)[0] == '\0'));
    if (fault == NISS_SHAPE)
        return;
    niss_reveal(&n, shown);
    FUZZ_HOLDS(niss_read(shown, strlen(shown), &again) == fault);
    FUZZ_HOLDS(strcmp(n.digits, again.digits) == 0);
    niss_mask(&n, masked);
    FUZZ_HOLDS(strlen(masked) == strlen(shown));
    FUZZ_HOLDS(strspn(masked, "*.-") == strlen(masked) - 2); /* two digits are shown */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    phone((const char *)data, len);
    dialled((const char *)data, len);
    national((const char *)data, len);
    return 0;
}
