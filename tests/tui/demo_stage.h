/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* `pupitre demo` on a terminal, with its files in a folder of its own, which is its working
 * folder: for tests of the program itself. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/harness/term.h"
#include "tests/harness/tmpdir.h"

struct shown {
    char *home;
    char *path; /* of the script */
    struct term *term;
};

static inline void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static inline void begin(struct shown *s)
{
    s->home = tmpdir_new();
    s->path = tmpdir_path(s->home, "script.json");
    s->term = NULL;
}

static inline void start_at(struct shown *s, const char *const *argv, int rows, int cols)
{
    s->term = term_start(&(struct term_opts){
        .spawn = {.argv = argv, .home = s->home},
          .rows = rows, .cols = cols
    });
}

static inline void start(struct shown *s, const char *const *argv)
{
    start_at(s, argv, 24, 80);
}

static inline void stop(struct shown *s)
{
    s->term = term_close(s->term);
    free(s->path);
    s->home = tmpdir_free(s->home);
}

/* Leave the demonstration, which is to end with that status. */
static inline void leave(struct shown *s, int status)
{
    term_send_keys(s->term, "<C-q>");
    assert_term_exits(s->term, status);
    s->term = term_close(s->term);
}

static inline void put_in(const struct shown *s, const char *name, const char *text)
{
    char *path = tmpdir_path(s->home, name);
    put(path, text);
    free(path);
}

/* The content of a file in the folder, which must be there and be closed to others; freed by the
 * caller. */
static inline char *kept_in(const struct shown *s, const char *name)
{
    char *path = tmpdir_path(s->home, name);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    char *text = calloc(1, (size_t)st.st_size + 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, (size_t)st.st_size, f), st.st_size);
    assert_int_equal(fclose(f), 0);
    free(path);
    return text;
}
