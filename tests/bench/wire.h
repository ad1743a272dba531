/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A counter on the desk's socket: it takes the socket's place, so that whoever comes goes through
 * it to the desk, and every byte is counted. */

#include <stdint.h>

struct wire;

/* dir: the desk's folder, whose desk.sock is renamed. Never NULL: ends the program if that does not
 * work. */
struct wire *wire_new(const char *dir);

/* To the desk and from it, together. */
uint64_t wire_bytes(const struct wire *w);

/* NULL allowed; returns NULL. */
struct wire *wire_free(struct wire *w);
