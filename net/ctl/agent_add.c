/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl agent add: an agent with a password. */

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "core/text.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"
#include "net/store/store_agent.h"

static const struct ctl_option options[] = {
    {"--name",        N_("NAME"),                                    N_("the agent's name, as others see it"),                            true },
    {"--region",      "VLG|WAL|BXL|OOS",                             N_("VLG, WAL, BXL or OOS"),                                          true },
    {"--languages",   N_("LIST"),                                    N_("languages spoken, two letters each: fr,nl"),                     true },
    {"--role",        "agent|supervisor|trainer|operator|authority", N_("agent if not given"),                                            false},
    {"--service",     N_("ID"),                                      N_("the service; needed when several are loaded"),                   false},
    {"--password-fd", N_("N"),                                       N_("read the password from this descriptor, not from the terminal"),
     false                                                                                                                                     },
};

static enum err_code read_languages(const char *text, struct store_agent *ret, struct err *err)
{
    const char *at = text;
    while (ret->n_languages < STORE_AGENT_LANGUAGES) {
        size_t len = strcspn(at, ",");
        if (!language_parse(at, len, ret->languages[ret->n_languages])) {
            return err_field(err, ERR_INVALID, "--languages",
                             gettext("a list of two-letter codes is needed: fr,nl"));
        }
        ret->n_languages++;
        if (!at[len]) {
            return ERR_OK;
        }
        at += len + 1;
    }
    return err_field(err, ERR_TOO_LARGE, "--languages", gettext("at most %d languages"),
                     STORE_AGENT_LANGUAGES);
}

static enum err_code copy(const char *field, const char *text, char *ret, size_t size,
                          struct err *err)
{
    if (text_trim(ret, size, text, strlen(text)) >= size) {
        return err_field(err, ERR_TOO_LARGE, field, gettext("at most %zu bytes"), size - 1);
    }
    return ERR_OK;
}

static enum err_code read_agent(struct ctl *ctl, const struct ctl_args *args,
                                struct store_agent *ret, struct err *err)
{
    const struct ctl_command *c = &command_agent_add;
    const char *region = ctl_option(c, args, "--region");
    const char *role = ctl_option(c, args, "--role");
    const char *service = ctl_option(c, args, "--service");
    enum err_code code = copy("LOGIN", args->operands[0], ret->login, sizeof ret->login, err);
    if (!code) {
        code = copy("--name", ctl_option(c, args, "--name"), ret->name, sizeof ret->name, err);
    }
    if (!code) {
        code = read_languages(ctl_option(c, args, "--languages"), ret, err);
    }
    if (!code && !region_by_name(region, strlen(region), &ret->region)) {
        code = err_field(err, ERR_INVALID, "--region", gettext("one of VLG, WAL, BXL, OOS"));
    }
    if (!code && role && !agent_role_by_name(role, strlen(role), &ret->role)) {
        code = err_field(err, ERR_INVALID, "--role",
                         gettext("agent, supervisor, trainer, operator or authority"));
    }
    if (code) {
        return code;
    }
    if (!service) {
        ret->services.n = 1;
        return store_service_only(ctl->st, ret->services.items[0], err);
    }
    return queue_names_parse(service, &ret->services) && ret->services.n
               ? ERR_OK
               : err_field(err, ERR_INVALID, "--service", gettext("a list of services is needed"));
}

static enum err_code hash_password(const struct ctl_args *args, char ret[STORE_PASSWORD_HASH_SIZE],
                                   struct err *err)
{
    char password[CTL_PASSWORD_SIZE];
    const char *fd_text = ctl_option(&command_agent_add, args, "--password-fd");
    int64_t fd = -1;
    if (fd_text && !text_to_int(fd_text, strlen(fd_text), 0, 1023, &fd)) {
        return err_field(err, ERR_INVALID, "--password-fd", gettext("a number is needed"));
    }
    enum err_code code = ctl_read_password((int)fd, password, err);
    if (!code &&
        crypto_pwhash_str(ret, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        code = err_set(err, ERR_NOMEM, NULL);
    }
    sodium_memzero(password, sizeof password);
    return code;
}
_Static_assert(STORE_PASSWORD_HASH_SIZE > crypto_pwhash_STRBYTES - 1, "the hash fits");

struct addition {
    struct store_agent agent;
    char hash[STORE_PASSWORD_HASH_SIZE];
};

static enum err_code add(struct ctl *ctl, void *arg, struct err *err)
{
    struct addition *a = arg;
    return store_agent_add(ctl->st, &a->agent, a->hash, ctl->now_utc_s, &a->agent.agent_id, err);
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct addition a = {0};
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = read_agent(ctl, args, &a.agent, err);
    }
    if (!code) {
        code = hash_password(args, a.hash, err);
    }
    if (!code) {
        code = ctl_audited(ctl, "agent_add", a.agent.login, add, &a, err);
    }
    return code;
}

const struct ctl_command command_agent_add = {
    .name = "agent add",
    .operands = "LOGIN",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("add an agent, or somebody of another role, with a password"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
