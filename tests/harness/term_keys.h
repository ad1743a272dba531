/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* "jan<Tab><C-c>" as the keyboard of a terminal emulator would send it. */

#include <vterm.h>

/* Press the keys on the emulator, whose output callback carries the bytes to the program. Ends the
 * test program if a name is unknown. */
void term_keys_press(VTerm *vt, const char *keys);
