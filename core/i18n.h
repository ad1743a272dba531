/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* N_() marks a text for translation where it stands in a table; the one who shows it calls
 * gettext(). core/ itself never translates. */

#define N_(text) text
