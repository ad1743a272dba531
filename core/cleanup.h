/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Locals with one owner let go by themselves at the end of their scope. Always initialise such a
 * variable where it is declared; set it to NULL when the value is handed over. */

#include <stdlib.h>

#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define MUSTCHECK __attribute__((warn_unused_result))

static inline void cleanup_free(void *p)
{
    free(*(void **)p);
}

#define CLEANUP_FREE CLEANUP(cleanup_free)
