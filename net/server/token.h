/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Bearer tokens as they come and as they are told apart. The store makes them and keeps their hash
 * only. */

#include <stdbool.h>

#include "net/store/store.h"

/* Copy the token out of "Bearer …" (RFC 6750 2.1). False: no such header, or no token of ours. */
bool token_from_header(const char *header, char ret[STORE_TOKEN_SIZE]);
