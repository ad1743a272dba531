/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl hold check: do people, offers and agents agree about who holds whom? */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/store/store_admin.h"
#include "net/store/store_hold_check.h"

#define STRANDED "person_without_queue"

static const struct ctl_option options[] = {
    {"--repair", NULL, N_("put right what does not agree"), false},
    {"--json",   NULL, N_("as JSON"),                       false},
};

static enum err_code repair(struct ctl *ctl, void *arg, struct err *err)
{
    return store_hold_repair(ctl->st, ctl->now_utc_s, arg, err);
}

static int64_t show(const struct store_hold_check checks[STORE_HOLD_CHECKS], int64_t stranded,
                    bool json)
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
    if (json) {
        printf(",\n {\"check\": \"" STRANDED "\", \"n\": %" PRId64 "}]\n", stranded);
    } else if (stranded > 0) {
        printf(STRANDED "\t%" PRId64 "\n", stranded);
    }
    return n;
}

/* In queues that their service does not have: no repair knows a better one. */
static enum err_code count_stranded(struct ctl *ctl, int64_t *ret, struct err *err)
{
    struct store_stranded rows[STORE_STRANDED_MAX];
    size_t n = 0;
    enum err_code code = store_stranded(ctl->st, rows, STORE_STRANDED_MAX, &n, err);
    for (size_t i = 0; !code && i < n; i++) {
        *ret += rows[i].n;
        fprintf(stderr,
                gettext("pupitrectl: %s, which service %s does not have: people who are not "
                        "closed: %" PRId64 "\n"),
                rows[i].queue, rows[i].service_id, rows[i].n);
    }
    return code;
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
    int64_t stranded = 0;
    if (!code) {
        code = count_stranded(ctl, &stranded, err);
    }
    if (!code && show(checks, stranded, json) > 0 && !repairs) {
        code = err_set(err, ERR_STATE, gettext("holds do not agree: hold check --repair"));
    }
    if (!code && stranded > 0) {
        code = err_set(err, ERR_STATE,
                       gettext("people are where their service has no queue: load a version that "
                               "has it"));
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
