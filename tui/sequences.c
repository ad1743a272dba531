/* SPDX-License-Identifier: Apache-2.0 */
/* The byte sequences of keys. */

#include "tui/sequences.h"

#include <curses.h>
#include <string.h>
#include <term.h>

#define ESC 0x1b

static const struct {
    const char *capability;
    int key;
} capabilities[] = {
    {"kcuu1", KEY_UP   },
    {"kcud1", KEY_DOWN },
    {"kcub1", KEY_LEFT },
    {"kcuf1", KEY_RIGHT},
    {"khome", KEY_HOME },
    {"kend",  KEY_END  },
    {"kpp",   KEY_PPAGE},
    {"knp",   KEY_NPAGE},
    {"kdch1", KEY_DC   },
    {"kich1", KEY_IC   },
    {"kcbt",  KEY_BTAB },
    {"kent",  KEY_ENTER},
    {"kf1",   KEY_F(1) },
    {"kf2",   KEY_F(2) },
    {"kf3",   KEY_F(3) },
    {"kf4",   KEY_F(4) },
    {"kf5",   KEY_F(5) },
    {"kf6",   KEY_F(6) },
    {"kf7",   KEY_F(7) },
    {"kf8",   KEY_F(8) },
    {"kf9",   KEY_F(9) },
    {"kf10",  KEY_F(10)},
    {"kf11",  KEY_F(11)},
    {"kf12",  KEY_F(12)},
};

/* What xterm, the VT220 and their descendants, rxvt and the Linux console send, whatever TERM says:
 * it often says something older. */
static const struct sequence usual[] = {
    {"\033[A",   KEY_UP   },
    {"\033[B",   KEY_DOWN },
    {"\033[C",   KEY_RIGHT},
    {"\033[D",   KEY_LEFT },
    {"\033OA",   KEY_UP   },
    {"\033OB",   KEY_DOWN },
    {"\033OC",   KEY_RIGHT},
    {"\033OD",   KEY_LEFT },
    {"\033[H",   KEY_HOME },
    {"\033[F",   KEY_END  },
    {"\033OH",   KEY_HOME },
    {"\033OF",   KEY_END  },
    {"\033[1~",  KEY_HOME },
    {"\033[4~",  KEY_END  },
    {"\033[7~",  KEY_HOME },
    {"\033[8~",  KEY_END  },
    {"\033[2~",  KEY_IC   },
    {"\033[3~",  KEY_DC   },
    {"\033[5~",  KEY_PPAGE},
    {"\033[6~",  KEY_NPAGE},
    {"\033[Z",   KEY_BTAB },
    {"\033OM",   KEY_ENTER},
    {"\033OP",   KEY_F(1) },
    {"\033OQ",   KEY_F(2) },
    {"\033OR",   KEY_F(3) },
    {"\033OS",   KEY_F(4) },
    {"\033[11~", KEY_F(1) },
    {"\033[12~", KEY_F(2) },
    {"\033[13~", KEY_F(3) },
    {"\033[14~", KEY_F(4) },
    {"\033[[A",  KEY_F(1) },
    {"\033[[B",  KEY_F(2) },
    {"\033[[C",  KEY_F(3) },
    {"\033[[D",  KEY_F(4) },
    {"\033[[E",  KEY_F(5) },
    {"\033[15~", KEY_F(5) },
    {"\033[17~", KEY_F(6) },
    {"\033[18~", KEY_F(7) },
    {"\033[19~", KEY_F(8) },
    {"\033[20~", KEY_F(9) },
    {"\033[21~", KEY_F(10)},
    {"\033[23~", KEY_F(11)},
    {"\033[24~", KEY_F(12)},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
_Static_assert(COUNT(capabilities) + COUNT(usual) <= SEQUENCES_MAX, "room for every sequence");

int sequences_find(const struct sequences *s, const char *bytes, size_t len)
{
    for (size_t i = 0; i < s->n; i++)
        if (strlen(s->items[i].bytes) == len && memcmp(s->items[i].bytes, bytes, len) == 0)
            return s->items[i].key;
    return 0;
}

bool sequences_has_begun(const struct sequences *s, const char *bytes, size_t len)
{
    for (size_t i = 0; i < s->n; i++)
        if (strlen(s->items[i].bytes) > len && memcmp(s->items[i].bytes, bytes, len) == 0)
            return true;
    return false;
}

/* A key of one byte is a control character, and means what that means. */
static void learn(struct sequences *s, const char *bytes, int key)
{
    const size_t len = strlen(bytes);
    if (len < 2 || len >= sizeof s->items[0].bytes || bytes[0] != ESC ||
        sequences_find(s, bytes, len))
        return;
    struct sequence *item = &s->items[s->n++];
    memcpy(item->bytes, bytes, len + 1);
    item->key = key;
}

void sequences_learn(struct sequences *s)
{
    for (size_t i = 0; i < COUNT(capabilities); i++) {
        const char *bytes = tigetstr(capabilities[i].capability);
        if (bytes && bytes != (char *)-1)
            learn(s, bytes, capabilities[i].key);
    }
    for (size_t i = 0; i < COUNT(usual); i++)
        learn(s, usual[i].bytes, usual[i].key);
}
