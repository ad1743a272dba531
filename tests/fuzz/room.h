/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A private runtime directory for the targets that have sockets; it goes with the process. */

#include "net/desk/place.h"

/* Set XDG_RUNTIME_DIR to a new directory and name the place of the instance "fuzz" in it; once a
 * process, later calls name it again. */
void room_open(struct desk_place *ret);
