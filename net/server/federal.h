/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Submitted answers to the federal side: PUT [federal_url]/QuestionnaireResponse/{id} (FHIR R4
 * http, "update as create"; the id is ours, so that a repeated PUT is the same resource again and a
 * lost answer does no harm). No If-Match and no If-None-Exist: nobody else writes under our id, and
 * a condition would turn a repetition of what did arrive into an error.
 *
 * The outbox in the database says what is to be sent, and when; a job of the writer claims some, a
 * thread of its own with libcurl sends them, a job records what came of each. Neither the loop nor
 * the writer ever waits for the other side. Loop thread only. */

#include "core/err.h"

struct federal;
struct server;

/* Without federal_url nothing is sent, and what is submitted waits. Errors: ERR_FORBIDDEN (others
 * may read the credentials), ERR_NOT_FOUND, ERR_INVALID, ERR_IO, ERR_NOMEM. */
enum err_code federal_new(struct server *server, struct federal **ret, struct err *err) MUSTCHECK;
/* Ends the thread; what it was sending is given back to the outbox by jobs: drain the writer. */
void federal_stop(struct federal *f);
struct federal *federal_free(struct federal *f);

/* Once a second. */
void federal_tick(struct federal *f);
/* Read the credentials anew; when they cannot be read the old ones stay, and the log says so. */
void federal_reload(struct federal *f);
