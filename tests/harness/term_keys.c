/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/term_keys.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    VTermKey key;
} NAMED[] = {
    {"Enter",     VTERM_KEY_ENTER    },
    {"Tab",       VTERM_KEY_TAB      },
    {"Backspace", VTERM_KEY_BACKSPACE},
    {"Esc",       VTERM_KEY_ESCAPE   },
    {"Up",        VTERM_KEY_UP       },
    {"Down",      VTERM_KEY_DOWN     },
    {"Left",      VTERM_KEY_LEFT     },
    {"Right",     VTERM_KEY_RIGHT    },
    {"Insert",    VTERM_KEY_INS      },
    {"Delete",    VTERM_KEY_DEL      },
    {"Home",      VTERM_KEY_HOME     },
    {"End",       VTERM_KEY_END      },
    {"PageUp",    VTERM_KEY_PAGEUP   },
    {"PageDown",  VTERM_KEY_PAGEDOWN },
};

static void give_up(const char *name)
{
    (void)fprintf(stderr, "term_send_keys: what key is <%s>?\n", name);
    exit(99);
}

/* One character of UTF-8 from *p, which is moved on. The keys are literals of a test: no bad UTF-8.
 */
static uint32_t char_next(const char **p)
{
    const unsigned char *s = (const unsigned char *)*p;
    int more = s[0] >= 0xF0 ? 3 : s[0] >= 0xE0 ? 2 : s[0] >= 0xC0 ? 1 : 0;
    uint32_t c = more ? s[0] & (0x3FU >> more) : s[0];
    for (int i = 1; i <= more; i++)
        c = c << 6 | (s[i] & 0x3FU);
    *p += more + 1;
    return c;
}

static void press_named(VTerm *vt, const char *name)
{
    VTermModifier mod = VTERM_MOD_NONE;
    for (; name[0] != '\0' && name[1] == '-' && name[2] != '\0'; name += 2) {
        if (name[0] == 'S')
            mod |= VTERM_MOD_SHIFT;
        else if (name[0] == 'C')
            mod |= VTERM_MOD_CTRL;
        else if (name[0] == 'M')
            mod |= VTERM_MOD_ALT;
        else
            give_up(name);
    }
    for (size_t i = 0; i < sizeof(NAMED) / sizeof(NAMED[0]); i++) {
        if (strcmp(name, NAMED[i].name) == 0) {
            vterm_keyboard_key(vt, NAMED[i].key, mod);
            return;
        }
    }
    char *end;
    long number = name[0] == 'F' ? strtol(name + 1, &end, 10) : 0;
    const char *p = name;
    if (number >= 1 && number <= 24 && *end == '\0')
        vterm_keyboard_key(vt, (VTermKey)VTERM_KEY_FUNCTION(number), mod);
    else if (strcmp(name, "lt") == 0)
        vterm_keyboard_unichar(vt, '<', mod);
    else if (strcmp(name, "Space") == 0)
        vterm_keyboard_unichar(vt, ' ', mod);
    else if (mod && name[0] != '\0' && char_next(&p) && *p == '\0')
        vterm_keyboard_unichar(vt, (p = name, char_next(&p)), mod);
    else
        give_up(name);
}

void term_keys_press(VTerm *vt, const char *keys)
{
    while (*keys) {
        const char *close = *keys == '<' ? strchr(keys, '>') : NULL;
        char name[32];
        size_t len = close ? (size_t)(close - keys - 1) : 0;
        if (*keys == '<' && (!close || len >= sizeof(name)))
            give_up(keys);
        if (!close) {
            vterm_keyboard_unichar(vt, char_next(&keys), VTERM_MOD_NONE);
            continue;
        }
        memcpy(name, keys + 1, len);
        name[len] = '\0';
        press_named(vt, name);
        keys = close + 1;
    }
}
