/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/keys.h"

#include <poll.h>
#include <string.h>

#include "tests/bench/figure.h"
#include "tests/bench/usage.h"

/* An answer is over when nothing came for so long. */
#define QUIET_MS 4

struct keys_figures keys_press(struct term *t, const char *down, const char *up, size_t n)
{
    double waits_s[KEYS_MAX];
    size_t answered = 0;
    (void)term_wait_quiet(t, 50, 2000);
    const double cpu_s = usage_cpu_s(term_pid(t));
    const uint64_t bytes = term_bytes(t);
    for (size_t i = 0; i < n && i < KEYS_MAX; i++) {
        const char *key = i % 2 ? up : down;
        struct pollfd p = {.fd = term_fd(t), .events = POLLIN};
        const double pressed_s = figure_now_s();
        term_send_bytes(t, key, strlen(key));
        if (poll(&p, 1, 1000) == 1)
            waits_s[answered++] = figure_now_s() - pressed_s;
        (void)term_wait_quiet(t, QUIET_MS, 1000);
    }
    return (struct keys_figures){
        .first_byte_s = figure_median(waits_s, answered),
        .bytes = (double)(term_bytes(t) - bytes) / (double)n,
        .cpu_s = (usage_cpu_s(term_pid(t)) - cpu_s) / (double)n,
        .unanswered = n - answered,
    };
}
