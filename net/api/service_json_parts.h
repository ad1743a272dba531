/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files that read a service's definition share. */

#include "net/api/reader.h"

/* One label in each language of the service, and no other: struct service_labels. */
reader_fn service_read_labels;

/* Items begin with their id: it must not stand in one of those before it. */
void service_check_new_id(struct reader *r, const char *path, const void *items, size_t size,
                          const void *item);

/* A fault one step deeper. */
void service_fault_at(struct reader *r, const char *path, const char *name, const char *sentence);

/* Rows of the definition, at the place of struct service: */
reader_fn service_read_zone;
reader_fn service_read_hours;
reader_fn service_read_skills;
reader_fn service_read_callbacks;
reader_fn service_read_overload;
reader_fn service_read_attempts;
reader_fn service_read_purge;
reader_fn service_read_contacts;
reader_fn service_read_health;
reader_fn service_read_durations;

/* The lines of a queue: unsigned, a bit each. */
reader_fn service_read_lines;
