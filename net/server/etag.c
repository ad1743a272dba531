/* SPDX-License-Identifier: Apache-2.0 */
/* Entity tags. */

#include "net/server/etag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "net/store/store.h"

int64_t etag_parse(const char *header)
{
    char digits[ETAG_SIZE];
    int64_t version;
    const size_t len = header ? strlen(header) : 0;
    if (len < 3 || len > sizeof digits || header[0] != '"' || header[len - 1] != '"')
        return 0;
    memcpy(digits, header + 1, len - 2);
    digits[len - 2] = '\0';
    return store_id_parse(digits, &version) ? version : 0;
}

void etag_print(int64_t version, char ret[ETAG_SIZE])
{
    snprintf(ret, ETAG_SIZE, "\"%" PRId64 "\"", version);
}
