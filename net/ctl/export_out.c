/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of an export on their way out. */

#include "net/ctl/export_out.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/csv.h"
#include "core/i18n.h"
#include "core/text.h"
#include "net/api/json.h"
#include "net/api/response_resource.h"
#include "net/ctl/ctl.h"

size_t export_out_column(const struct export_out *o, const char *name)
{
    for (size_t i = 0; i < o->n_columns; i++) {
        if (strcmp(o->columns[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static enum err_code unknown_column(const struct export_out *o, struct err *err)
{
    CLEANUP_BUF struct buf names = {0};
    for (size_t i = 0; i < o->n_columns; i++) {
        buf_printf(&names, "%s%s", i ? "," : "", o->columns[i].name);
    }
    /* All of them do not fit into a sentence. */
    fprintf(stderr, gettext("columns: %s\n"), buf_text(&names));
    return err_field(err, ERR_METHOD, "--columns",
                     gettext("a list of these columns, each once, with commas between"));
}

static bool choose_one(struct export_out *o, const char *name, size_t len)
{
    for (size_t i = 0; i < o->n_columns; i++) {
        if (strlen(o->columns[i].name) != len || memcmp(o->columns[i].name, name, len) != 0) {
            continue;
        }
        for (size_t k = 0; k < o->n_chosen; k++) {
            if (o->chosen[k] == i) {
                return false;
            }
        }
        o->chosen[o->n_chosen++] = i;
        return true;
    }
    return false;
}

enum err_code export_out_choose(struct export_out *o, const char *names, const char *standard,
                                struct err *err)
{
    const char *at = names ? names : standard;
    o->n_chosen = 0;
    if (!at) {
        for (size_t i = 0; i < o->n_columns; i++) {
            o->chosen[o->n_chosen++] = i;
        }
        return ERR_OK;
    }
    for (;;) {
        const size_t len = strcspn(at, ",");
        if (!choose_one(o, at, len)) {
            return unknown_column(o, err);
        }
        if (!at[len]) {
            return ERR_OK;
        }
        at += len + 1;
    }
}

static enum err_code io_error(const struct export_out *o, struct err *err)
{
    return err_set(err, ERR_IO, "%s: %s", o->path ? o->path : gettext("standard output"),
                   strerror(errno));
}

static enum err_code flush_row(struct export_out *o, struct err *err)
{
    if (o->row.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    if (fwrite(buf_text(&o->row), 1, o->row.len, o->file) != o->row.len) {
        return io_error(o, err);
    }
    buf_clear(&o->row);
    return ERR_OK;
}

static void put_object(struct export_out *o, const char *const *values)
{
    buf_char(&o->row, '{');
    for (size_t i = 0; i < o->n_chosen; i++) {
        const struct store_export_column *c = &o->columns[o->chosen[i]];
        const char *value = values[o->chosen[i]];
        buf_printf(&o->row, "%s\"%s\": ", i ? ", " : "", c->name);
        if (!value) {
            buf_str(&o->row, "null");
        } else if (c->kind == STORE_EXPORT_INT || c->kind == STORE_EXPORT_JSON) {
            buf_str(&o->row, value);
        } else {
            ctl_json_string(&o->row, value);
        }
    }
    buf_char(&o->row, '}');
}

static void put_csv(struct export_out *o, const char *const *values)
{
    struct csv_writer w = {.out = &o->row, .separator = ','};
    for (size_t i = 0; i < o->n_chosen; i++) {
        csv_put_str(&w, values[o->chosen[i]]);
    }
    csv_end_row(&w);
}

static const char *value_of(const struct export_out *o, const char *const *values, const char *name)
{
    const size_t i = export_out_column(o, name);
    return i != SIZE_MAX && values[i] ? values[i] : "";
}

/* The answers as a resource: known by its id of the outbox or, a draft, by its offer. */
static enum err_code put_resource(struct export_out *o, const char *const *values, struct err *err)
{
    char draft[64];
    int64_t at = 0;
    CLEANUP_JSON cJSON *j = NULL;
    const char *text = value_of(o, values, "response");
    const char *id = value_of(o, values, "resource_id");
    const char *updated = value_of(o, values, "updated_at");
    snprintf(draft, sizeof draft, "offer-%.40s", value_of(o, values, "offer_id"));
    enum response_status status = RESPONSE_IN_PROGRESS;
    (void)time_text_parse(updated, strlen(updated), &at);                /* our own text */
    (void)response_status_parse(value_of(o, values, "status"), &status); /* likewise */
    enum err_code code = json_parse(text, strlen(text), &json_limits_api, &j, err);
    const struct response_resource r = {.id = id[0] ? id : draft,
                                        .subject_system = RESPONSE_PERSON_SYSTEM,
                                        .subject = value_of(o, values, "subject"),
                                        .agent = value_of(o, values, "agent_id"),
                                        .status = status,
                                        .authored_utc_s = at};
    if (!code) {
        code = response_resource_dress(j, &r, err);
    }
    if (!code) {
        json_print(j, &o->row);
    }
    return code;
}

/* The answers with the status that they are worth, as the resource has it: those of the wrong
 * person without an answer (response_resource_dress). */
static enum err_code follow_status(const struct export_out *o, const char *const *values,
                                   struct buf *out, struct err *err)
{
    CLEANUP_JSON cJSON *j = NULL;
    const char *text = value_of(o, values, "response");
    const char *status = value_of(o, values, "status");
    enum err_code code = json_parse(text, strlen(text), &json_limits_api, &j, err);
    if (code) {
        return code;
    }
    cJSON *inside = cJSON_GetObjectItemCaseSensitive(j, "status");
    if (inside && !cJSON_SetValuestring(inside, status)) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    if (strcmp(status, response_status_name(RESPONSE_ENTERED_IN_ERROR)) == 0) {
        cJSON_DeleteItemFromObjectCaseSensitive(j, "item");
    }
    json_print(j, out);
    return out->failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
}

static void put_row(struct export_out *o, const char *const *values)
{
    switch (o->format) {
    case EXPORT_CSV:
        put_csv(o, values);
        break;
    case EXPORT_JSON:
        buf_str(&o->row, o->n_rows ? ",\n" : "[\n");
        put_object(o, values);
        break;
    case EXPORT_NDJSON:
        put_object(o, values);
        buf_char(&o->row, '\n');
        break;
    case EXPORT_FHIR:
        break; /* put_resource */
    }
}

enum err_code export_out_row(struct export_out *o, const char *const *values, struct err *err)
{
    enum err_code code = ERR_OK;
    if (o->format == EXPORT_FHIR) {
        code = put_resource(o, values, err);
        buf_char(&o->row, '\n');
    } else if (o->are_answers) {
        const char *shown[STORE_EXPORT_COLUMNS_MAX];
        CLEANUP_BUF struct buf response = {0};
        memcpy(shown, values, o->n_columns * sizeof *values);
        code = follow_status(o, values, &response, err);
        shown[export_out_column(o, "response")] = buf_text(&response);
        put_row(o, shown);
    } else {
        put_row(o, values);
    }
    o->n_rows++;
    return code ? code : flush_row(o, err);
}

static enum err_code open_part(struct export_out *o, const char *path, struct err *err)
{
    const size_t size = strlen(path) + sizeof ".part";
    o->path = path;
    o->part = malloc(size);
    if (!o->part) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    snprintf(o->part, size, "%s.part", path);
    if (access(path, F_OK) == 0) {
        return err_set(err, ERR_CONFLICT, gettext("%s is there already: nothing was written"),
                       path);
    }
    const int fd = open(o->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    o->file = fd < 0 || fchmod(fd, 0600) != 0 ? NULL : fdopen(fd, "w");
    if (!o->file) {
        const enum err_code code = io_error(o, err);
        if (fd >= 0) {
            close(fd);
        }
        return code;
    }
    return ERR_OK;
}

enum err_code export_out_begin(struct export_out *o, const char *path, struct err *err)
{
    const char *names[STORE_EXPORT_COLUMNS_MAX];
    enum err_code code = ERR_OK;
    if (path) {
        code = open_part(o, path, err);
    } else {
        o->file = stdout;
    }
    if (!code && o->format == EXPORT_CSV) {
        for (size_t i = 0; i < o->n_columns; i++) {
            names[i] = o->columns[i].name;
        }
        put_csv(o, names);
        code = flush_row(o, err);
    }
    return code;
}

/* The name of the file is on the disk, too. */
static bool sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    CLEANUP_FREE char *folder = len ? strndup(path, len) : strdup(".");
    const int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    const bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return good;
}

enum err_code export_out_end(struct export_out *o, struct err *err)
{
    if (o->format == EXPORT_JSON && fputs(o->n_rows ? "\n]\n" : "[]\n", o->file) == EOF) {
        return io_error(o, err);
    }
    if (fflush(o->file) != 0) {
        return io_error(o, err);
    }
    if (!o->path) {
        return ERR_OK;
    }
    if (fsync(fileno(o->file)) != 0) {
        return io_error(o, err);
    }
    if (link(o->part, o->path) != 0) { /* unlike rename, never over another file */
        return io_error(o, err);
    }
    return sync_folder(o->path) ? ERR_OK : io_error(o, err);
}

void export_out_deinit(struct export_out *o)
{
    if (o->file && o->file != stdout) {
        (void)fclose(o->file); /* what counts was synced */
    }
    if (o->part) {
        (void)unlink(o->part);
        free(o->part);
    }
    o->file = NULL;
    o->part = NULL;
    buf_free(&o->row);
}
