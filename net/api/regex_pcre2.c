/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions by PCRE2. They come from files, so that nothing they do may take long: the
 * limits are PCRE2's own, far above what an honest expression needs. */

#define PCRE2_CODE_UNIT_WIDTH 8

#include "net/api/regex_pcre2.h"

#include <string.h>

#include <pcre2.h>

#define PATTERN_MAX 4096 /* bytes */
#define NESTING_MAX 100  /* parentheses */
#define STEPS_MAX 200000 /* of one match */
#define DEPTH_MAX 10000  /* backtracking */
#define MEMORY_MAX_KIB 1024

static pcre2_code *compile(const char *pattern)
{
    pcre2_compile_context *c = pcre2_compile_context_create(NULL);
    if (!c)
        return NULL;
    int fault;
    PCRE2_SIZE at;
    (void)pcre2_set_max_pattern_length(c, PATTERN_MAX);
    (void)pcre2_set_parens_nest_limit(c, NESTING_MAX);
    pcre2_code *code = pcre2_compile(
        (PCRE2_SPTR)pattern, strlen(pattern),
        PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C, &fault, &at, c);
    pcre2_compile_context_free(c);
    return code;
}

static int run(const pcre2_code *code, const char *text)
{
    int rc = PCRE2_ERROR_NOMEMORY;
    pcre2_match_context *m = pcre2_match_context_create(NULL);
    pcre2_match_data *found = pcre2_match_data_create(1, NULL);
    if (m && found) {
        (void)pcre2_set_match_limit(m, STEPS_MAX);
        (void)pcre2_set_depth_limit(m, DEPTH_MAX);
        (void)pcre2_set_heap_limit(m, MEMORY_MAX_KIB);
        rc = pcre2_match(code, (PCRE2_SPTR)text, strlen(text), 0, 0, found, m);
    }
    pcre2_match_data_free(found);
    pcre2_match_context_free(m);
    return rc;
}

static enum regex_result match(void *arg, const char *pattern, const char *text)
{
    (void)arg;
    pcre2_code *code = compile(pattern);
    if (!code)
        return REGEX_UNKNOWN;
    const int rc = run(code, text);
    pcre2_code_free(code);
    if (rc >= 0)
        return REGEX_MATCHES;
    return rc == PCRE2_ERROR_NOMATCH ? REGEX_DIFFERS : REGEX_GAVE_UP;
}

const struct regex_ops regex_pcre2 = {.match = match};

bool regex_pcre2_is_readable(const char *pattern)
{
    pcre2_code *code = compile(pattern);
    pcre2_code_free(code);
    return code != NULL;
}
