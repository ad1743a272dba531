/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Opening hours and time zones by libical: fills struct hours_ops of core/hours.h.
 *
 * libical is lenient: it passes over zones that it does not know, dates that do not exist and
 * properties with faults, and names no line. So content lines are taken apart here, strictly, and
 * libical is asked for what it is good at: recurrence rules and zones. man/pupitre-service.5 says
 * what a calendar may hold. */

#include "core/hours.h"

/* Static; may be used by several threads. */
const struct hours_ops *calendar_hours(void);
