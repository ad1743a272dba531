/* SPDX-License-Identifier: Apache-2.0 */
#include "core/line_quality.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const grade_names[LINE_GRADE_COUNT] = {
    [LINE_UNKNOWN] = "unknown",
    [LINE_GOOD] = "good",
    [LINE_FAIR] = "fair",
    [LINE_POOR] = "poor",
};

/* From which value on it is fair, and poor; shown in whole steps, so that the words stand still. */
/* clang-format off */
static const struct {
    const char *name;
    int fair, poor, step;
} faults[LINE_FAULT_COUNT] = {
    [LINE_FAULT_NONE]   = {"none",   0,   0,   1},
    [LINE_FAULT_SILENT] = {"silent", 1,   1,   1},
    [LINE_FAULT_LOST]   = {"lost",   1,   5,   1},
    [LINE_FAULT_LATE]   = {"late",   300, 800, 50},
    [LINE_FAULT_UNEVEN] = {"uneven", 30,  60,  10},
};
/* clang-format on */

static enum line_grade grade_of(enum line_fault fault, int value)
{
    return value >= faults[fault].poor   ? LINE_POOR
           : value >= faults[fault].fair ? LINE_FAIR
                                         : LINE_GOOD;
}

/* The worse grade counts; of two alike the one that stands first in the table. */
static void weigh(struct line_quality *q, enum line_fault fault, int64_t measured)
{
    const int whole = measured > 1000000 ? 1000000 : measured < 0 ? 0 : (int)measured;
    const int value = whole / faults[fault].step * faults[fault].step;
    const enum line_grade grade = grade_of(fault, value);
    if (grade > q->grade)
        *q = (struct line_quality){grade, grade == LINE_GOOD ? LINE_FAULT_NONE : fault,
                                   grade == LINE_GOOD ? 0 : value};
}

struct line_quality line_quality_of(const struct line_counts *before, const struct line_counts *now)
{
    static const struct line_counts zero = {0};
    const struct line_counts *from = now->received < before->received ? &zero : before;
    const int64_t received = now->received - from->received;
    const int64_t lost = now->lost > from->lost ? now->lost - from->lost : 0;
    struct line_quality q = {.grade = LINE_UNKNOWN};
    weigh(&q, LINE_FAULT_SILENT, received == 0);
    weigh(&q, LINE_FAULT_LOST, received + lost > 0 ? lost * 100 / (received + lost) : 0);
    weigh(&q, LINE_FAULT_LATE, now->rtt_us / 1000);
    weigh(&q, LINE_FAULT_UNEVEN, now->jitter_us / 1000);
    return q;
}

bool line_quality_is_same(const struct line_quality *a, const struct line_quality *b)
{
    return a->grade == b->grade && a->fault == b->fault && a->value == b->value;
}

const char *line_grade_name(enum line_grade grade)
{
    return grade_names[grade];
}

bool line_grade_by_name(const char *name, enum line_grade *ret)
{
    for (size_t i = 0; i < LINE_GRADE_COUNT; i++) {
        if (strcmp(grade_names[i], name) == 0) {
            *ret = (enum line_grade)i;
            return true;
        }
    }
    return false;
}

const char *line_quality_text(const struct line_quality *q, char ret[LINE_TEXT_SIZE])
{
    int n = snprintf(ret, LINE_TEXT_SIZE, "%s", line_grade_name(q->grade));
    if (q->fault != LINE_FAULT_NONE && n > 0)
        n += snprintf(ret + n, LINE_TEXT_SIZE - (size_t)n, " %s", line_fault_name(q->fault));
    if (q->fault != LINE_FAULT_NONE && q->fault != LINE_FAULT_SILENT && n < LINE_TEXT_SIZE)
        snprintf(ret + n, LINE_TEXT_SIZE - (size_t)n, " %d", q->value);
    return ret;
}

const char *line_fault_name(enum line_fault fault)
{
    return faults[fault].name;
}

bool line_fault_by_name(const char *name, enum line_fault *ret)
{
    for (size_t i = 0; i < LINE_FAULT_COUNT; i++) {
        if (strcmp(faults[i].name, name) == 0) {
            *ret = (enum line_fault)i;
            return true;
        }
    }
    return false;
}
