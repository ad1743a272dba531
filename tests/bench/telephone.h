/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A telephone on 127.0.0.1 that answers every call at once, or is busy, and knows when it was
 * called. It says nothing and hears nothing. */

#include <stdbool.h>
#include <stddef.h>

struct telephone;

/* busy: 486 instead of 200. Never NULL. */
struct telephone *telephone_new(int port, bool busy);

/* When the n-th call (from 1) came, on figure_now_s' clock; 0 if it did not within the time. */
double telephone_called_s(struct telephone *t, size_t n, int deadline_ms);

/* How many calls so far. */
size_t telephone_calls(struct telephone *t);

/* NULL allowed; returns NULL. */
struct telephone *telephone_free(struct telephone *t);
