/* SPDX-License-Identifier: Apache-2.0 */
/* An agent's fields: read from options and from the cells of a list. */

#include "net/ctl/agent_fields.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/text.h"

#define LIST_SIZE 2048

static enum err_code set_text(char *ret, size_t size, const char *text, struct err *err)
{
    if (text_trim(ret, size, text, strlen(text)) >= size) {
        return err_set(err, ERR_TOO_LARGE, N_("the text is too long"));
    }
    return ERR_OK;
}

static enum err_code set_login(struct store_agent *a, const char *text, struct err *err)
{
    return set_text(a->login, sizeof a->login, text, err);
}

static enum err_code set_name(struct store_agent *a, const char *text, struct err *err)
{
    return set_text(a->name, sizeof a->name, text, err);
}

static enum err_code set_employer(struct store_agent *a, const char *text, struct err *err)
{
    char employer[sizeof a->employer];
    enum err_code code = set_text(employer, sizeof employer, text, err);
    if (!code && !text_is_plain(employer, strlen(employer), TEXT_ONE_LINE)) {
        code = err_set(err, ERR_INVALID, N_("this is not a line of text"));
    }
    if (!code) {
        memcpy(a->employer, employer, sizeof employer);
    }
    return code;
}

static enum err_code set_region(struct store_agent *a, const char *text, struct err *err)
{
    return region_by_name(text, strlen(text), &a->region)
               ? ERR_OK
               : err_set(err, ERR_INVALID, N_("one of VLG, WAL, BXL, OOS"));
}

static enum err_code set_role(struct store_agent *a, const char *text, struct err *err)
{
    if (!text[0]) {
        a->role = AGENT_ROLE_AGENT;
        return ERR_OK;
    }
    return agent_role_by_name(text, strlen(text), &a->role)
               ? ERR_OK
               : err_set(err, ERR_INVALID, N_("agent, supervisor, trainer, operator or authority"));
}

static enum err_code set_line(struct store_agent *a, const char *text, struct err *err)
{
    int64_t line = 1;
    if (text[0] && !text_to_int(text, strlen(text), 1, 3, &line)) {
        return err_set(err, ERR_INVALID, N_("one of 1, 2, 3"));
    }
    a->line = (int)line;
    return ERR_OK;
}

/* Separators as one comma each, none at the ends. False: too long. */
static bool plain_list(const char *text, char ret[LIST_SIZE])
{
    size_t n = 0;
    for (const char *at = text; *at; at++) {
        const bool separates = strchr(",; ", *at) != NULL;
        if (separates && (n == 0 || ret[n - 1] == ',')) {
            continue;
        }
        if (n + 1 >= LIST_SIZE) {
            return false;
        }
        ret[n++] = separates ? ',' : *at;
    }
    n -= n > 0 && ret[n - 1] == ',';
    ret[n] = '\0';
    return true;
}

static enum err_code set_languages(struct store_agent *a, const char *text, struct err *err)
{
    char list[LIST_SIZE];
    char languages[STORE_AGENT_LANGUAGES][LANGUAGE_SIZE] = {0};
    size_t n = 0;
    const bool fits = plain_list(text, list);
    for (const char *at = list; fits; n++) {
        const size_t len = strcspn(at, ",");
        if (n == STORE_AGENT_LANGUAGES) {
            return err_set(err, ERR_TOO_LARGE, N_("there are too many languages"));
        }
        if (!language_parse(at, len, languages[n])) {
            break;
        }
        if (!at[len]) {
            memcpy(a->languages, languages, sizeof languages);
            a->n_languages = n + 1;
            return ERR_OK;
        }
        at += len + 1;
    }
    return err_set(err, ERR_INVALID, N_("a list of two-letter codes is needed: fr,nl"));
}

static enum err_code set_names(struct queue_names *names, const char *text, struct err *err)
{
    char list[LIST_SIZE];
    return plain_list(text, list) && queue_names_parse(list, names)
               ? ERR_OK
               : err_set(err, ERR_INVALID, N_("a list of names is needed, each once"));
}

static enum err_code set_services(struct store_agent *a, const char *text, struct err *err)
{
    return set_names(&a->services, text, err);
}

static enum err_code set_queues(struct store_agent *a, const char *text, struct err *err)
{
    return set_names(&a->queues, text, err);
}

