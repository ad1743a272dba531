/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Alarms and incidents as the backend tells them to a supervisor's screen; rules as in
 * net/api/wire_in.h. */

#include <cjson/cJSON.h>

#include "core/err.h"
#include "core/workstation.h"

/* Up to cap rows; more are passed over, and so are kinds that this version does not know. */
enum err_code wire_alarms(const cJSON *j, struct ws_alarm *rows, size_t cap, size_t *ret_n,
                          struct err *err) MUSTCHECK;
/* The words keep their line ends and lose every control character. */
enum err_code wire_incidents(const cJSON *j, struct ws_incident *rows, size_t cap, size_t *ret_n,
                             struct err *err) MUSTCHECK;
