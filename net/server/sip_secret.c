/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets of telephone lines (net/server/sip_secret.h). */

#include "net/server/sip_secret.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <sodium.h>

#include "core/buf.h"

#define SECRET_BYTES 20
#define MD5_BYTES 16
_Static_assert(2 * SECRET_BYTES + 1 == SIP_SECRET_SIZE, "two digits a byte");
_Static_assert(2 * MD5_BYTES + 1 == SIP_HA1_SIZE, "two digits a byte");

/* A clock that was set back does not bring an older secret than the first. */
static int64_t age_s(int64_t began_utc_s, int64_t now_utc_s)
{
    return now_utc_s > began_utc_s ? now_utc_s - began_utc_s : 0;
}

int64_t sip_secret_number(int64_t began_utc_s, int64_t life_s, int64_t now_utc_s)
{
    return age_s(began_utc_s, now_utc_s) / life_s;
}

int64_t sip_secret_renew_s(int64_t began_utc_s, int64_t life_s, int64_t now_utc_s)
{
    return life_s - age_s(began_utc_s, now_utc_s) % life_s;
}

void sip_secret_derive(const char *token, int64_t number, char ret[SIP_SECRET_SIZE])
{
    unsigned char secret[SECRET_BYTES];
    char purpose[48];
    const int len = snprintf(purpose, sizeof purpose, "pupitre sip line %" PRId64, number);
    crypto_generichash(secret, sizeof secret, (const unsigned char *)purpose,
                       (unsigned long long)len, (const unsigned char *)token, strlen(token));
    sodium_bin2hex(ret, SIP_SECRET_SIZE, secret, sizeof secret);
    sodium_memzero(secret, sizeof secret);
}

bool sip_secret_ha1(const char *user, const char *realm, const char *secret, char ret[SIP_HA1_SIZE])
{
    CLEANUP_BUF struct buf a1 = {0};
    unsigned char md5[MD5_BYTES];
    buf_printf(&a1, "%s:%s:%s", user, realm, secret);
    if (a1.failed || gnutls_hash_fast(GNUTLS_DIG_MD5, a1.data, a1.len, md5) != GNUTLS_E_SUCCESS)
        return false;
    sodium_bin2hex(ret, SIP_HA1_SIZE, md5, sizeof md5);
    sodium_memzero(md5, sizeof md5);
    return true;
}

size_t sip_secret_ha1s(const char *token, int64_t began_utc_s, int64_t life_s, int64_t now_utc_s,
                       const char *user, const char *realm, char ret[SIP_SECRETS_MAX][SIP_HA1_SIZE])
{
    const int64_t newest = sip_secret_number(began_utc_s, life_s, now_utc_s);
    size_t n = 0;
    for (int64_t number = newest; number >= 0 && n < SIP_SECRETS_MAX; number--) {
        char secret[SIP_SECRET_SIZE];
        sip_secret_derive(token, number, secret);
        const bool made = sip_secret_ha1(user, realm, secret, ret[n]);
        sodium_memzero(secret, sizeof secret);
        if (!made)
            break;
        n++;
    }
    return n;
}
