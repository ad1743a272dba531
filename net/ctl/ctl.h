/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* pupitrectl: what its commands share. Each command is a row of one table; the table drives
 * parsing, help and errors. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "net/store/store.h"

struct keys;

struct ctl {
    const char *data_dir;
    const char *store_url; /* PostgreSQL; NULL = SQLite in data_dir */
    struct keys *keys;
    struct store *st; /* NULL until ctl_open */
    int64_t now_utc_s;
};

/* An option of a command: "--name", or "--name VALUE" when value is set. */
struct ctl_option {
    const char *name;
    const char *value; /* how help calls the value; NULL = none */
    const char *help;  /* marked for gettext */
    bool required;
};

#define CTL_OPTIONS_MAX 12

struct ctl_args {
    const char *values[CTL_OPTIONS_MAX]; /* by place in the command's table; NULL = not given */
    char **operands;
    int n_operands;
};

struct ctl_command {
    const char *name;     /* "agent add" */
    const char *operands; /* "LOGIN", "FILE…", "" */
    int min_operands;
    int max_operands; /* -1 = any number */
    const char *help; /* one line, marked for gettext */
    const struct ctl_option *options;
    size_t n_options;
    enum err_code (*run)(struct ctl *ctl, const struct ctl_args *args, struct err *err);
};

extern const struct ctl_command *const ctl_commands[];
extern const size_t ctl_n_commands;

/* Find the command that argv begins with; *ret_words: how many words its name has. */
const struct ctl_command *ctl_find(int argc, char **argv, int *ret_words);

/* Sort argv (after the command's name) into options and operands; argv is reordered.
 * Error: ERR_METHOD (exit status 64) with what is wrong. */
enum err_code ctl_parse(const struct ctl_command *command, int argc, char **argv,
                        struct ctl_args *ret, struct err *err) MUSTCHECK;
/* The value of an option by name; NULL = not given. A flag's value is "". */
const char *ctl_option(const struct ctl_command *command, const struct ctl_args *args,
                       const char *name);

void ctl_help(const struct ctl_command *command); /* NULL = all */

/* The database of the data directory, or of the URL; the keys are loaded. */
enum err_code ctl_open_store(struct ctl *ctl, enum store_mode mode, struct err *err) MUSTCHECK;
/* Open the store in the data directory, as made by init, and bring its schema forward. */
enum err_code ctl_open(struct ctl *ctl, struct err *err) MUSTCHECK;

/* The same without changing the schema: what is there is copied or looked at as it is. */
enum err_code ctl_open_as_is(struct ctl *ctl, struct err *err) MUSTCHECK;

/* What is entered in the audit log comes from this program on this machine; ctl_open does it. */
void ctl_sign_entries(struct ctl *ctl);

/* In one transaction: fn, and an entry in the audit log; nothing when fn fails. */
enum err_code ctl_audited(struct ctl *ctl, const char *action, const char *subject,
                          enum err_code (*fn)(struct ctl *ctl, void *arg, struct err *err),
                          void *arg, struct err *err) MUSTCHECK;

/* Commit, and leave a moment to others before the next of many transactions. */
enum err_code ctl_commit_batch(struct ctl *ctl, struct err *err) MUSTCHECK;

/* Read a whole file ("-" = standard input) of at most max bytes into out. Errors: ERR_NOT_FOUND,
 * ERR_IO, ERR_TOO_LARGE; the sentence names the file. */
enum err_code ctl_read_file(const char *path, size_t max, struct buf *out,
                            struct err *err) MUSTCHECK;

/* A password: the first line of a descriptor, or typed twice at the terminal without echo (fd < 0).
 * ret is wiped by the caller. */
#define CTL_PASSWORD_SIZE 257
enum err_code ctl_read_password(int fd, char ret[CTL_PASSWORD_SIZE], struct err *err) MUSTCHECK;

/* Which account of the machine this is. */
void ctl_account(char *ret, size_t size);

/* Append a JSON string. */
void ctl_json_string(struct buf *b, const char *text);
