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

static void say_in_file(struct conf *c, const struct conf_row *row, const char *value,
                        enum conf_origin origin)
{
    char text[512];
    char key[64];
    snprintf(key, sizeof key, "%s", row->name);
    for (char *s = key; (s = strchr(s, '-'));)
        *s = '_';
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
    conf_finish(c, settings);
    for (size_t i = 0; i < conf_fault_count(c); i++)
        if (!r->required || said)
            assert_null(strstr(conf_fault(c, i), r->name));
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
