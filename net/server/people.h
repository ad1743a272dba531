/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* People that an operator brings in over HTTP: the body goes to net/import as it comes, a piece at
 * a time through the writer thread, so that agents' work goes on between two pieces and no more
 * than one piece is in memory.
 *
 * One import at a time: the lock of net/import holds against pupitrectl, too. When an import has
 * ended, in whatever way, its rows are moved or forgotten in short jobs, one after the other.
 *
 * The functions of an upload say whether to suspend the connection: http_answer or http_go_on is
 * called then. Loop thread. */

#include <stdbool.h>
#include <stddef.h>

struct people;
struct request;
struct server;
struct upload;

struct people *people_new(struct server *server);
struct people *people_free(struct people *people);

/* req->upload for a request whose route takes a stream; NULL: no memory. */
struct upload *upload_new(struct request *req);
/* Also in the midst of it: nothing of it counts then. NULL is fine. */
struct upload *upload_free(struct upload *u);

/* The head is there. True: suspend; false: req is answered. */
bool upload_begin(struct request *req);
/* More of the body. True: suspend. */
bool upload_take(struct request *req, const char *data, size_t len);
/* The body is complete. True: suspend; false: req is answered. */
bool upload_end(struct request *req);
