/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl agent list. */

#include <inttypes.h>
#include <stdio.h>

#include "core/i18n.h"
#include "net/ctl/commands.h"
#include "net/store/store_agent.h"

static const struct ctl_option options[] = {
    {"--json", NULL, N_("as JSON"), false},
};

struct listing {
    bool json;
    size_t n;
    struct buf out;
};

static void languages(const struct store_agent *a, const char *separator, struct buf *out)
{
    for (size_t i = 0; i < a->n_languages; i++) {
        buf_printf(out, "%s%s", i ? separator : "", a->languages[i]);
    }
}

static void line_json(const struct store_agent *a, struct buf *out)
{
    buf_printf(out, "{\"agent_id\": \"%" PRId64 "\", \"login\": ", a->agent_id);
    ctl_json_string(out, a->login);
    buf_str(out, ", \"name\": ");
    ctl_json_string(out, a->name);
    buf_printf(out, ", \"role\": \"%s\", \"region\": \"%s\", \"service_id\": \"%s\"",
               agent_role_name(a->role), region_name(a->region), a->service_id);
    buf_str(out, ", \"languages\": [\"");
    languages(a, "\", \"", out);
    buf_str(out, "\"]}");
}

static bool show(void *arg, const struct store_agent *a)
{
    struct listing *l = arg;
    if (l->json) {
        buf_str(&l->out, l->n ? ",\n " : "[");
        line_json(a, &l->out);
    } else {
        buf_printf(&l->out, "%s\t%s\t%s\t%s\t%s\t", a->login, agent_role_name(a->role),
                   region_name(a->region), a->service_id, a->name);
        languages(a, ",", &l->out);
        buf_char(&l->out, '\n');
    }
    l->n++;
    return !l->out.failed;
}

static enum err_code run(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    struct listing l = {.json = ctl_option(&command_agent_list, args, "--json") != NULL};
    enum err_code code = ctl_open(ctl, err);
    if (!code) {
        code = store_agent_list(ctl->st, show, &l, err);
    }
    if (!code && l.out.failed) {
        code = err_set(err, ERR_NOMEM, NULL);
    }
    if (!code) {
        fputs(buf_text(&l.out), stdout);
        fputs(!l.json ? "" : l.n ? "]\n" : "[]\n", stdout);
    }
    buf_free(&l.out);
    return code;
}

const struct ctl_command command_agent_list = {
    .name = "agent list",
    .operands = "",
    .help = N_("list the agents"),
    .options = options,
    .n_options = 1,
    .run = run,
};
