/* SPDX-License-Identifier: Apache-2.0 */
/* Bearer tokens. */

#include "net/server/token.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#define SECRET_BYTES 32
#define SIP_SECRET_BYTES 20 /* 160 bits; 40 hexadecimal digits */

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

void token_sip_secret(const char *token, char ret[STORE_TOKEN_SIZE])
{
    static const char purpose[] = "pupitre sip line";
    unsigned char secret[SIP_SECRET_BYTES];
    crypto_generichash(secret, sizeof secret, (const unsigned char *)purpose, sizeof purpose - 1,
                       (const unsigned char *)token, strlen(token));
    sodium_bin2hex(ret, STORE_TOKEN_SIZE, secret, sizeof secret);
    sodium_memzero(secret, sizeof secret);
}
