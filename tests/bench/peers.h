/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Full-screen programs that everybody knows, to stand beside pupitre on the same pty. None reads a
 * configuration; tig shows a small repository, mutt a small mailbox. */

#include <stdbool.h>
#include <stddef.h>

#include "tests/harness/term.h"

enum peer { PEER_TIG, PEER_MUTT, PEER_HTOP };
#define PEER_COUNT (PEER_HTOP + 1)

const char *peer_name(enum peer peer);
/* Installed? Each figure is shown without those that are not. */
bool peer_is_here(enum peer peer);

/* Make what they show, in a directory of the benchmark. */
void peers_prepare(const char *dir);

/* Start one at 80x24; the text that its complete first picture shows. */
struct term *peer_start(enum peer peer, const char *dir);
const char *peer_marker(enum peer peer);

/* Two keys that move the cursor down and up again, as bytes. */
const char *peer_key(enum peer peer, size_t i);
