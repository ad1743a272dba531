/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Which texts are names of the IANA time zone database.
 *
 * A machine's folder of zones has more files than names: "right/…" counts leap seconds and is half
 * a minute off, "posix/…" is everything once again, "localtime" is whatever this machine shows, and
 * "posixrules" and "Factory" are no place's time. Whoever reads a zone asks here first, then
 * whether the machine has its rules. */

#include <stdbool.h>

/* "Area/Location" of an area that the database has, or one of its names without an area ("UTC",
 * "CET"). name: NUL-terminated. Whether the location exists is not asked here. */
bool zone_is_iana(const char *name);
