/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl session end: somebody has to sign in anew, or everybody. */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/store/store_agent.h"

static const struct ctl_option options[] = {
    {"--all",   NULL, N_("of everybody"),                           false},
    {"--force", NULL, N_("also in a call, which ends, and in ACW"), false},
};

struct ending {
    const char *login; /* NULL: everybody's */
    bool force;
    int64_t ended, busy;
    int64_t *ids; /* of everybody */
    size_t n_ids;
};

static bool collect(void *arg, const struct store_agent *agent)
{
    struct ending *e = arg;
    int64_t *ids = reallocarray(e->ids, e->n_ids + 1, sizeof *ids);
    if (!ids) {
        return false;
    }
    e->ids = ids;
    e->ids[e->n_ids++] = agent->agent_id;
    return true;
}

static enum err_code end_one(struct ctl *ctl, struct ending *e, int64_t agent_id, struct err *err)
{
    bool ended = false;
    const enum err_code code =
        store_session_end(ctl->st, agent_id, e->force, ctl->now_utc_s, &ended, err);
    e->ended += !code && ended;
    return code;
}

static enum err_code end(struct ctl *ctl, void *arg, struct err *err)
{
    struct ending *e = arg;
    struct store_agent agent;
    if (e->login) {
        enum err_code code = store_agent_find(ctl->st, e->login, &agent, err);
        return code ? code : end_one(ctl, e, agent.agent_id, err);
    }
    enum err_code code = store_agent_list(ctl->st, collect, e, err);
    for (size_t i = 0; i < e->n_ids && !code; i++) {
        code = end_one(ctl, e, e->ids[i], err);
        if (code == ERR_STATE) { /* others are not kept in for one who talks */
            e->busy++;
            code = ERR_OK;
        }
    }
    return code;
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    const struct ctl_command *c = &command_session_end;
    const bool all = ctl_option(c, args, "--all") != NULL;
    struct ending e = {.login = args->n_operands ? args->operands[0] : NULL,
                       .force = ctl_option(c, args, "--force") != NULL};
    if (all == (e.login != NULL)) {
        return err_set(err, ERR_METHOD, gettext("a LOGIN is needed, or --all"));
    }
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = ctl_audited(ctl, "session_end", all ? "all" : e.login, end, &e, err);
    }
    free(e.ids);
    if (!code) {
        printf(ngettext("%" PRId64 " session ended\n", "%" PRId64 " sessions ended\n",
                        (unsigned long)e.ended),
               e.ended);
    }
    if (!code && e.busy) {
        printf(ngettext("%" PRId64 " goes on, in a call or in after-call work\n",
                        "%" PRId64 " go on, in a call or in after-call work\n",
                        (unsigned long)e.busy),
               e.busy);
    }
    return code;
}

const struct ctl_command command_session_end = {
    .name = "session end",
    .operands = "[LOGIN]",
    .min_operands = 0,
    .max_operands = 1,
    .help = N_("end sessions: who has one must sign in anew"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
