/* SPDX-License-Identifier: Apache-2.0 */
/* JSON from anybody: refused, or read in a way that says the same when it is written again. */

#include <string.h>

#include "net/api/json.h"
#include "tests/fuzz/fuzz.h"

static void refused_in_words(enum err_code code, const struct err *err)
{
    FUZZ_HOLDS(code == ERR_INVALID || code == ERR_TOO_LARGE);
    FUZZ_HOLDS(err->code == code && err->sentence[0]);
    for (const char *c = err->sentence; *c; c++)
        FUZZ_HOLDS((unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f); /* never the content */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct json_limits limits = {64 * 1024, 40, 4000};
    CLEANUP_JSON cJSON *first = NULL;
    CLEANUP_JSON cJSON *second = NULL;
    CLEANUP_BUF struct buf once = {0};
    CLEANUP_BUF struct buf twice = {0};
    struct err err = {0};
    const enum err_code code = json_parse((const char *)data, len, &limits, &first, &err);
    if (code) {
        FUZZ_HOLDS(!first);
        refused_in_words(code, &err);
        return 0;
    }
    json_print(first, &once);
    FUZZ_HOLDS(!once.failed);
    FUZZ_HOLDS(json_parse(buf_text(&once), once.len, &json_limits_script, &second, &err) == ERR_OK);
    json_print(second, &twice);
    FUZZ_HOLDS(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    return 0;
}
