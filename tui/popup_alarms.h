/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Alarms on a supervisor's screen: the list, one of them, and setting its person free. */

#include "tui/state.h"

/* Is the alarm that is read about a hold that a supervisor may end? */
bool alarm_has_hold(const struct tui *t);
