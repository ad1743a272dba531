/* SPDX-License-Identifier: Apache-2.0 */
/* The bounds: they are part of what is stored by those who scrape, so never change one. */

#include "net/server/histogram.h"

const double histogram_seconds[HISTOGRAM_BOUNDS] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                    0.05,   0.1,   0.25,   1,     2.5,  10};
const double histogram_sizes[HISTOGRAM_BOUNDS] = {1, 2, 3, 4, 6, 8, 16, 32, 64, 128, 192, 256};
