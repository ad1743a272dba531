/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Is the wall clock where it should be? Instants in the database are the wall clock's; when
 * somebody moves that by an hour, what was promised as a time to go (an offer, after-call work, a
 * session) must not end, or begin anew. The clock that nobody moves tells. */

#include <stdbool.h>
#include <stdint.h>

#define STEPS_LEAST_MS 5000 /* less is a correction that is followed */

struct steps {
    int64_t wall_ms;
    int64_t boot_ms;
    bool known; /* false until the first steps_keep */
};

/* What both clocks say now. The second also counts while the machine sleeps. */
void steps_read(int64_t *ret_wall_ms, int64_t *ret_boot_ms);
/* By how many seconds the wall clock was moved since steps_keep: 0 = by less than matters. */
int64_t steps_since(const struct steps *s, int64_t wall_ms, int64_t boot_ms);
void steps_keep(struct steps *s, int64_t wall_ms, int64_t boot_ms);
