/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Who brings a desk's socket to another machine: the connection that says `admit`
 * (net/desk/protocol.h). It keeps the desk, and the token that it was lent lives as long. Waits for
 * its answer: it is for a program that has nothing else to do. */

#include <stdbool.h>
#include <stdint.h>

#include "net/desk/place.h"
#include "net/desk/token_file.h"

struct keeper {
    int fd; /* readable when the desk is gone; -1 = none */
    char token[DESK_TOKEN_SIZE];
    bool signed_in;
    bool call;       /* one was up */
    int64_t grace_s; /* then it ends, if no screen comes; 0 = a screen is there, or it just went */
};

/* Errors: ERR_UNAVAILABLE (no desk, or none that speaks), ERR_CONFLICT (one of another version),
 * ERR_IO, ERR_NOMEM. *k is as after keeper_close then. */
enum err_code keeper_open(struct keeper *k, const struct desk_place *place,
                          struct err *err) MUSTCHECK;

/* The token is dead from now on. A closed one is left alone. */
void keeper_close(struct keeper *k);
