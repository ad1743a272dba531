/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl outbox retry: answers that were refused, or wait for their next try, are sent now. */

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/store/store_outbox.h"

#define STEP 500 /* in one transaction */

struct retry {
    int64_t offer_id; /* 0 = all */
    int64_t n;
};

static enum err_code retry(struct ctl *ctl, void *arg, struct err *err)
{
    struct retry *r = arg;
    return store_outbox_retry(ctl->st, r->offer_id, STEP, ctl->now_utc_s, &r->n, err);
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct retry r = {0};
    const char *which = args->n_operands ? args->operands[0] : NULL;
    if (which && !store_id_parse(which, &r.offer_id)) {
        return err_set(err, ERR_METHOD, gettext("%s is no number of an offer"), which);
    }
    enum err_code code = ctl_open(ctl, err);
    int64_t n = 0;
    do {
        r.n = 0;
        if (!code) {
            code = ctl_audited(ctl, "outbox_retry", which ? which : "", retry, &r, err);
        }
        n += r.n;
    } while (!code && r.n == STEP && !which);
    if (!code) {
        printf(ngettext("%" PRId64 " response is sent again\n",
                        "%" PRId64 " responses are sent again\n", (unsigned long)n),
               n);
    }
    return code;
}

const struct ctl_command command_outbox_retry = {
    .name = "outbox retry",
    .operands = "[OFFER]",
    .max_operands = 1,
    .help = N_("send answers to the federal side now that wait or were refused: one, or all"),
    .run = run,
};
