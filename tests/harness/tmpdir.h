/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A private directory of one test, mode 0700, with a short name: a Unix socket's path must stay
 * under 108 bytes. */

#include <stdbool.h>

/* Make /tmp/pp-XXXXXX and return its path (malloc). Never NULL. */
char *tmpdir_new(void);

/* Remove it with all that is in it (nothing outside: links are not followed) and free the path.
 * NULL allowed; returns NULL. */
char *tmpdir_free(char *path);

/* dir + "/" + name (malloc). */
char *tmpdir_path(const char *dir, const char *name);

/* Write a whole file (mode 0600), or end the test program. */
void tmpdir_write(const char *path, const char *text);

/* Read a whole file (malloc, NUL-terminated); NULL if it cannot be read. */
char *tmpdir_read(const char *path);
