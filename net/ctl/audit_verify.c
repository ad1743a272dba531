/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl audit verify: is the audit log as it was written? */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"

static const struct ctl_option options[] = {
    {"--json", NULL, N_("as JSON"), false},
};

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    int64_t entries = 0;
    int64_t broken = 0;
    enum err_code code = ctl_open(ctl, err);
    if (code) {
        return code;
    }
    code = store_audit_verify(ctl->st, &entries, &broken, err);
    if (code == ERR_STATE) {
        code = ERR_INVALID; /* the data are wrong: exit status 65 */
        err->code = code;
    }
    if (ctl_option(&command_audit_verify, args, "--json")) {
        char number[24];
        snprintf(number, sizeof number, "%" PRId64, broken);
        printf("{\"entries\": %" PRId64 ", \"first_broken\": %s}\n", entries,
               broken ? number : "null");
    } else if (!code) {
        printf(gettext("%" PRId64 " entries, all as they were written\n"), entries);
    }
    return code;
}

const struct ctl_command command_audit_verify = {
    .name = "audit verify",
    .operands = "",
    .help = N_("verify the chain of the audit log; names the first broken entry"),
    .options = options,
    .n_options = 1,
    .run = run,
};
