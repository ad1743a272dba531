/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Between purge.c and certificate.c. */

#include "net/store/internal.h"

/* The number of the certificate to come. */
enum err_code purge_number(struct store *st, int64_t *ret, struct err *err) MUSTCHECK;
/* Destroy everything that is kept of one person, counted under that number. */
enum err_code purge_person(struct store *st, int64_t person_id, int64_t number,
                           struct err *err) MUSTCHECK;
