/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The tables of checks; a row without a name ends each. */

#include "net/ctl/doctor.h"

extern const struct doctor_check doctor_machine_checks[];
extern const struct doctor_check doctor_backend_checks[];
extern const struct doctor_check doctor_agent_checks[];
