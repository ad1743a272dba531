/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Calendars for tests, at UTC, where each day has 86400 seconds. A calendar's text is a name: "day"
 * (08:00-20:00), "lunch" (closed from 12:00 to 13:00), "night" (18:00-02:00), "always", "holiday"
 * (closed every fifth day; FAKE_DAY0 is one), "bitten" (closed from 10:00 to 11:00), "twice" (two
 * openings that overlap), "rare" (every hundredth day). */

#include "core/hours.h"

#define DAY INT64_C(86400)
#define FAKE_DAY0 (INT64_C(20000) * DAY) /* a midnight */

extern const struct hours_ops fake_hours;
extern int fake_hours_asked;      /* how often a calendar was read */
extern bool fake_hours_no_memory; /* reading fails */
