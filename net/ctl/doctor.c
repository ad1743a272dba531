/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl doctor. */

#include "net/ctl/doctor.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"

static const struct ctl_option options[] = {
    {"--role", "agent|backend|both", N_("what the machine is for; found out when not given"),
     false                                                                                         },
    {"--json", NULL,                 N_("as JSON"),                                           false},
};

static const struct {
    const char *name;
    unsigned roles;
} roles[] = {
    {"agent",   DOCTOR_AGENT                 },
    {"backend", DOCTOR_BACKEND               },
    {"both",    DOCTOR_AGENT | DOCTOR_BACKEND},
};

/* Not given: a machine with a data directory is a backend, another one an agent's. */
static enum err_code role_of(const struct doctor *d, const struct ctl_args *args, unsigned *ret,
                             struct err *err)
{
    struct stat st;
    const char *name = ctl_option(&command_doctor, args, "--role");
    if (!name) {
        *ret = d->machine->stat(d->machine->arg, d->data, &st) ? DOCTOR_BACKEND : DOCTOR_AGENT;
        return ERR_OK;
    }
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (strcmp(roles[i].name, name) == 0) {
            *ret = roles[i].roles;
            return ERR_OK;
        }
    }
    return err_field(err, ERR_INVALID, "--role", gettext("agent, backend or both"));
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct doctor d = {
        .machine = &doctor_this_machine, .data = ctl->data_dir, .store_url = ctl->store_url};
    CLEANUP_BUF struct buf out = {0};
    unsigned asked = 0;
    size_t failed = 0;
    enum err_code code = role_of(&d, args, &asked, err);
    if (code) {
        return code;
    }
    const bool json = ctl_option(&command_doctor, args, "--json") != NULL;
    (void)doctor_run(&d, asked, json, &out, &failed);
    if (out.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    fputs(buf_text(&out), stdout);
    return failed ? err_set(err, ERR_UNAVAILABLE, gettext("checks that failed: %zu"), failed)
                  : ERR_OK;
}

const struct ctl_command command_doctor = {
    .name = "doctor",
    .operands = "",
    .help = N_("check this machine, with a remedy for whatever is wrong; changes nothing"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run,
};
