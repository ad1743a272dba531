/* SPDX-License-Identifier: Apache-2.0 */
/* Strict UTF-8, by the table of well-formed byte sequences (Unicode 15, table 3-7). */

#include "core/utf8.h"

#include <string.h>

struct form {
    unsigned char first, last; /* lead byte from … to */
    unsigned char length;
    unsigned char second_min, second_max; /* the second byte carries all further limits */
};

static const struct form forms[] = {
    {0x00, 0x7F, 1, 0,    0   },
    {0xC2, 0xDF, 2, 0x80, 0xBF},
    {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F},
    {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF},
    {0xF4, 0xF4, 4, 0x80, 0x8F},
};

size_t utf8_decode(const char *text, size_t len, uint32_t *ret)
{
    if (len == 0)
        return 0;
    const unsigned char *b = (const unsigned char *)text;
    if (b[0] < 0x80) {
        *ret = b[0];
        return 1;
    }
    for (size_t i = 1; i < sizeof forms / sizeof forms[0]; i++) {
        const struct form *f = &forms[i];
        if (b[0] < f->first || b[0] > f->last)
            continue;
        if (len < f->length || b[1] < f->second_min || b[1] > f->second_max)
            return 0;
        uint32_t c = b[0] & (0xFFU >> (f->length + 1));
        for (size_t k = 1; k < f->length; k++) {
            if ((b[k] & 0xC0) != 0x80)
                return 0;
            c = c << 6 | (b[k] & 0x3FU);
        }
        *ret = c;
        return f->length;
    }
    return 0;
}

size_t utf8_encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    const size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t k = n - 1; k > 0; k--) {
        out[k] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    out[0] = (char)((0xF00U >> n & 0xFF) | c);
    return n;
}

size_t utf8_count(const char *text)
{
    const size_t len = strlen(text);
    size_t n = 0;
    for (size_t at = 0; at < len; n++) {
        uint32_t c;
        const size_t step = utf8_decode(text + at, len - at, &c);
        at += step ? step : 1;
    }
    return n;
}

bool utf8_is_valid(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t c;
        const size_t step = utf8_decode(text + at, len - at, &c);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}
