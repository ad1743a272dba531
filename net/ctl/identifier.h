/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An identifier of a person is read from standard input, or asked for at the terminal; never taken
 * from the arguments, which everybody on the machine can see. */

#include "net/ctl/ctl.h"

#define CTL_IDENTIFIER_SIZE 257

/* One line, trimmed. Errors: ERR_INVALID (there is none), ERR_TOO_LARGE, ERR_IO. */
enum err_code ctl_read_identifier(const char *prompt, char ret[CTL_IDENTIFIER_SIZE],
                                  struct err *err) MUSTCHECK;
void ctl_wipe_identifier(char identifier[CTL_IDENTIFIER_SIZE]);

/* purge.c: a certificate to standard output; and what was destroyed leaves the files. */
enum err_code ctl_print_certificate(struct ctl *ctl, int64_t number, struct err *err) MUSTCHECK;
enum err_code ctl_scrub(struct ctl *ctl, struct err *err) MUSTCHECK;
