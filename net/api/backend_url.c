/* SPDX-License-Identifier: Apache-2.0 */
#include "net/api/backend_url.h"

#include <string.h>
#include <strings.h>

#include "core/i18n.h"

static bool host_is_local(const char *host, size_t host_len)
{
    static const char *const names[] = {"localhost", "127.", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const size_t len = strlen(names[i]);
        if (host_len < len || strncasecmp(host, names[i], len) != 0)
            continue;
        const bool is_start = names[i][len - 1] == '.';
        const size_t end = is_start ? len + strspn(host + len, "0123456789.") : len;
        if (end == host_len || (end < host_len && host[end] == ':'))
            return true;
    }
    return false;
}

enum err_code backend_url_check(const char *url, bool with_path, bool *ret_local, struct err *err)
{
    const bool plain = strncmp(url, "http://", 7) == 0;
    const bool tls = strncmp(url, "https://", 8) == 0;
    const char *host = plain ? url + 7 : tls ? url + 8 : "";
    const size_t len = strcspn(host, "/");
    if (!len || strpbrk(host, with_path ? "?#@ \"<>\\^`{|}" : "/?#@ "))
        return err_field(err, ERR_INVALID, "backend",
                         N_("The backend's address must be https://HOST or https://HOST:PORT."));
    const bool is_local = host_is_local(host, len);
    if (plain && !is_local)
        return err_field(err, ERR_INVALID, "backend",
                         N_("Plain http is for this machine only; use https://."));
    *ret_local = is_local;
    return ERR_OK;
}
