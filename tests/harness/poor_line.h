/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A poor line between two programs: a TCP port on 127.0.0.1 whose connections go on to another
 * port, late, slowly, standing still or cut as a test says, in a thread of their own. What relay.h
 * does not do: it passes everything at once. */

#include <stdbool.h>
#include <stdint.h>

struct poor_line;

struct poor_line_opts {
    int delay_ms;   /* each way */
    int bits_per_s; /* each way; 0 = as fast as the machine */
};

/* From the one port to the other. Never NULL: ends the test program if the machine refuses. */
struct poor_line *poor_line_new(int port, int to_port, const struct poor_line_opts *opts);

/* Another delay and speed, for what comes from now on. */
void poor_line_become(struct poor_line *l, const struct poor_line_opts *opts);

/* Stand still, each way: nothing is lost, and passes when the line moves again. there: from who
 * connected to the port that it goes on to. */
void poor_line_still(struct poor_line *l, bool there, bool back);

/* Stand still both ways for so long. */
void poor_line_pause(struct poor_line *l, int ms);

/* Reset what is connected; closed: and refuse what comes. */
void poor_line_cut(struct poor_line *l, bool closed);

/* What is connected hears nothing more, for ever, and is not closed: a cable that was pulled. What
 * comes later passes. */
void poor_line_pull(struct poor_line *l);

/* Bytes that arrived at either end since the start. */
uint64_t poor_line_bytes(struct poor_line *l);

/* NULL allowed; returns NULL. */
struct poor_line *poor_line_free(struct poor_line *l);
