/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* For metrics.c and metrics_print.c. */

#include "core/service.h"
#include "net/server/histogram.h"
#include "net/server/metrics.h"
#include "net/server/writer.h"
#include "net/store/store_figures.h"

#define METRICS_ROUTES 96 /* the last one: no such route */
#define METRICS_CODES 128 /* wrap-up codes of all services */
#define METRICS_CLASSES 4 /* 2xx to 5xx */

struct metrics_code {
    char service_id[SERVICE_ID_SIZE];
    char code[SERVICE_ID_SIZE];
    uint64_t n;
};

struct metrics {
    struct server *server;
    int64_t started_utc_s;
    uint64_t counts[METRIC_COUNT];
    struct metrics_route {
        uint64_t classes[METRICS_CLASSES];
        struct histogram seconds;
    } routes[METRICS_ROUTES];
    struct metrics_code codes[METRICS_CODES];
    size_t n_codes;

    struct job job; /* reads the figures */
    bool reading;
    struct store_figures read; /* the job's while reading */
    struct store_figures figures;
    int64_t figures_ms; /* when they were read, monotonic; 0 = never */
};
