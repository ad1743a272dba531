/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Shorten what curses has written for a terminal of xterm's family, without changing what it shows:
 *  - curses designates ASCII with every change of attributes (xterm's sgr0 and sgr do), to end line
 *    drawing; lines are characters here, so once at the start is enough;
 *  - it takes the colour back right before it takes back everything.
 * bytes: len bytes of whole sequences, changed in place. Returns the bytes left: about five of six.
 * Use it only where thrift_fits(). */
size_t thrift_shorten(char *bytes, size_t len);

/* Is this terminal's sgr0 (terminfo) xterm's? NULL allowed. */
bool thrift_fits(const char *sgr0);

/* What has to be sent once. */
#define THRIFT_BEGIN "\033(B"
