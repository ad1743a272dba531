/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The data directory as one running pupitred has it: a lock, and the file `address`. */

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "net/server/listen.h"

struct place {
    int dir_fd;
    int lock_fd;
    bool has_address;
    char address[LISTEN_MAX * LISTEN_TEXT_SIZE]; /* as published, with blanks between */
};

/* Take the directory: ERR_CONFLICT when another pupitred runs there, ERR_NOT_FOUND, ERR_IO. */
enum err_code place_take(const char *dir, struct place *ret, struct err *err) MUSTCHECK;
/* Write "127.0.0.1:PORT\n", an address a line, to DIR/address, whole or not at all. */
enum err_code place_publish(struct place *p, const struct listen_list *addresses,
                            struct err *err) MUSTCHECK;
/* Remove the address and let go of the lock. */
void place_leave(struct place *p);
