/* SPDX-License-Identifier: Apache-2.0 */
/* Heads: what libmicrohttpd 0.9.75 passes over, found from where names and values lie in its
 * buffer. */

#include "net/server/head.h"

#include <string.h>
#include <strings.h>

#define HEADERS_MAX 48
#define BYTES_MAX 4096
#define END_BYTES 4      /* CR LF CR LF */
#define LENGTH_DIGITS 18 /* of any length that surely fits into 64 bits */

static const struct fault bad_name = {ERR_MALFORMED, "", "A header's name is not one."};
static const struct fault bad_value = {ERR_MALFORMED, "", "A header holds control characters."};
static const struct fault folded = {ERR_MALFORMED, "", "A header goes over several lines."};
const struct fault head_too_large = {ERR_TOO_LARGE, "", "The head of the request is too large."};
static const struct fault length_and_encoding = {
    ERR_MALFORMED, "Content-Length", "Content-Length and Transfer-Encoding exclude one another."};
static const struct fault bad_length = {ERR_MALFORMED, "Content-Length",
                                        "Content-Length is no number."};
static const struct fault long_length = {ERR_TOO_LARGE, "Content-Length",
                                         "Content-Length is too large."};
static const struct fault bad_encoding = {ERR_MALFORMED, "Transfer-Encoding",
                                          "Transfer-Encoding may be chunked only."};
static const struct fault no_host = {ERR_MALFORMED, "Host", "The header Host is missing."};
static const struct fault bad_path = {ERR_MALFORMED, "", "The path holds a NUL."};

/* Headers that come at most once. */
enum single { SINGLE_HOST, SINGLE_LENGTH, SINGLE_ENCODING, SINGLE_TYPE, SINGLE_AUTH, SINGLE_KEY };
#define SINGLE_COUNT (SINGLE_KEY + 1)
#define SEEN(single) (1u << (single))

static const struct {
    const char *name;
    struct fault twice;
} singles[] = {
    [SINGLE_HOST] = {"Host",              {ERR_MALFORMED, "Host", "The header Host comes twice."}     },
    [SINGLE_LENGTH] = {"Content-Length",
                     {ERR_MALFORMED, "Content-Length", "Content-Length comes twice."}                 },
    [SINGLE_ENCODING] = {"Transfer-Encoding",
                     {ERR_MALFORMED, "Transfer-Encoding", "Transfer-Encoding comes twice."}           },
    [SINGLE_TYPE] = {"Content-Type",      {ERR_MALFORMED, "Content-Type", "Content-Type comes twice."}},
    [SINGLE_AUTH] = {"Authorization",
                     {ERR_MALFORMED, "Authorization", "Authorization comes twice."}                   },
    [SINGLE_KEY] = {"Idempotency-Key",
                     {ERR_MALFORMED, "Idempotency-Key", "Idempotency-Key comes twice."}               },
};
_Static_assert(sizeof singles / sizeof singles[0] == SINGLE_COUNT, "one row a header");

static bool is_token(const char *s, size_t len)
{
    static const char allowed[] = "!#$%&'*+-.^_`|~0123456789"
                                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return len > 0 && strspn(s, allowed) >= len;
}

static bool is_plain(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (((unsigned char)s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7f)
            return false;
    return true;
}

/* A value stands in the line of its name; libmicrohttpd copies the name when a line is folded. */
static bool is_beside(const char *key, size_t key_size, const char *value)
{
    const char *c = key + key_size;
    if (value <= c || *c != '\0')
        return false;
    for (c++; c < value; c++)
        if (*c != ' ' && *c != '\t')
            return false;
    return true;
}

static const struct fault *check_single(struct head *h, enum single single, const char *value,
                                        size_t len)
{
    if (h->seen & SEEN(single))
        return &singles[single].twice;
    h->seen |= SEEN(single);
    const unsigned both = SEEN(SINGLE_LENGTH) | SEEN(SINGLE_ENCODING);
    if ((h->seen & both) == both)
        return &length_and_encoding;
    if (single == SINGLE_ENCODING && strcasecmp(value, "chunked") != 0)
        return &bad_encoding;
    if (single == SINGLE_LENGTH && (len == 0 || strspn(value, "0123456789") != len))
        return &bad_length;
    if (single == SINGLE_LENGTH && len > LENGTH_DIGITS)
        return &long_length;
    return NULL;
}

static const struct fault *check_header(struct head *h, const char *key, size_t key_size,
                                        const char *value, size_t value_size)
{
    h->last_end = value + value_size;
    h->bytes += key_size + value_size;
    if (++h->n_headers > HEADERS_MAX || h->bytes > BYTES_MAX)
        return &head_too_large;
    if (!is_beside(key, key_size, value))
        return &folded;
    if (!is_token(key, key_size))
        return &bad_name;
    if (!is_plain(value, value_size))
        return &bad_value;
    for (unsigned i = 0; i < SINGLE_COUNT; i++)
        if (strcasecmp(singles[i].name, key) == 0)
            return check_single(h, (enum single)i, value, value_size);
    return NULL;
}

const struct fault *head_header(struct head *h, const char *key, size_t key_size, const char *value,
                                size_t value_size)
{
    h->fault = check_header(h, key, key_size, value, value_size);
    return h->fault;
}

void head_begin(struct head *h, const char *uri)
{
    *h = (struct head){.uri_len = uri ? strlen(uri) : 0};
    h->bytes = h->uri_len;
}

/* The first line lies in one piece: after the path and its query comes the version. */
static bool has_nul(const struct head *h, const char *path, const char *version)
{
    return version > path && (size_t)(version - path) != h->uri_len + 1;
}

/* A line that begins with a colon ends the head for libmicrohttpd, which has put a NUL there. After
 * the last header come its own end of line and an empty line. */
static bool has_nameless(const struct head *h, const char *end)
{
    return h->last_end && end > h->last_end + END_BYTES;
}

const struct fault *head_judge(struct head *h, const char *path, const char *version,
                               const char *end)
{
    const bool is_old = strcmp(version, "HTTP/1.0") == 0;
    if (has_nul(h, path, version))
        h->fault = &bad_path;
    else if (has_nameless(h, end))
        h->fault = &bad_name;
    else if (h->bytes > BYTES_MAX)
        h->fault = &head_too_large;
    else if (!is_old && !(h->seen & SEEN(SINGLE_HOST)))
        h->fault = &no_host;
    else if (is_old && h->seen & SEEN(SINGLE_ENCODING))
        h->fault = &bad_encoding;
    return h->fault;
}
