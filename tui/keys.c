/* SPDX-License-Identifier: Apache-2.0 */
/* Keys from the terminal. */

#include "tui/keys.h"

#define ESC 27

WINDOW *keys_open(void)
{
    WINDOW *pad = newpad(1, 1); /* reading from a pad paints nothing */
    if (!pad)
        return NULL;
    keypad(pad, TRUE);
    nodelay(pad, TRUE);
    set_escdelay(25);
    define_key(NULL, KEY_MOUSE); /* no mouse: what looks like one is dropped like any unknown key */
    define_key("\033[200~", KEY_MAX + 1);
    define_key("\033[201~", KEY_MAX + 2);
    return pad;
}

/* The next key as curses knows it, or KEYS_NONE. */
static int known_key(WINDOW *pad)
{
    for (;;) {
        wint_t c = 0;
        int kind = wget_wch(pad, &c);
        if (kind == ERR)
            return KEYS_NONE;
        if (kind == OK)
            return (int)c;
        if (c != KEY_RESIZE)
            return KEY_BASE + (int)c;
    }
}

/* After Esc: what follows at once is an Alt key or a key that terminfo does not know. Drop it
 * whole: the digits of an unknown function key must not answer a question. True: it was a lone Esc.
 */
static bool drop_unknown_key(WINDOW *pad)
{
    int c = known_key(pad);
    bool lone = c == KEYS_NONE || c >= KEY_BASE;
    if (c == 'O')
        c = known_key(pad);
    if (c == '[') { /* CSI: parameters and intermediates, then one final byte (ECMA-48 5.4) */
        do
            c = known_key(pad);
        while (c >= 0x20 && c <= 0x3f);
    }
    if (c >= KEY_BASE) /* a key that is known: the end of a paste, say */
        ungetch(c - KEY_BASE);
    return lone;
}

int keys_next(WINDOW *pad)
{
    for (;;) {
        int key = known_key(pad);
        if (key != ESC || drop_unknown_key(pad))
            return key;
    }
}
