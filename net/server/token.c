/* SPDX-License-Identifier: Apache-2.0 */
/* Bearer tokens. */

#include "net/server/token.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#define SECRET_BYTES 32

_Static_assert(STORE_TOKEN_SIZE ==
                   sodium_base64_ENCODED_LEN(SECRET_BYTES,
                                             sodium_base64_VARIANT_URLSAFE_NO_PADDING),
               "the text of 32 bytes fits exactly");

bool token_from_header(const char *header, char ret[STORE_TOKEN_SIZE])
{
    static const char scheme[] = "Bearer ";
    if (!header || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
        return false;
    const char *text = header + sizeof scheme - 1;
    if (strlen(text) != STORE_TOKEN_SIZE - 1)
        return false;
    memcpy(ret, text, STORE_TOKEN_SIZE);
    return true;
}
