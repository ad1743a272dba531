/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Files that come into being whole or not at all: written under another name, synced, then given
 * their own. */

#include <stdbool.h>

#include "core/err.h"

#define BACKUP_PATH_SIZE 4096

/* A file of mode 0600 that nobody else writes: PATH.partial. It goes with the process's lock on it,
 * so that a later run can tell one that a killed process left. */
struct backup_file {
    char path[BACKUP_PATH_SIZE];
    char partial[BACKUP_PATH_SIZE];
    int fd; /* -1 = none */
};

/* Begin to make `path`, which must not be there yet. Errors: ERR_CONFLICT (it is there, or somebody
 * is making it), ERR_IO. */
enum err_code backup_file_begin(struct backup_file *f, const char *path, struct err *err) MUSTCHECK;
/* Sync it and give it its name, never over another file. Errors as above. */
enum err_code backup_file_finish(struct backup_file *f, struct err *err) MUSTCHECK;
/* The same in place of a file that is there. */
enum err_code backup_file_replace(struct backup_file *f, struct err *err) MUSTCHECK;
/* Remove what was not finished. */
void backup_file_drop(struct backup_file *f);

/* Sync the folder that holds the path, so that names in it are durable. */
enum err_code backup_sync_folder(const char *path, struct err *err) MUSTCHECK;
