/* SPDX-License-Identifier: Apache-2.0 */
/* How a character shows. */

#include "tui/glyph.h"

#include <string.h>

#include "core/utf8.h"

#define REPLACEMENT 0xFFFD

/* Letters without their accents, one a code point; '?' = not known. Made from the decompositions of
 * the Unicode Character Database, and by hand where it has none. */
static const struct {
    uint32_t first, last;
    const char *letters;
} tables[] = {
    {0x00C0, 0x017F,
     "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
     "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiJjJjKkkLlLlLlLlLl"
     "NnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"   },
    {0x0180, 0x0259,
     "bBBbb?OCcDDDd?EEEFfGg??IKkl??NnOOoOoPp?????tTtTUuUVYyZz?????????"
     "????DDdLLlNNnAaIiOoUuUuUuUuUueAaAaAaGgGgKkOoOo??jDDdGg??NnAaAaOo"
     "AaAaEeEeIiIiOoOoRrRrUuUuSsTt??HhNd??ZzAaEeOoOoOoOoYylnt???ACcLTs"
     "z??BUVEeJj?qRrYy"
     "aaabocddee"                                                      },
    {0x1E00, 0x1EFF,
     "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMm"
     "MmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVv"
     "WwWwWwWwWwXxXxYyZzZzZzhtwyasssSdAaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"
     "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYyLlVvYy"},
};

static const struct {
    uint32_t from;
    const char *to;
} others[] = {
    {0x00A0, " "  },
    {0x00A3, "GBP"},
    {0x00AB, "\"" },
    {0x00B0, "o"  },
    {0x00B2, "2"  },
    {0x00B3, "3"  },
    {0x00B7, "-"  },
    {0x00BB, "\"" },
    {0x00BC, "1/4"},
    {0x00BD, "1/2"},
    {0x00BE, "3/4"},
    {0x00C6, "AE" },
    {0x00DE, "Th" },
    {0x00DF, "ss" },
    {0x00E6, "ae" },
    {0x00FE, "th" },
    {0x0132, "IJ" },
    {0x0133, "ij" },
    {0x0152, "OE" },
    {0x0153, "oe" },
    {0x02BC, "'"  },
    {0x1E9E, "SS" },
    {0x2010, "-"  },
    {0x2011, "-"  },
    {0x2012, "-"  },
    {0x2013, "-"  },
    {0x2014, "-"  },
    {0x2015, "-"  },
    {0x2018, "'"  },
    {0x2019, "'"  },
    {0x201A, ","  },
    {0x201C, "\"" },
    {0x201D, "\"" },
    {0x201E, "\"" },
    {0x2022, "*"  },
    {0x2026, "..."},
    {0x202F, " "  },
    {0x2032, "'"  },
    {0x2039, "<"  },
    {0x203A, ">"  },
    {0x20AC, "EUR"},
    {0x2116, "No" },
    {0x2190, "<"  },
    {0x2191, "^"  },
    {0x2192, ">"  },
    {0x2193, "v"  },
    {0x2212, "-"  },
    {0x3000, " "  },
};

static struct glyph ascii(const char *text, size_t bytes)
{
    struct glyph g = {.bytes = bytes};
    for (; *text && g.n < GLYPH_MAX; text++)
        g.text[g.n++] = (wchar_t)*text;
    g.cols = g.n;
    return g;
}

/* Marks that combine with the letter before them, which stands there already. */
static bool is_mark(uint32_t c)
{
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
           (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
           (c >= 0xFE20 && c <= 0xFE2F);
}

static struct glyph ascii_of(uint32_t c, size_t bytes)
{
    char letter[2] = {(char)c, '\0'};
    if (c < 0x80)
        return ascii(letter, bytes);
    if (is_mark(c))
        return ascii("", bytes);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (others[i].from == c)
            return ascii(others[i].to, bytes);
    letter[0] = '?';
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (c >= tables[i].first && c <= tables[i].last)
            letter[0] = tables[i].letters[c - tables[i].first];
    return ascii(letter, bytes);
}

static bool is_private(uint32_t c)
{
    return (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000;
}

struct glyph glyph_at(const char *text, size_t len, bool unicode)
{
    if (*text >= ' ' && *text < 0x7f) /* most of any text */
        return (struct glyph){{(wchar_t)*text}, 1, 1, 1};
    uint32_t c = REPLACEMENT;
    size_t bytes = utf8_decode(text, len, &c);
    bytes += bytes == 0;
    if (!unicode)
        return ascii_of(c, bytes);
    int cols = is_private(c) ? -1 : wcwidth((wchar_t)c);
    if (cols < 0)
        return (struct glyph){{REPLACEMENT}, 1, 1, bytes};
    return (struct glyph){{(wchar_t)c}, 1, cols, bytes};
}
