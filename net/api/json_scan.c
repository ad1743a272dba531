/* SPDX-License-Identifier: Apache-2.0 */
/* The strict scan: RFC 8259 by recursive descent, and what it leaves open decided strictly.
 *
 * Nothing is built here. The scan looks at every byte once, keeps the decoded names of the objects
 * it is inside of (to find a name used twice, by sorting each object's names at its end), and notes
 * where numbers stand. An error is a position and a rule: the text itself never gets into it. */

#include "net/api/json_scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

/* cJSON 1.7.15 copies a number into 64 bytes and silently cuts what is longer. */
#define NUMBER_MAX 60

struct name {
    size_t start; /* in scan.names */
    size_t len;
    size_t at;         /* in the text */
    const char *bytes; /* set when the object is complete: names moves while it grows */
};

struct scan {
    const char *text;
    size_t len;
    size_t at;
    const struct json_limits *limits;
    size_t elements;
    struct json_numbers *numbers;
    struct buf names; /* decoded names, one after the other */
    struct name *stack;
    size_t n_stack;
    size_t cap_stack;
    const char *rule; /* what is wrong; NULL = nothing so far */
    enum err_code code;
    size_t wrong_at;
};

static bool fail(struct scan *s, enum err_code code, size_t at, const char *rule)
{
    if (!s->rule) {
        s->rule = rule;
        s->code = code;
        s->wrong_at = at;
    }
    return false;
}

static bool invalid(struct scan *s, size_t at, const char *rule)
{
    return fail(s, ERR_INVALID, at, rule);
}

static bool ends_too_early(struct scan *s)
{
    return invalid(s, s->len, "the text ends too early");
}

static bool ends_in_string(struct scan *s)
{
    return invalid(s, s->len, "the text ends too early, inside a string");
}

/* Something else should stand here; or anything at all. */
static bool unexpected(struct scan *s, const char *rule)
{
    return s->at < s->len ? invalid(s, s->at, rule) : ends_too_early(s);
}

static int peek(const struct scan *s)
{
    return s->at < s->len ? (unsigned char)s->text[s->at] : -1;
}

static void skip_space(struct scan *s)
{
    for (int c = peek(s); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek(s))
        s->at++;
}

static void *grow(void *rows, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return rows;
    const size_t more = *cap ? *cap * 2 : 32;
    if (more > SIZE_MAX / size)
        return NULL;
    void *bigger = realloc(rows, more * size);
    if (bigger)
        *cap = more;
    return bigger;
}

/* ---- strings ---- */

static bool hex4(struct scan *s, uint32_t *ret)
{
    uint32_t v = 0;
    for (size_t i = 0; i < 4; i++) {
        const int c = peek(s);
        if (c >= '0' && c <= '9')
            v = v << 4 | (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            v = v << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return c < 0 ? ends_in_string(s)
                         : invalid(s, s->at, "\\u takes four hexadecimal digits");
        s->at++;
    }
    *ret = v;
    return true;
}

/* After "\u": one character, made of two escapes above U+FFFF. */
static bool unicode_escape(struct scan *s, size_t start, uint32_t *ret)
{
    uint32_t c;
    if (!hex4(s, &c))
        return false;
    if (c == 0)
        return invalid(s, start, "\\u0000 is not allowed");
    if (c >= 0xDC00 && c <= 0xDFFF)
        return invalid(s, start, "a lone surrogate");
    if (c >= 0xD800 && c <= 0xDBFF) {
        uint32_t low;
        if (s->len - s->at < 2 && (s->at == s->len || s->text[s->at] == '\\'))
            return ends_in_string(s);
        if (s->len - s->at < 2 || memcmp(s->text + s->at, "\\u", 2) != 0)
            return invalid(s, start, "a lone surrogate");
        s->at += 2;
        if (!hex4(s, &low))
            return false;
        if (low < 0xDC00 || low > 0xDFFF)
            return invalid(s, start, "a lone surrogate");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
    *ret = c;
    return true;
}

static bool escape(struct scan *s, uint32_t *ret)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    const size_t start = s->at++;
    const int c = peek(s);
    if (c == 'u') {
        s->at++;
        return unicode_escape(s, start, ret);
    }
    if (c < 0)
        return ends_in_string(s);
    const char *letter = c > 0 ? strchr(letters, c) : NULL;
    if (!letter)
        return invalid(s, start, "no such escape");
    *ret = (unsigned char)values[letter - letters];
    s->at++;
    return true;
}

/* Does the text end in the middle of the character that begins here? */
static bool is_cut_character(const struct scan *s)
{
    const unsigned char lead = (unsigned char)s->text[s->at];
    const size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || s->len - s->at >= need)
        return false;
    for (size_t i = s->at + 1; i < s->len; i++)
        if (((unsigned char)s->text[i] & 0xC0) != 0x80)
            return false;
    return true;
}

