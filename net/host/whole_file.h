/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

/* Write a file that only its owner reads (0600): afterwards it is there as a whole, or as it was
 * before. path: at most PATH_MAX - 8 bytes; a symbolic link is replaced, not followed. durable:
 * wait for the disk, so that a power cut loses nothing either; whoever paints a screen meanwhile
 * does not. Errors: ERR_IO, with what the system says. */
enum err_code whole_file_write(const char *path, const char *bytes, size_t len, bool durable,
                               struct err *err);
