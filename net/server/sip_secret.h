/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The secret of an agent's telephone line at the SIP exchange: of one login, and of a short time.
 *
 * It is derived from the session's token, which no other login has, and from a number that grows by
 * one each life_s seconds since the session began. So nothing is kept: every pupitred on the same
 * database comes to the same secret, also after a restart, and when the session ends there is no
 * token to derive one from. A secret is good for its own time and for the next one, in which the
 * desk replaces it: a backend that is away for less than life_s takes nobody's line away. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIP_SECRET_SIZE 41 /* 160 bits in hexadecimal, NUL: letters and digits need no quoting */
#define SIP_HA1_SIZE 33    /* MD5 in hexadecimal, NUL */
#define SIP_SECRETS_MAX 2  /* that are good at once */

/* Which secret is in force; the first is 0. */
int64_t sip_secret_number(int64_t began_utc_s, int64_t life_s, int64_t now_utc_s);
/* In how many seconds, at least one, the next one is. */
int64_t sip_secret_renew_s(int64_t began_utc_s, int64_t life_s, int64_t now_utc_s);

/* The same token and number give the same secret, which gives neither away. */
void sip_secret_derive(const char *token, int64_t number, char ret[SIP_SECRET_SIZE]);

/* H(A1) of RFC 3261 22.4: MD5 of user:realm:secret. MD5, because neither baresip 1.0.0
 * (libre 1.1.0) nor Kamailio 5.6's default knows another; the secrets are random and live shortly.
 * False: MD5 is not allowed on this machine, or there is no memory. */
bool sip_secret_ha1(const char *user, const char *realm, const char *secret,
                    char ret[SIP_HA1_SIZE]);

/* What the exchange may accept of this session at this moment, the newest first: how many. */
size_t sip_secret_ha1s(const char *token, int64_t began_utc_s, int64_t life_s, int64_t now_utc_s,
                       const char *user, const char *realm,
                       char ret[SIP_SECRETS_MAX][SIP_HA1_SIZE]);
