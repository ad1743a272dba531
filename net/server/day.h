/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The calling day: from midnight to midnight in the time zone of the process, which main sets to
 * Europe/Brussels, where all four regions are. */

#include <stdint.h>

#include "net/store/store.h"

struct store_day day_of(int64_t now_utc_s);
