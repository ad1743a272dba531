/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How the line of a call sounds, in words that say what is wrong: one table of limits.
 *
 * Sources: ITU-T G.114 (one way below 150 ms nobody notices, above 400 ms people talk into each
 * other: here twice that, for the way and back); G.107, G.113 (without loss concealment 1 % of lost
 * sound is heard, from 5 % on words are); RFC 3550 6.4.1 (loss, jitter). */

#include <stdbool.h>
#include <stdint.h>

enum line_grade {
    LINE_UNKNOWN, /* not measured: no call, on hold, too early */
    LINE_GOOD,
    LINE_FAIR, /* heard, but everything is understood */
    LINE_POOR,
};
#define LINE_GRADE_COUNT (LINE_POOR + 1)

enum line_fault {
    LINE_FAULT_NONE,
    LINE_FAULT_SILENT, /* nothing comes at all */
    LINE_FAULT_LOST,   /* value: percent of the sound */
    LINE_FAULT_LATE,   /* value: ms to the other side and back */
    LINE_FAULT_UNEVEN, /* value: ms by which sound comes unevenly */
};
#define LINE_FAULT_COUNT (LINE_FAULT_UNEVEN + 1)

/* What a telephone counts of the sound that it gets, since the sound last began. baresip 1.0.0 does
 * so with each report of the other side (RTCP): of one that sends none, only silence is known. */
struct line_counts {
    int64_t received; /* packets */
    int64_t lost;     /* of those that were sent to us */
    int64_t jitter_us;
    int64_t rtt_us; /* 0 = not known yet */
};

/* fault and value: what is worst; none with LINE_UNKNOWN and LINE_GOOD. */
struct line_quality {
    enum line_grade grade;
    enum line_fault fault;
    int value;
};

/* The quality between two countings some seconds apart. Counts that went back, because the sound
 * began anew, are those since then. */
struct line_quality line_quality_of(const struct line_counts *before,
                                    const struct line_counts *now);

bool line_quality_is_same(const struct line_quality *a, const struct line_quality *b);

/* As an event of the call keeps it: "poor lost 6", "good". Fewer than LINE_TEXT_SIZE bytes. */
#define LINE_TEXT_SIZE 32
const char *line_quality_text(const struct line_quality *q, char ret[LINE_TEXT_SIZE]);

/* Names in the desk protocol: "poor", "lost". False leaves *ret. */
const char *line_grade_name(enum line_grade grade);
bool line_grade_by_name(const char *name, enum line_grade *ret);
const char *line_fault_name(enum line_fault fault);
bool line_fault_by_name(const char *name, enum line_fault *ret);
