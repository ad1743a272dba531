/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The attach token: 32 random bytes as hexadecimal digits, in a file that only we can read. Who
 * can read it is the agent; who connects must show it. */

#include "core/err.h"

#define DESK_TOKEN_SIZE 65

/* Make a new token. */
void desk_token_make(char ret[DESK_TOKEN_SIZE]);

/* Make a new token and put it into the file, whole or not at all. Errors: ERR_IO. */
enum err_code desk_token_write(const char *path, char ret[DESK_TOKEN_SIZE],
                               struct err *err) MUSTCHECK;

/* Read it. Errors: ERR_IO; ret is untouched then. */
enum err_code desk_token_read(const char *path, char ret[DESK_TOKEN_SIZE],
                              struct err *err) MUSTCHECK;
