/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How the line of the call that talks sounds: the telephone is asked every few seconds while sound
 * should come, and the screen is told when that changes, and only then: a slow line to the screen
 * is not to be filled with it. */

#include <stdbool.h>

#include "core/line_quality.h"

struct desk;
struct desk_leg;

/* Its clock is desk.line_every. */
struct line_watch {
    struct desk_leg *leg; /* whose sound it is; NULL = none is to come */
    bool counted;         /* before is of this call, and of sound without a pause */
    struct line_counts before;
    struct line_quality told; /* to the present screen */
    char asked[129];          /* the SIP Call-ID that the question under way is about; "" = none */
};

/* One of the desk's calls may have changed: begins to watch the one that talks, and stops. */
void line_watch_follow(struct desk *d);

/* Another screen: what it knows is nothing. */
void line_watch_forget(struct desk *d);
