/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Private to net/host/conf*.c. */

#include "net/host/conf.h"

#define CONF_FILES_MAX 4
#define CONF_FAULTS_MAX 100
#define CONF_KEY_SIZE 64
#define CONF_LINE_MAX 190 /* bytes; inih has room for 200 */

/* Where something was said. */
struct conf_place {
    enum conf_origin origin;
    size_t file; /* in struct conf's files, when the origin is one */
    int line;    /* 0 = the file as a whole */
};

struct conf_value {
    char *text; /* NULL = not said */
    struct conf_place place;
    bool refused; /* something else was said, and is a fault already */
};

struct conf_file {
    char *path;
    bool there;
};

struct conf_fault {
    struct conf_place place;
    char *text;
};

struct conf {
    const struct conf_program *program;
    struct conf_value *values; /* one a row */
    struct conf_file files[CONF_FILES_MAX];
    size_t file_count;
    struct conf_fault faults[CONF_FAULTS_MAX];
    size_t fault_count;
    bool no_memory;
    const char *operand;
    const char *config; /* of --config, in argv */
    enum conf_action action;
};

/* The options that every program has, after its own rows. */
enum conf_common { COMMON_CONFIG, COMMON_CHECK, COMMON_HELP, COMMON_VERSION };
#define CONF_COMMON_COUNT (COMMON_VERSION + 1)
extern const struct conf_row conf_common[CONF_COMMON_COUNT];

/* The key in a file: the name with '_' for '-'. */
const char *conf_key(const struct conf_row *row, char ret[CONF_KEY_SIZE]);
/* The place in words: "PATH:LINE", "environment", "command line". */
void conf_where(const struct conf *c, const struct conf_place *place, char *ret, size_t size);
/* One effective field from text. NULL, or the rule that it breaks, translated (in rule). */
const char *conf_judge(const struct conf_row *row, const char *text, enum conf_origin origin,
                       void *ret, char *rule, size_t size);
/* Say a value; refused with a fault when it breaks the row's rule. */
void conf_say(struct conf *c, size_t row, const char *text, const struct conf_place *place);
/* Keep a fault; key (NULL = none) is cleaned, rule is translated already. */
void conf_add_fault(struct conf *c, const struct conf_place *place, const char *key,
                    const char *rule);
