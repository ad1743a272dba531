/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl script validate: whether responses keep the rules of their script, for programs. */

#include "core/i18n.h"
#include "core/script_fault.h"
#include "net/api/regex_pcre2.h"
#include "net/api/response.h"
#include "net/ctl/commands.h"
#include "net/ctl/json_lines.h"
#include "net/ctl/script_file.h"

static void put_error(const struct finding *f, bool first, struct buf *out)
{
    buf_str(out, first ? "{\"linkId\":" : ",{\"linkId\":");
    ctl_json_string(out, f->at);
    if (f->answer != FINDING_WHOLE)
        buf_printf(out, ",\"answer\":%zu", f->answer);
    buf_str(out, ",\"code\":");
    ctl_json_string(out, f->code);
    buf_str(out, ",\"msg\":");
    ctl_json_string(out, f->message);
    buf_char(out, '}');
}

static enum err_code validate_line(void *arg, const cJSON *line, struct buf *out, struct err *err)
{
    CLEANUP_FINDINGS struct findings findings = {0};
    if (!cJSON_IsObject(line))
        return err_set(err, ERR_INVALID, N_("This is no JSON object."));
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(line, "id");
    const enum err_code code = response_decode(line, arg, NULL, &findings, err);
    if (code != ERR_OK && code != ERR_INVALID)
        return code;
    buf_str(out, "{\"id\":");
    if (id)
        json_print(id, out);
    else
        buf_str(out, "null");
    buf_printf(out, ",\"valid\":%s,\"errors\":[", code == ERR_OK ? "true" : "false");
    for (size_t i = 0; i < findings.n; i++)
        put_error(&findings.rows[i], i == 0, out);
    buf_str(out, "]}");
    return ERR_OK;
}

static enum err_code validate(struct ctl *ctl, const struct ctl_args *args, struct err *err)
{
    (void)ctl;
    struct script script = {0};
    enum err_code code = ctl_script_file(args->operands[0], &script, err);
    if (code != ERR_OK)
        return code;
    struct script_answers *a = script_answers_new(&script);
    if (a) {
        script_answers_use_regex(a, &regex_pcre2);
        code = ctl_json_lines(validate_line, a, err);
    } else {
        code = err_set(err, ERR_NOMEM, NULL);
    }
    script_answers_free(a);
    script_deinit(&script);
    return code;
}

const struct ctl_command command_script_validate = {
    .name = "script validate",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .help = N_("say which rules of the script the response in each line breaks"),
    .run = validate,
};
