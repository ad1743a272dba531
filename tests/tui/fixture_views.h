/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Workstations made by hand, by name. Everybody in them is invented. */

#include <stdbool.h>

#include "core/workstation.h"

/* A moment of the past on which every picture is taken: 3 May 2020, 14:05 in Brussels. */
#define FIXTURE_NOW 1588507500

struct fixture {
    struct workstation_view view;
    struct record record;
    struct script script;
    struct script_answers *answers;
    struct service *service;
};

/* Load the service and the script. Ends the program if they cannot be read. */
void fixture_init(struct fixture *f);
void fixture_deinit(struct fixture *f);

/* Another script, by its path from the root of the sources; nothing is answered. */
void fixture_script(struct fixture *f, const char *path);

/* What the workstation's command of this name does. */
enum err_code fixture_repeat(struct fixture *f, size_t node, enum ws_repeat how, size_t *ret,
                             struct err *err);

/* A report as the backend would tell it. */
void fixture_incident(struct workstation_view *v, const char *incident_id);

/* What the backend would find in its directory. */
void fixture_directory(struct workstation_view *v, const char *typed);

/* Fill the view; false: nobody knows a view of this name. */
bool fixture_fill(struct fixture *f, const char *name);
