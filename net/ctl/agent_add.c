/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl agent add: an agent with a password. */

#include <string.h>

#include "net/ctl/agent_fields.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"

static const struct ctl_option options[] = {
    AGENT_FIELD_OPTIONS(true),
    AGENT_PASSWORD_OPTION,
};

static enum err_code read_agent(struct ctl *ctl, const struct ctl_args *args,
                                struct store_agent *ret, struct err *err)
{
    const char *login = args->operands[0];
    enum err_code code = agent_field_set(ret, AGENT_FIELD_LOGIN, login, strlen(login), err);
    if (!code) {
        code = agent_fields_from_options(&command_agent_add, args, ret, err);
    }
    if (!code && ret->services.n == 0) {
        ret->services.n = 1;
        code = store_service_only(ctl->st, ret->services.items[0], err);
    }
    return code;
}

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
        code = agent_password_hash(&command_agent_add, args, a.hash, err);
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
