/* SPDX-License-Identifier: Apache-2.0 */
/* What core/phone.c makes of each line of the input: "+32470123456 mobile", or "-". */

#include <stdio.h>
#include <string.h>

#include "core/phone.h"

static const char *const kinds[PHONE_KIND_COUNT] = {
    [PHONE_INVALID] = "invalid", [PHONE_SHORT] = "short",     [PHONE_FIXED] = "fixed",
    [PHONE_MOBILE] = "mobile",   [PHONE_FREE] = "free",       [PHONE_SHARED] = "shared",
    [PHONE_PREMIUM] = "premium", [PHONE_FOREIGN] = "foreign",
};

int main(void)
{
    char line[512];
    while (fgets(line, sizeof line, stdin)) {
        char number[PHONE_SIZE];
        if (phone_parse(line, strcspn(line, "\n"), number, NULL) == ERR_OK)
            printf("%s %s\n", number, kinds[phone_kind(number)]);
        else
            puts("-");
    }
    return 0;
}
