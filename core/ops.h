/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What core asks for from outside. Adapters fill these; tests pass fakes. */

#include <stddef.h>
#include <stdint.h>

/* Time. Durations are monotonic milliseconds that go on while the machine sleeps (a permit to dial
 * grows old then, too), instants are UTC seconds since 1970. */
struct clock_ops {
    int64_t (*now_utc_s)(void *arg);
    int64_t (*monotonic_ms)(void *arg);
    void *arg;
};

/* Unguessable bytes. */
struct random_ops {
    void (*fill)(void *arg, void *bytes, size_t len);
    void *arg;
};
