/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl hold check: do people, offers and agents agree about who holds whom? */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/store/store_hold_check.h"

static const struct ctl_option options[] = {
    {"--repair", NULL, N_("put right what does not agree"), false},
    {"--json",   NULL, N_("as JSON"),                       false},
};

static enum err_code repair(struct ctl *ctl, void *arg, struct err *err)
{
    return store_hold_repair(ctl->st, ctl->now_utc_s, arg, err);
}

static int64_t show(const struct store_hold_check checks[STORE_HOLD_CHECKS], bool json)
{
    int64_t n = 0;
    for (size_t i = 0; i < STORE_HOLD_CHECKS; i++) {
        n += checks[i].n;
        if (json) {
            printf("%s{\"check\": \"%s\", \"n\": %" PRId64 "}", i ? ",\n " : "[", checks[i].name,
                   checks[i].n);
        } else if (checks[i].n > 0) {
            printf("%s\t%" PRId64 "\n", checks[i].name, checks[i].n);
        }
    }
    fputs(json ? "]\n" : "", stdout);
    return n;
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    const bool repairs = ctl_option(&command_hold_check, args, "--repair") != NULL;
    const bool json = ctl_option(&command_hold_check, args, "--json") != NULL;
    struct store_hold_check checks[STORE_HOLD_CHECKS] = {0};
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = repairs ? ctl_audited(ctl, "hold_repair", "", repair, checks, err)
                       : store_hold_check(ctl->st, checks, err);
    }
    if (!code && show(checks, json) > 0 && !repairs) {
        code = err_set(err, ERR_STATE, gettext("holds do not agree: hold check --repair"));
    }
    return code;
}

const struct ctl_command command_hold_check = {
    .name = "hold check",
    .operands = "",
    .help = N_("check that people, offers and agents agree about who holds whom"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