/* A string; its decoded bytes are appended to `into` unless that is NULL. */
static bool scan_string(struct scan *s, struct buf *into)
{
    s->at++;
    for (;;) {
        const int c = peek(s);
        uint32_t decoded;
        if (c < 0)
            return ends_in_string(s);
        if (c == '"')
            break;
        if (c == 0)
            return invalid(s, s->at, "a NUL byte");
        if (c < 0x20)
            return invalid(s, s->at, "a control character inside a string");
        if (c == '\\') {
            if (!escape(s, &decoded))
                return false;
        } else {
            const size_t step = utf8_decode(s->text + s->at, s->len - s->at, &decoded);
            if (step == 0)
                return is_cut_character(s) ? ends_in_string(s) : invalid(s, s->at, "not UTF-8");
            s->at += step;
        }
        if (into) {
            char bytes[4];
            buf_add(into, bytes, utf8_encode(decoded, bytes));
        }
    }
    s->at++;
    return true;
}

/* ---- numbers and words ---- */

static size_t digits(const char *text, size_t len, size_t at)
{
    size_t n = 0;
    while (at + n < len && text[at + n] >= '0' && text[at + n] <= '9')
        n++;
    return n;
}

size_t json_number_span(const char *text, size_t len)
{
    size_t at = len > 0 && text[0] == '-';
    size_t n = digits(text, len, at);
    if (n == 0 || (n > 1 && text[at] == '0'))
        return 0;
    at += n;
    if (at < len && text[at] == '.') {
        n = digits(text, len, at + 1);
        if (n == 0)
            return 0;
        at += 1 + n;
    }
    if (at < len && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        if (at < len && (text[at] == '+' || text[at] == '-'))
            at++;
        n = digits(text, len, at);
        if (n == 0)
            return 0;
        at += n;
    }
    return at;
}

/* Does the text end in the middle of the number? One digit more would make it whole then. */
static bool is_cut_number(const struct scan *s)
{
    char whole[NUMBER_MAX + 1];
    const size_t n = s->len - s->at;
    if (n > NUMBER_MAX)
        return false;
    memcpy(whole, s->text + s->at, n);
    whole[n] = '0';
    return json_number_span(whole, n + 1) == n + 1;
}

static bool scan_number(struct scan *s)
{
    const size_t n = json_number_span(s->text + s->at, s->len - s->at);
    if (n == 0 && is_cut_number(s))
        return ends_too_early(s);
    if (n == 0)
        return invalid(s, s->at, "not a number as JSON writes them");
    if (n > NUMBER_MAX)
        return invalid(s, s->at, "a number has more than 60 characters");
    struct json_numbers *list = s->numbers;
    struct json_span *spans = grow(list->spans, list->n, &list->cap, sizeof *spans);
    if (!spans)
        return fail(s, ERR_NOMEM, s->at, "out of memory");
    list->spans = spans;
    list->spans[list->n++] = (struct json_span){.at = s->at, .len = n};
    s->at += n;
    return true;
}

static bool scan_word(struct scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const size_t n = strlen(words[i]), left = s->len - s->at;
        if (left < n && memcmp(s->text + s->at, words[i], left) == 0)
            return ends_too_early(s);
        if (s->len - s->at >= n && memcmp(s->text + s->at, words[i], n) == 0) {
            s->at += n;
            return true;
        }
    }
    return invalid(s, s->at, peek(s) == 0 ? "a NUL byte" : "a value is expected");
}

/* ---- objects and arrays ---- */

