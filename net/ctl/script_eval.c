/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl script eval: what given answers enable, for other programs. */

#include <stdio.h>

#include "core/i18n.h"
#include "core/script_tree.h"
#include "net/api/response.h"
#include "net/ctl/commands.h"
#include "net/ctl/json_lines.h"
#include "net/ctl/script_file.h"

/* The keys of all nodes for which is() holds. */
static void put_keys(const struct script_answers *a, const char *name,
                     bool (*is)(const struct script_answers *a, size_t node), struct buf *out)
{
    CLEANUP_BUF struct buf key = {0};
    bool first = true;
    buf_printf(out, ",\"%s\":[", name);
    for (size_t node = script_node_walk(a, SCRIPT_NODE_NONE); node != SCRIPT_NODE_NONE;
         node = script_node_walk(a, node)) {
        if (!is(a, node))
            continue;
        buf_clear(&key);
        script_node_key(a, node, &key);
        buf_str(out, first ? "" : ",");
        ctl_json_string(out, buf_text(&key));
        first = false;
    }
    buf_char(out, ']');
    out->failed |= key.failed;
}

static enum err_code put_response(const struct script_answers *a, struct buf *out, struct err *err)
{
    CLEANUP_JSON cJSON *r = NULL;
    const enum err_code code = response_encode_anyway(a, RESPONSE_COMPLETED, NULL, NULL, &r, err);
    if (code != ERR_OK)
        return code;
    buf_str(out, ",\"response\":");
    json_print(r, out);
    buf_char(out, '}');
    return ERR_OK;
}

/* An answer that does not fit is told and left out; the others count. */
static enum err_code tell(const char *id, const struct findings *findings, struct err *err)
{
    CLEANUP_BUF struct buf b = {0};
    for (size_t i = 0; i < findings->n; i++)
        finding_print(&findings->rows[i], id, &b);
    if (findings->failed || b.failed)
        return err_set(err, ERR_NOMEM, NULL);
    fputs(buf_text(&b), stderr);
    return ERR_OK;
}

static enum err_code eval_line(void *arg, const cJSON *line, struct buf *out, struct err *err)
{
    struct script_answers *a = arg;
    CLEANUP_FINDINGS struct findings findings = {0};
    CLEANUP_BUF struct buf id = {0};
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(line, "item");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(line, "id");
    if (!cJSON_IsObject(line))
        return err_set(err, ERR_INVALID, N_("This is no JSON object."));
    if (items && !cJSON_IsArray(items))
        return err_field(err, ERR_INVALID, "/item", N_("This must be a list."));
    if (name)
        json_print(name, &id);
    enum err_code code = response_decode_items(items, a, &findings, err);
    if (code == ERR_INVALID)
        code = tell(name ? buf_text(&id) : "-", &findings, err);
    if (code != ERR_OK)
        return code;
    buf_printf(out, "{\"id\":%s", name ? buf_text(&id) : "null");
    put_keys(a, "enabled", script_node_is_enabled, out);
    put_keys(a, "kept", script_node_is_kept, out);
    out->failed |= id.failed;
    return put_response(a, out, err);
}

static enum err_code eval(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)ctl;
    struct script script = {0};
    enum err_code code = ctl_script_file(args->operands[0], &script, err);
    if (code != ERR_OK)
        return code;
    struct script_answers *a = script_answers_new(&script);
    code = a ? ctl_json_lines(eval_line, a, err) : err_set(err, ERR_NOMEM, NULL);
    script_answers_free(a);
    script_deinit(&script);
    return code;
}

const struct ctl_command command_script_eval = {
    .name = "script eval",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("say what the answers in each line of JSON enable"),
    .run = eval,
};
