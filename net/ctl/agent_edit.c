/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl agent edit, disable, enable, password: what changes about an agent who is there. */

#include <stdio.h>

#include "net/ctl/agent_fields.h"
#include "net/ctl/commands.h"

/* clang-format off */
static const struct ctl_option edit_options[] = {
    AGENT_FIELD_OPTIONS(false),
};
static const struct ctl_option password_options[] = {
    AGENT_PASSWORD_OPTION,
};
/* clang-format on */

struct change {
    const struct ctl_args *args;
    struct store_agent agent;
    char hash[STORE_PASSWORD_HASH_SIZE];
    enum err_code (*make)(struct ctl *ctl, struct change *change, struct err *err);
};

static enum err_code edit(struct ctl *ctl, struct change *c, struct err *err)
{
    enum err_code code = agent_fields_from_options(&command_agent_edit, c->args, &c->agent, err);
    return code ? code : store_agent_edit(ctl->st, &c->agent, ctl->now_utc_s, err);
}

static enum err_code disable(struct ctl *ctl, struct change *c, struct err *err)
{
    return c->agent.disabled_utc_s
               ? ERR_OK
               : store_agent_disable(ctl->st, c->agent.agent_id, ctl->now_utc_s, err);
}

static enum err_code enable(struct ctl *ctl, struct change *c, struct err *err)
{
    return store_agent_enable(ctl->st, c->agent.agent_id, err);
}

static enum err_code new_password(struct ctl *ctl, struct change *c, struct err *err)
{
    return store_agent_password(ctl->st, c->agent.agent_id, c->hash, ctl->now_utc_s, err);
}

static enum err_code find_and_make(struct ctl *ctl, void *arg, struct err *err)
{
    struct change *c = arg;
    enum err_code code = store_agent_find(ctl->st, c->args->operands[0], &c->agent, err);
    return code ? code : c->make(ctl, c, err);
}

static enum err_code run_edit(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct change c = {.args = args, .make = edit};
    enum err_code code = ctl_open(ctl, err);
    return code ? code : ctl_audited(ctl, "agent_edit", args->operands[0], find_and_make, &c, err);
}

static enum err_code run_disable(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct change c = {.args = args, .make = disable};
    enum err_code code = ctl_open(ctl, err);
    return code ? code
                : ctl_audited(ctl, "agent_disable", args->operands[0], find_and_make, &c, err);
}

static enum err_code run_enable(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct change c = {.args = args, .make = enable};
    enum err_code code = ctl_open(ctl, err);
    return code ? code
                : ctl_audited(ctl, "agent_enable", args->operands[0], find_and_make, &c, err);
}

static enum err_code run_password(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct change c = {.args = args, .make = new_password};
    enum err_code code = ctl_open(ctl, err);
    if (!code) { /* before anything is typed */
        code = store_agent_find(ctl->st, args->operands[0], &c.agent, err);
    }
    if (!code) {
        code = agent_password_hash(&command_agent_password, args, c.hash, err);
    }
    return code ? code
                : ctl_audited(ctl, "agent_password", args->operands[0], find_and_make, &c, err);
}

const struct ctl_command command_agent_edit = {
    .name = "agent edit",
    .operands = "LOGIN",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("change what is said about an agent"),
    .options = edit_options,
    .n_options = sizeof edit_options / sizeof edit_options[0],
    .run = run_edit,
};

const struct ctl_command command_agent_disable = {
    .name = "agent disable",
    .operands = "LOGIN",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("let an agent in no more; the session ends at once"),
    .run = run_disable,
};

const struct ctl_command command_agent_enable = {
    .name = "agent enable",
    .operands = "LOGIN",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("let an agent in again"),
    .run = run_enable,
};

const struct ctl_command command_agent_password = {
    .name = "agent password",
    .operands = "LOGIN",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("give an agent another password; the session ends at once"),
    .options = password_options,
    .n_options = sizeof password_options / sizeof password_options[0],
    .run = run_password,
};
