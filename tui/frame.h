/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What stands on every screen once somebody has signed in: two lines at the top, two at the
 * bottom, always in the same places. */

#include "tui/state.h"

#define FRAME_TOP_ROWS 2
#define FRAME_BOTTOM_ROWS 2

void frame_draw(struct tui *t, struct area screen);

/* A person rings: drawn over the top of whatever view is open. */
#define OFFER_ROWS 5
void offer_draw(struct tui *t, struct area a);
