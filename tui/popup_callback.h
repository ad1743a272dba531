/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The form of a callback in front of the agent. */

#include "tui/callback_form.h"

/* Does it hold? If not, the reason is said and the field that is wrong gets the focus. */
bool callback_is_right(struct tui *t, struct callback_told *ret);
