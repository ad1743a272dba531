/* SPDX-License-Identifier: Apache-2.0 */
/* Text: measuring, cutting, making it safe for a terminal, folding. */

#include "core/text.h"

#include <string.h>

#include "core/utf8.h"

#define REPLACEMENT 0xFFFDu

/* Decode what stands there; a byte that is not UTF-8 gives U+FFFD and counts one. */
static size_t next(const char *s, size_t len, uint32_t *ret)
{
    const size_t n = utf8_decode(s, len, ret);
    if (n)
        return n;
    *ret = REPLACEMENT;
    return 1;
}

size_t text_chars(const char *s, size_t len)
{
    uint32_t cp;
    size_t count = 0;
    for (size_t i = 0; i < len; count++)
        i += next(s + i, len - i, &cp);
    return count;
}

size_t text_cut(const char *s, size_t len, size_t max_bytes)
{
    uint32_t cp;
    size_t i = 0;
    while (i < len) {
        const size_t n = next(s + i, len - i, &cp);
        if (i + n > max_bytes)
            break;
        i += n;
    }
    return i;
}

size_t text_cut_chars(const char *s, size_t len, size_t max_chars)
{
    uint32_t cp;
    size_t i = 0;
    for (size_t count = 0; i < len && count < max_chars; count++)
        i += next(s + i, len - i, &cp);
    return i;
}

struct range {
    uint32_t first, last;
};

static bool in_ranges(uint32_t cp, const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return true;
    return false;
}
#define IN(cp, ranges) in_ranges(cp, ranges, sizeof(ranges) / sizeof(ranges)[0])

/* Controls, and the bidirectional formatting that makes a text read other than it is (UAX 9). */
static const struct range controls[] = {
    {0x00,   0x1F  },
    {0x7F,   0x9F  },
    {0x061C, 0x061C},
    {0x200E, 0x200F},
    {0x202A, 0x202E},
    {0x2066, 0x2069},
};

/* Nothing to see: terminals disagree about their width, and they hide differences. */
static const struct range unseen[] = {
    {0x00AD,  0x00AD }, /* soft hyphen */
    {0x034F,  0x034F }, /* combining grapheme joiner */
    {0x115F,  0x1160 }, /* Hangul fillers */
    {0x17B4,  0x17B5 },
    {0x180B,  0x180F }, /* Mongolian selectors */
    {0x200B,  0x200D }, /* zero-width space, joiners */
    {0x2060,  0x2065 }, /* word joiner, invisible operators */
    {0x206A,  0x206F },
    {0x3164,  0x3164 },
    {0xFE00,  0xFE0F }, /* variation selectors */
    {0xFEFF,  0xFEFF }, /* byte order mark */
    {0xFFA0,  0xFFA0 },
    {0xFFF0,  0xFFFB }, /* interlinear annotation */
    {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF}, /* tags, more variation selectors */
};

/* Line ends that a terminal would not take for a space. */
static const struct range breaks[] = {
    {'\t',   '\r'  },
    {0x85,   0x85  },
    {0x2028, 0x2029},
};

bool text_is_plain(const char *s, size_t len, enum text_lines lines)
{
    uint32_t cp;
    for (size_t i = 0; i < len;) {
        const size_t n = utf8_decode(s + i, len - i, &cp);
        if (n == 0)
            return false;
        const bool kept = lines == TEXT_LINES && (cp == '\n' || cp == '\t');
        if (!kept && IN(cp, controls))
            return false;
        i += n;
    }
    return true;
}

/* The length of a control string (OSC, DCS, SOS, PM, APC) after its introducer, with its end (ST or
 * BEL); 0 when it never ends: another control character stands in it first. ECMA-48 5.6. */
static size_t control_string(const char *s, size_t len)
{
    uint32_t cp;
    for (size_t i = 0; i < len;) {
        i += next(s + i, len - i, &cp);
        if (cp == 0x07 || cp == 0x9C)
            return i;
        if (cp == 0x1B)
            return i < len && s[i] == '\\' ? i + 1 : 0;
        if (cp < 0x08 || (cp > 0x0D && cp < 0x20) || (cp >= 0x7F && cp <= 0x9F))
            return 0;
    }
    return 0;
}

/* The length of a control sequence after CSI: parameters, intermediates, one final byte; 0 when it
 * has no final byte. ECMA-48 5.4. */
static size_t control_sequence(const char *s, size_t len)
{
    size_t i = 0;
    while (i < len && s[i] >= 0x30 && s[i] <= 0x3F)
        i++;
    while (i < len && s[i] >= 0x20 && s[i] <= 0x2F)
        i++;
    return i < len && s[i] >= 0x40 && s[i] <= 0x7E ? i + 1 : 0;
}

/* The length of an escape sequence after ESC; 0 when it is none. */
static size_t escape_sequence(const char *s, size_t len)
{
    if (len == 0)
        return 0;
    if (s[0] == '[') {
        const size_t n = control_sequence(s + 1, len - 1);
        return 1 + n;
    }
    if (strchr("]PX^_", s[0]) && s[0]) {
        const size_t n = control_string(s + 1, len - 1);
        return 1 + n;
    }
    size_t i = 0;
    while (i < len && s[i] >= 0x20 && s[i] <= 0x2F)
        i++;
    return i < len && s[i] >= 0x30 && s[i] <= 0x7E ? i + 1 : 0;
}

/* What follows a control character and belongs to it. */
static size_t tail_of(uint32_t control, const char *s, size_t len)
{
    switch (control) {
    case 0x1B: /* ESC */
        return escape_sequence(s, len);
    case 0x9B: /* CSI */
        return control_sequence(s, len);
    case 0x90: /* DCS */
    case 0x98: /* SOS */
    case 0x9D: /* OSC */
    case 0x9E: /* PM */
    case 0x9F: /* APC */
        return control_string(s, len);
    default:
        return 0;
    }
}

