/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Ports on 127.0.0.1 that nobody uses now. */

/* A port that is free for TCP and UDP, that nobody else who asks here gets before this program has
 * ended, and so are the `span - 1` that follow (baresip takes the
 * next one for TLS; RTP wants pairs). Below the ephemeral range, so that no client socket takes it
 * meanwhile. Ends the test program if none is found. */
int port_free(int span);