static int by_bytes(const void *pa, const void *pb)
{
    const struct name *a = pa, *b = pb;
    const size_t n = a->len < b->len ? a->len : b->len;
    const int order = n ? memcmp(a->bytes, b->bytes, n) : 0;
    if (order != 0)
        return order;
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* The names of the object that ends here are stack[first..]. */
static bool names_differ(struct scan *s, size_t first)
{
    const size_t n = s->n_stack - first;
    if (n < 2)
        return true;
    struct name *names = s->stack + first;
    for (size_t i = 0; i < n; i++)
        names[i].bytes = buf_text(&s->names) + names[i].start; /* never NULL: "" twice */
    qsort(names, n, sizeof *names, by_bytes);
    size_t twice = SIZE_MAX;
    for (size_t i = 1; i < n; i++)
        if (names[i].len == names[i - 1].len &&
            memcmp(names[i].bytes, names[i - 1].bytes, names[i].len) == 0 && names[i].at < twice)
            twice = names[i].at;
    return twice == SIZE_MAX || invalid(s, twice, "a name is used twice in one object");
}

static bool scan_name(struct scan *s)
{
    if (peek(s) != '"')
        return unexpected(s, "a name in quotation marks is expected");
    const struct name name = {.start = s->names.len, .at = s->at};
    if (!scan_string(s, &s->names))
        return false;
    struct name *stack = grow(s->stack, s->n_stack, &s->cap_stack, sizeof *stack);
    if (stack)
        s->stack = stack;
    if (!stack || s->names.failed)
        return fail(s, ERR_NOMEM, s->at, "out of memory");
    s->stack[s->n_stack] = name;
    s->stack[s->n_stack++].len = s->names.len - name.start;
    skip_space(s);
    if (peek(s) != ':')
        return unexpected(s, "a colon is expected");
    s->at++;
    skip_space(s);
    return true;
}

static bool scan_value(struct scan *s, unsigned depth);

/* After an element: a comma (true, more follows) or the closing mark (*ret_end). */
static bool next_element(struct scan *s, int close, const char *rule, bool *ret_end)
{
    skip_space(s);
    const int c = peek(s);
    if (c != ',' && c != close)
        return unexpected(s, rule);
    *ret_end = c == close;
    s->at++;
    skip_space(s);
    return true;
}

static bool scan_object(struct scan *s, unsigned depth)
{
    const size_t first = s->n_stack, start = s->names.len;
    s->at++;
    skip_space(s);
    bool end = peek(s) == '}';
    if (end)
        s->at++;
    while (!end)
        if (!scan_name(s) || !scan_value(s, depth) ||
            !next_element(s, '}', "a comma or } is expected", &end))
            return false;
    if (!names_differ(s, first))
        return false;
    s->n_stack = first;
    s->names.len = start;
    return true;
}

static bool scan_array(struct scan *s, unsigned depth)
{
    s->at++;
    skip_space(s);
    bool end = peek(s) == ']';
    if (end)
        s->at++;
    while (!end)
        if (!scan_value(s, depth) || !next_element(s, ']', "a comma or ] is expected", &end))
            return false;
    return true;
}

/* depth: how many objects and arrays are open around the value. */
static bool scan_value(struct scan *s, unsigned depth)
{
    const int c = peek(s);
    if (++s->elements > s->limits->elements)
        return fail(s, ERR_TOO_LARGE, s->at, "too many values");
    if (c < 0)
        return ends_too_early(s);
    if (c == '"')
        return scan_string(s, NULL);
    if (c == '-' || (c >= '0' && c <= '9'))
        return scan_number(s);
    if (c != '{' && c != '[')
        return scan_word(s);
    if (depth >= s->limits->depth)
        return fail(s, ERR_TOO_LARGE, s->at, "nested too deep");
    return c == '{' ? scan_object(s, depth + 1) : scan_array(s, depth + 1);
}

static bool scan_text(struct scan *s)
{
    if (s->len >= 3 && memcmp(s->text, "\xEF\xBB\xBF", 3) == 0)
        return invalid(s, 0, "a byte order mark");
    skip_space(s);
    if (!scan_value(s, 0))
        return false;
    skip_space(s);
    return s->at == s->len || invalid(s, s->at, "something follows the end of the JSON text");
}

/* Line and column (in characters), both from 1. */
static enum err_code tell(const struct scan *s, struct err *err)
{
    if (s->code == ERR_NOMEM)
        return err_set(err, ERR_NOMEM, NULL);
    size_t line = 1, column = 1;
    for (size_t at = 0; at < s->wrong_at;) {
        uint32_t c = 0;
        const size_t step = utf8_decode(s->text + at, s->len - at, &c);
        at += step ? step : 1;
        column++;
        if (c == '\n') {
            line++;
            column = 1;
        }
    }
    return err_set(err, s->code, "line %zu, column %zu: %s", line, column, s->rule);
}

enum err_code json_scan(const char *text, size_t len, const struct json_limits *limits,
                        struct json_numbers *numbers, struct err *err)
{
    if (len > limits->bytes)
        return err_set(err, ERR_TOO_LARGE, "The text is longer than %zu bytes.", limits->bytes);
    struct scan s = {.text = text, .len = len, .limits = limits, .numbers = numbers};
    const bool good = scan_text(&s);
    buf_free(&s.names);
    free(s.stack);
    return good ? ERR_OK : tell(&s, err);
}
