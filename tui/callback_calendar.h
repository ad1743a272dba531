/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The calendar beside the form of a callback. t->agenda is there. */

#include "tui/state.h"

void callback_calendar_draw(struct tui *t, struct area a, bool focus);
