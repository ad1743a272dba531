/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Between people.c and upload.c. */

#include "core/err.h"
#include "net/server/people.h"

/* Become the one who imports: upload_go follows when the table is clear, or upload_refuse.
 * ERR_UNAVAILABLE: somebody else is. */
enum err_code people_claim(struct people *p, struct upload *u, struct err *err) MUSTCHECK;
/* Have ended, in whatever way. Nothing happens when it was not the one. */
void people_release(struct people *p, const struct upload *u);

void upload_go(struct upload *u);
void upload_refuse(struct upload *u, const struct err *err);
