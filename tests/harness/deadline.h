/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Monotonic time for waits. */

#include <stdint.h>

int64_t deadline_now_ms(void);

/* Milliseconds left until `at_ms`, 0 when it is over; fits poll(2). */
int deadline_left(int64_t at_ms);
