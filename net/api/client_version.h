/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Which workstations the interface serves: each says its version in User-Agent, "pupitre/1.2.3". */

#include <stdbool.h>

/* The oldest one. It goes up when the interface changes so that an older workstation would not
 * understand it, and never in the midst of a shift: those who are signed in go on. */
#define CLIENT_OLDEST "0.1.0"

/* Is this a workstation older than `oldest`? Other programs are none, and neither is one that does
 * not say its version. NULL: no. */
bool client_is_too_old(const char *user_agent, const char *oldest);
