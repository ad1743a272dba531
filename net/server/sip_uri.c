/* SPDX-License-Identifier: Apache-2.0 */
#include "net/server/sip_uri.h"

#include <string.h>

#include "core/buf.h"

void sip_uri_user(const char *user, struct buf *out)
{
    /* '+' is one of RFC 3261's user-unreserved */
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
    const bool is_number = user[0] == '+';
    buf_str(out, "sip:");
    for (const char *c = user; *c; c++) {
        if (strchr(plain, *c) || (is_number && c == user))
            buf_char(out, *c);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*c);
    }
}

void sip_uri(const char *user, const char *gateway, struct buf *out)
{
    sip_uri_user(user, out);
    buf_char(out, '@');
    buf_str(out, gateway);
}
