/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* SIP addresses that the backend makes. */

struct buf;

/* "sip:USER"; characters beyond RFC 3261's `unreserved` are escaped. */
void sip_uri_user(const char *user, struct buf *out);
/* "sip:USER@GATEWAY": who the gateway, or the edge behind it, is to call. A number's '+' stays. */
void sip_uri(const char *user, const char *gateway, struct buf *out);
