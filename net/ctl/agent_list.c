/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl agent list. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

static void languages(const struct store_agent *a, struct queue_names *ret)
{
    ret->n = 0;
    for (size_t i = 0; i < a->n_languages; i++) {
        memcpy(ret->items[ret->n++], a->languages[i], LANGUAGE_SIZE);
    }
}

/* "name": ["fr", "nl"] */
static void list_json(const char *name, const struct queue_names *list, struct buf *out)
{
    buf_printf(out, ", \"%s\": [", name);
    for (size_t i = 0; i < list->n; i++) {
        buf_printf(out, "%s\"%s\"", i ? ", " : "", list->items[i]);
    }
    buf_char(out, ']');
}

static void line_json(const struct store_agent *a, struct buf *out)
{
    struct queue_names spoken;
    languages(a, &spoken);
    buf_printf(out, "{\"agent_id\": \"%" PRId64 "\", \"login\": ", a->agent_id);
    ctl_json_string(out, a->login);
    buf_str(out, ", \"name\": ");
    ctl_json_string(out, a->name);
    buf_printf(out, ", \"role\": \"%s\", \"region\": \"%s\", \"service_id\": \"%s\"",
               agent_role_name(a->role), region_name(a->region), a->services.items[0]);
    list_json("languages", &spoken, out);
    list_json("services", &a->services, out);
    buf_printf(out, ", \"line\": %d", a->line);
    list_json("queues", &a->queues, out);
    list_json("skills", &a->skills, out);
    buf_str(out, ", \"employer\": ");
    ctl_json_string(out, a->employer);
    buf_printf(out, ", \"disabled\": %s}", a->disabled_utc_s ? "true" : "false");
}

static void line_text(const struct store_agent *a, struct buf *out)
{
    char list[QUEUE_NAMES_SIZE];
    struct queue_names spoken;
    languages(a, &spoken);
    queue_names_print(&a->services, list);
    buf_printf(out, "%s\t%s\t%s\t%s\t%s\t", a->login, agent_role_name(a->role),
               region_name(a->region), list, a->name);
    queue_names_print(&spoken, list);
    buf_printf(out, "%s\t%d\t", list, a->line);
    queue_names_print(&a->queues, list);
    buf_printf(out, "%s\t", list);
    queue_names_print(&a->skills, list);
    buf_printf(out, "%s\t%s\t%s\n", list, a->employer, a->disabled_utc_s ? "disabled" : "");
}

static bool show(void *arg, const struct store_agent *a)
{
    struct listing *l = arg;
    if (l->json) {
        buf_str(&l->out, l->n ? ",\n " : "[");
        line_json(a, &l->out);
    } else {
        line_text(a, &l->out);
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
