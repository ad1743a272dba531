/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Debian's baresip as it is, with its own modules and its control port (ctrl_tcp): what a desk that
 * is no more than that would cost. The same codec, tone and silent player as the desk's. */

#include <sys/types.h>

struct plain;

/* In a directory of the benchmark, calling by way of this SIP port. Never NULL. */
struct plain *plain_new(const char *dir, int sip_port);

pid_t plain_pid(const struct plain *p);

/* Call, until it is answered; and hang up, until that is told. */
void plain_dial(struct plain *p);
void plain_hang_up(struct plain *p);

/* NULL allowed; returns NULL. */
struct plain *plain_free(struct plain *p);