/* The bytes of printable ASCII that stand there: most of any text, and never anything to clean. */
static size_t ascii_run(const char *s, size_t len)
{
    size_t n = 0;
    while (n < len && s[n] >= ' ' && s[n] < 0x7F)
        n++;
    return n;
}

void text_clean(const char *s, size_t len, enum text_lines lines, struct buf *out)
{
    uint32_t cp;
    for (size_t i = 0; i < len;) {
        const size_t n = ascii_run(s + i, len - i);
        buf_add(out, s + i, n);
        i += n;
        if (i == len)
            break;
        i += next(s + i, len - i, &cp);
        if (cp == '\n' && lines == TEXT_LINES) {
            buf_char(out, '\n');
        } else if (IN(cp, breaks)) {
            if (cp == '\r' && i < len && s[i] == '\n')
                continue; /* CRLF is one line end */
            buf_char(out, ' ');
        } else if (IN(cp, controls)) {
            i += tail_of(cp, s + i, len - i);
        } else if (!IN(cp, unseen)) {
            char bytes[4];
            buf_add(out, bytes, utf8_encode(cp, bytes));
        }
    }
}

/* Copy as much as fits, cut at a character boundary. Returns the bytes copied. */
static size_t copy_cut(char *dst, size_t cap, const char *s, size_t len)
{
    const size_t n = len < cap ? len : text_cut(s, len, cap - 1);
    if (n)
        memcpy(dst, s, n);
    dst[n] = '\0';
    return n;
}

size_t text_clean_to(char *dst, size_t cap, const char *s, size_t len)
{
    CLEANUP_BUF struct buf b = {0};
    text_clean(s, len, TEXT_ONE_LINE, &b);
    return copy_cut(dst, cap, buf_text(&b), b.len);
}

void text_make_utf8(char *text, size_t len)
{
    uint32_t cp;
    for (size_t at = 0; at < len;) {
        size_t n = utf8_decode(text + at, len - at, &cp);
        if (n == 0)
            text[at] = '?';
        at += n ? n : 1;
    }
}

static bool is_blank(uint32_t cp)
{
    return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 || cp == 0x202F || cp == 0x3000;
}

void text_trim_view(const char **s, size_t *len)
{
    uint32_t cp;
    size_t n;
    while ((n = utf8_decode(*s, *len, &cp)) > 0 && is_blank(cp)) {
        *s += n;
        *len -= n;
    }
    size_t end = 0; /* after the last character that is no blank */
    for (size_t i = 0; i < *len;) {
        i += next(*s + i, *len - i, &cp);
        if (!is_blank(cp))
            end = i;
    }
    *len = end;
}

size_t text_trim(char *dst, size_t cap, const char *s, size_t len)
{
    text_trim_view(&s, &len);
    copy_cut(dst, cap, s, len);
    return len;
}

/* U+00C0..U+017F (Latin-1 Supplement, Latin Extended-A) without accents, in lower case: two bytes a
 * character, the second ' ' when there is one letter only; the two arithmetic signs stay. */
static const char folded[] =
    "a a a a a a aec e e e e i i i i d n o o o o o \0 o u u u u y thss" /* C0 */
    "a a a a a a aec e e e e i i i i d n o o o o o \0 o u u u u y thy " /* E0 */
    "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g "  /* 100 */
    "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l "  /* 120 */
    "l l l n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s "  /* 140 */
    "s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s "; /* 160 */
_Static_assert(sizeof folded == 2 * 0xC0 + 1, "one pair a character");

void text_fold(const char *s, size_t len, struct buf *out)
{
    uint32_t cp;
    for (size_t i = 0; i < len;) {
        i += next(s + i, len - i, &cp);
        if (cp >= 0xC0 && cp <= 0x17F && folded[2 * (cp - 0xC0)]) {
            const char *pair = folded + 2 * (cp - 0xC0);
            buf_add(out, pair, pair[1] == ' ' ? 1 : 2);
            continue;
        }
        if (cp >= 'A' && cp <= 'Z')
            cp += 'a' - 'A';
        else if (cp == 0x2019) /* the typographic apostrophe */
            cp = '\'';
        else if (cp >= 0x300 && cp <= 0x36F) /* combining accents */
            continue;
        char bytes[4];
        buf_add(out, bytes, utf8_encode(cp, bytes));
    }
}

bool text_matches(const char *text, const char *typed)
{
    CLEANUP_BUF struct buf hay = {0};
    CLEANUP_BUF struct buf needle = {0};
    text_fold(text, strlen(text), &hay);
    text_fold(typed, strlen(typed), &needle);
    const char *p = buf_text(&needle);
    for (;;) {
        p += strspn(p, " \t");
        const size_t n = strcspn(p, " \t");
        if (n == 0)
            return true;
        CLEANUP_BUF struct buf word = {0};
        buf_add(&word, p, n);
        if (!strstr(buf_text(&hay), buf_text(&word)))
            return false;
        p += n;
    }
}

bool text_to_int(const char *s, size_t len, int64_t min, int64_t max, int64_t *ret)
{
    const bool negative = len > 0 && s[0] == '-';
    size_t i = negative;
    if (i == len)
        return false;
    int64_t value = 0; /* built downwards: the negative side is the larger one */
    for (; i < len; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, s[i] - '0', &value))
            return false;
    }
    if (!negative && __builtin_sub_overflow((int64_t)0, value, &value))
        return false;
    if (value < min || value > max)
        return false;
    *ret = value;
    return true;
}
