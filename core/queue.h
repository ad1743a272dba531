/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Which queues an agent serves. A queue by language takes the agents of the first line who speak
 * it; one by competence those with the skill of its name (skill "Public-Health", region WAL:
 * "WAL_Public-Health"). Beside that an agent serves whatever queue is named; the second and third
 * line serve by skill and name only. Nobody serves a queue of another region. */

#include "core/service.h"

#define QUEUE_FIRST_LINE 1
#define QUEUE_NAMES 16

/* Names of services, queues or skills. */
struct queue_names {
    char items[QUEUE_NAMES][SERVICE_ID_SIZE];
    size_t n;
};

/* What of an agent decides it. Borrowed. */
struct queue_server {
    enum region region;
    int line; /* 1, 2 or 3 */
    const char (*languages)[LANGUAGE_SIZE];
    size_t n_languages;
    const struct queue_names *skills;
    const struct queue_names *queues;
};

bool queue_is_served(const struct service_queue *q, const struct queue_server *by);

/* The skill that a queue by competence asks for: its name without the region. */
const char *queue_skill(const struct service_queue *q);

bool queue_names_equal(const struct queue_names *a, const struct queue_names *b);
bool queue_names_hold(const struct queue_names *names, const char *name);
/* Read "A,B": letters, digits, '-' and '_', each once; "" = none. False leaves *ret. */
bool queue_names_parse(const char *text, struct queue_names *ret);
/* The same as text again. */
#define QUEUE_NAMES_SIZE (QUEUE_NAMES * SERVICE_ID_SIZE)
void queue_names_print(const struct queue_names *names, char ret[QUEUE_NAMES_SIZE]);
