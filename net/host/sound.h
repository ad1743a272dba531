/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The setting `audio`: where the sound of a desk comes from and goes to. */

#include <stdbool.h>

/* Is it "alsa", "alsa:DEVICE", "tone", "file:/PATH" or "auto" (alsa where there is a card)? Neither
 * device nor path can break out of a line of baresip's configuration. */
bool sound_is_known(const char *setting);
