/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Walks every row of a program's table of settings through every combination of places that can
 * say it. */

#include "net/host/conf.h"

struct conf_sample {
    const char *name;
    const char *values[2]; /* both good, and different */
};

/* Each setting that may stand in a file has a sample, a variable and an option; whatever set of
 * places says it, and in whatever order they are read, the strongest wins. unset: what the
 * program's struct of `size` bytes holds before. Asserts. */
void conf_walk(const struct conf_program *program, const void *unset, size_t size,
               const struct conf_sample *samples, size_t count);

/* Manual page and example name every setting: the page its key (".It Ic key"), its variable and its
 * option's place; the example has the key in its section behind '#' with the default, is sound as
 * it is, and sound with every '#key' made a key. Paths below the sources. Asserts. */
void conf_walk_texts(const struct conf_program *program, const char *manual, const char *example);

/* A fresh file below /tmp with this text; free(3) the path after unlinking. */
char *conf_walk_file(const char *text, size_t len);
