/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The line between two programs, which a test can cut: a TCP port on 127.0.0.1 whose connections go
 * on to another port, in a thread of their own. */

struct relay;

/* From the one port to the other. Never NULL: ends the test program if the machine refuses. */
struct relay *relay_new(int port, int to_port);

enum relay_line {
    RELAY_OPEN,
    RELAY_CLOSED, /* what is connected is reset, what comes is refused at once */
    RELAY_SILENT, /* connections stay, and nothing passes: a cable that was pulled */
};
/* Change the line. Back to RELAY_OPEN what had been held back passes. */
void relay_set(struct relay *r, enum relay_line line);

/* NULL allowed; returns NULL. */
struct relay *relay_free(struct relay *r);
