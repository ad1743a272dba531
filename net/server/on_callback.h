/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A callback as a body says it (schema CallbackWish). */

#include <cjson/cJSON.h>

#include "net/api/json.h"
#include "net/store/store_callback.h"

extern const struct json_field callback_wish_fields[];
extern const size_t callback_wish_n_fields;

/* Read the member "callback" of a body. Errors: ERR_INVALID, ERR_PHONE; field "/callback/…". */
enum err_code callback_wish_read(const cJSON *j, struct callback_wish *ret,
                                 struct err *err) MUSTCHECK;
