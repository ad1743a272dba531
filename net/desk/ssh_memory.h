/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where the last login's folder is on the server, in the file `far` beside the desk's socket: a
 * program that was killed has left a folder there, and perhaps a screen behind a dead line. */

#include "net/desk/place.h"

/* "" when nothing is remembered of this host. */
void ssh_memory_read(const struct desk_place *place, const char *host, char ret[DESK_PATH_MAX]);

/* Whether it worked matters to nobody now. */
void ssh_memory_write(const struct desk_place *place, const char *host, const char *dir);
void ssh_memory_forget(const struct desk_place *place);
