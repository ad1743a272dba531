/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/die.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *who, const char *what)
{
    (void)fprintf(stderr, "%s: %s: %s\n", who, what, strerror(errno));
    exit(99);
}