static enum err_code set_skills(struct store_agent *a, const char *text, struct err *err)
{
    return set_names(&a->skills, text, err);
}

static const struct {
    const char *column;
    const char *option;
    enum err_code (*set)(struct store_agent *a, const char *text, struct err *err);
    bool required;
} fields[] = {
    [AGENT_FIELD_LOGIN] = {"login",     NULL,          set_login,     true },
    [AGENT_FIELD_NAME] = {"name",      "--name",      set_name,      true },
    [AGENT_FIELD_REGION] = {"region",    "--region",    set_region,    true },
    [AGENT_FIELD_LANGUAGES] = {"languages", "--languages", set_languages, true },
    [AGENT_FIELD_ROLE] = {"role",      "--role",      set_role,      false},
    [AGENT_FIELD_SERVICES] = {"services",  "--service",   set_services,  false},
    [AGENT_FIELD_LINE] = {"line",      "--line",      set_line,      false},
    [AGENT_FIELD_QUEUES] = {"queues",    "--queues",    set_queues,    false},
    [AGENT_FIELD_SKILLS] = {"skills",    "--skills",    set_skills,    false},
    [AGENT_FIELD_EMPLOYER] = {"employer",  "--employer",  set_employer,  false},
};
_Static_assert(sizeof fields / sizeof fields[0] == AGENT_FIELD_COUNT, "one row a field");

const char *agent_field_column(enum agent_field field)
{
    return fields[field].column;
}

bool agent_field_is_required(enum agent_field field)
{
    return fields[field].required;
}

bool agent_field_by_column(const char *name, size_t len, enum agent_field *ret)
{
    for (int i = 0; i < AGENT_FIELD_COUNT; i++) {
        if (strlen(fields[i].column) == len && memcmp(fields[i].column, name, len) == 0) {
            *ret = (enum agent_field)i;
            return true;
        }
    }
    return false;
}

enum err_code agent_field_set(struct store_agent *a, enum agent_field field, const char *text,
                              size_t len, struct err *err)
{
    char trimmed[LIST_SIZE];
    enum err_code code = text_trim(trimmed, sizeof trimmed, text, len) >= sizeof trimmed
                             ? err_set(err, ERR_TOO_LARGE, N_("the text is too long"))
                             : fields[field].set(a, trimmed, err);
    if (code && err) {
        snprintf(err->field, sizeof err->field, "%s", fields[field].column);
    }
    return code;
}

enum err_code agent_fields_from_options(const struct ctl_command *command,
                                        const struct ctl_args *args, struct store_agent *a,
                                        struct err *err)
{
    for (int i = 0; i < AGENT_FIELD_COUNT; i++) {
        const char *text = fields[i].option ? ctl_option(command, args, fields[i].option) : NULL;
        struct err fault = {0};
        enum err_code code =
            text ? agent_field_set(a, (enum agent_field)i, text, strlen(text), &fault) : ERR_OK;
        if (code) {
            return err_field(err, code, fields[i].option, "%s", gettext(fault.sentence));
        }
    }
    return ERR_OK;
}

enum err_code agent_hash(const char *password, char ret[STORE_PASSWORD_HASH_SIZE], struct err *err)
{
    return crypto_pwhash_str(ret, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                             crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0
               ? ERR_OK
               : err_set(err, ERR_NOMEM, NULL);
}
_Static_assert(STORE_PASSWORD_HASH_SIZE > crypto_pwhash_STRBYTES - 1, "the hash fits");

enum err_code agent_password_hash(const struct ctl_command *command, const struct ctl_args *args,
                                  char ret[STORE_PASSWORD_HASH_SIZE], struct err *err)
{
    char password[CTL_PASSWORD_SIZE];
    const char *fd_text = ctl_option(command, args, "--password-fd");
    int64_t fd = -1;
    if (fd_text && !text_to_int(fd_text, strlen(fd_text), 0, 1023, &fd)) {
        return err_field(err, ERR_INVALID, "--password-fd", gettext("a number is needed"));
    }
    enum err_code code = ctl_read_password((int)fd, password, err);
    if (!code) {
        code = agent_hash(password, ret, err);
    }
    sodium_memzero(password, sizeof password);
    return code;
}
