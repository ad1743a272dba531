/* SPDX-License-Identifier: Apache-2.0 */
/* Every setting in every combination of places (tests/net/conf_walk.h). */

#include "conf_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SETTINGS_SIZE 4096

static const enum conf_origin places[] = {CONF_SYSTEM, CONF_USER, CONF_CHOSEN, CONF_ENVIRONMENT,
                                          CONF_ARGUMENT};
#define PLACE_COUNT (sizeof places / sizeof places[0])

char *conf_walk_file(const char *text, size_t len)
{
    char *path = strdup("/tmp/pp-conf-XXXXXX");
    assert_non_null(path);
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    close(fd);
    return path;
}

static const struct conf_sample *sample_of(const struct conf_sample *samples, size_t count,
                                           const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(samples[i].name, name) == 0)
            return &samples[i];
    fail_msg("the setting %s has no sample here", name);
    return NULL;
}

static void key_of(const struct conf_row *row, char ret[64])
{
    snprintf(ret, 64, "%s", row->name);
    for (char *s = ret; (s = strchr(s, '-'));)
        *s = '_';
}

static void say_in_file(struct conf *c, const struct conf_row *row, const char *value,
                        enum conf_origin origin)
{
    char text[512];
    char key[64];
    key_of(row, key);
    const int len = snprintf(text, sizeof text, "[%s]\n%s = %s\n", row->section, key, value);
    char *path = conf_walk_file(text, (size_t)len);
    conf_read_file(c, path, origin, true);
    unlink(path);
    free(path);
}

static void say(struct conf *c, const struct conf_row *row, const char *value,
                enum conf_origin origin)
{
    char option[512];
    char *argv[] = {(char[]){"program"}, option, NULL};
    if (origin == CONF_ENVIRONMENT) {
        assert_int_equal(setenv(row->variable, value, 1), 0);
        conf_read_environment(c);
        assert_int_equal(unsetenv(row->variable), 0);
    } else if (origin == CONF_ARGUMENT) {
        snprintf(option, sizeof option, "--%s=%s", row->name, value);
        conf_read_arguments(c, 2, argv);
    } else {
        say_in_file(c, row, value, origin);
    }
}

/* said: one bit a place. */
static void walk(const struct conf_program *program, void *settings, size_t row,
                 const struct conf_sample *sample, unsigned said, bool backwards)
{
    const struct conf_row *r = &program->rows[row];
    struct conf *c = conf_new(program);
    assert_non_null(c);
    enum conf_origin strongest = r->standard ? CONF_DEFAULT : CONF_NOWHERE;
    const char *effective = r->standard;
    size_t turn = 0;
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        if (!(said & 1u << i))
            continue;
        strongest = places[i];
        effective = sample->values[turn++ % 2];
    }
    for (size_t k = 0; k < PLACE_COUNT; k++) {
        const size_t i = backwards ? PLACE_COUNT - 1 - k : k;
        size_t before = 0;
        for (size_t n = 0; n < i; n++)
            before += said >> n & 1;
        if (said & 1u << i)
            say(c, r, sample->values[before % 2], places[i]);
    }
    assert_int_equal(conf_fault_count(c), 0); /* what belongs together may be missing later */
    conf_finish(c, settings);
    if (conf_origin_of(c, row) != strongest)
        fail_msg("%s: origin %d is not %d (places 0x%x)", r->name, (int)conf_origin_of(c, row),
                 (int)strongest, said);
    if (effective)
        assert_string_equal(conf_text_of(c, row), effective);
    else
        assert_null(conf_text_of(c, row));
    conf_free(c);
}

void conf_walk(const struct conf_program *program, const void *unset, size_t size,
               const struct conf_sample *samples, size_t count)
{
    _Alignas(max_align_t) unsigned char settings[SETTINGS_SIZE];
    assert_true(size <= sizeof settings);
    for (size_t row = 0; row < program->row_count; row++) {
        const struct conf_row *r = &program->rows[row];
        if (!r->section)
            continue;
        const struct conf_sample *sample = sample_of(samples, count, r->name);
        assert_true(strlen(r->name) + strlen(" = ") + CONF_VALUE_MAX <= 190); /* fits into a line */
        if (!r->variable)
            fail_msg("%s has no environment variable", r->name);
        for (unsigned said = 0; said < 1u << PLACE_COUNT; said++) {
            memcpy(settings, unset, size);
            walk(program, settings, row, sample, said, false);
            memcpy(settings, unset, size);
            walk(program, settings, row, sample, said, true);
        }
    }
}

/* --- manual and example --- */

static char *source(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", SOURCE_ROOT, name);
    FILE *f = fopen(path, "re");
    if (!f)
        fail_msg("%s", path);
    char *text = calloc(1, 65536);
    assert_non_null(text);
    assert_true(fread(text, 1, 65535, f) > 0);
    fclose(f);
    return text;
}

/* Does a line begin with `begin` and hold the word? */
static bool has_line(const char *text, const char *begin, const char *word)
{
    const size_t len = strlen(word);
    for (const char *line = text; line; line = strchr(line, '\n'), line += line != NULL) {
        const char *end = line + strcspn(line, "\n");
        if (strncmp(line, begin, strlen(begin)) != 0)
            continue;
        for (const char *at = line + strlen(begin); at + len <= end; at++)
            if (memcmp(at, word, len) == 0 && strchr(" ,\n", at[len]) && at[-1] == ' ')
                return true;
    }
    return false;
}

static void manual_names(const struct conf_row *row, const char *manual)
{
    char key[64];
    key_of(row, key);
    if (!has_line(manual, ".It Ic", key))
        fail_msg("the manual has no \".It Ic %s\"", key);
    if (!has_line(manual, ".Ev", row->variable))
        fail_msg("the manual has no \".Ev %s\"", row->variable);
}

/* The example with every "#key = value" made a setting. */
static char *uncommented(const char *example)
{
    char *all = strdup(example);
    assert_non_null(all);
    for (char *at = all; (at = strstr(at, "\n#"));) {
        at += 2;
        if (*at >= 'a' && *at <= 'z')
            at[-1] = ' ';
    }
    return all;
}

static void read_example(struct conf *c, const char *text)
{
    char *path = conf_walk_file(text, strlen(text));
    conf_read_file(c, path, CONF_USER, true);
    unlink(path);
    free(path);
    for (size_t i = 0; i < conf_fault_count(c); i++)
        fail_msg("the example: %s", conf_fault(c, i));
}

void conf_walk_texts(const struct conf_program *program, const char *manual, const char *example)
{
    char *page = source(manual);
    char *text = source(example);
    char *all = uncommented(text);
    struct conf *as_it_is = conf_new(program);
    struct conf *whole = conf_new(program);
    read_example(as_it_is, text);
    read_example(whole, all);
    for (size_t i = 0; i < program->row_count; i++) {
        const struct conf_row *row = &program->rows[i];
        if (!row->section)
            continue;
        manual_names(row, page);
        if (!conf_text_of(whole, i))
            fail_msg("the example has no %s", row->name);
        if (row->required && !conf_text_of(as_it_is, i))
            fail_msg("the example leaves %s out, which has to be said", row->name);
        if (!row->required && conf_text_of(as_it_is, i))
            fail_msg("the example says %s", row->name);
        if (row->standard && strcmp(row->standard, conf_text_of(whole, i)) != 0)
            fail_msg("the example's %s is not the default, %s", row->name, row->standard);
    }
    conf_free(as_it_is);
    conf_free(whole);
    free(page);
    free(text);
    free(all);
}
