/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a backend's data directory for the contract tests: `fixture DIR SERVICE-FILE SCRIPT-FILE…`
 * reads lines from standard input and puts into the store what they say:
 *
 *     agent LOGIN REGION LANGUAGES agent|supervisor PASSWORD
 *     people COUNT REGION LANGUAGE
 *
 * Languages are written "fr,nl". People are invented. Any fault ends it with status 1. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "core/cleanup.h"
#include "net/api/json.h"
#include "net/api/service_json.h"
#include "net/store/keys.h"
#include "net/store/store.h"
#include "net/store/store_admin.h"
#include "net/store/store_agent.h"
#include "net/store/store_alarm.h"
#include "net/store/store_import.h"

#define FILE_MAX ((size_t)1 << 20)

struct fixture {
    struct keys *keys;
    struct store *store;
    char service_id[SERVICE_ID_SIZE];
    int64_t now;
    int people;
};

static void must(enum err_code code, const struct err *err)
{
    if (code == ERR_OK)
        return;
    fprintf(stderr, "fixture: %s %s (%s)\n", err->field, err->sentence, err->detail);
    exit(1);
}

static void fail(const char *what)
{
    fprintf(stderr, "fixture: %s\n", what);
    exit(1);
}

static char *read_file(const char *path, size_t *ret_len)
{
    FILE *f = fopen(path, "rb");
    char *text = calloc(1, FILE_MAX);
    if (!f || !text)
        fail(path);
    *ret_len = fread(text, 1, FILE_MAX - 1, f);
    fclose(f);
    return text;
}

static void open_data(struct fixture *f, const char *dir)
{
    struct err err;
    CLEANUP_FREE char *path = NULL;
    must(keys_path_in(dir, &path, &err), &err);
    must(keys_create(path, &err), &err);
    must(keys_load(path, &f->keys, &err), &err);
    const char *url = getenv("PUPITRE_STORE");
    must(url ? store_open_url(url, f->keys, STORE_CREATE, &f->store, &err)
             : store_open(dir, f->keys, STORE_CREATE, &f->store, &err),
         &err);
    must(store_migrate(f->store, f->now, &err), &err);
}

static void load_service(struct fixture *f, const char *path)
{
    struct err err;
    struct service *service = NULL;
    size_t len;
    bool is_new;
    CLEANUP_FREE char *text = read_file(path, &len);
    must(service_json_load(text, len, &service, NULL, &err), &err);
    must(store_service_put(f->store, service, text, len, f->now, &is_new, &err), &err);
    snprintf(f->service_id, sizeof f->service_id, "%s", service->id);
    free(service);
}

static void load_script(struct fixture *f, const char *path)
{
    struct err err;
    size_t len;
    bool is_new;
    CLEANUP_FREE char *text = read_file(path, &len);
    CLEANUP_JSON cJSON *j = NULL;
    must(json_parse(text, len, &json_limits_script, &j, &err), &err);
    must(store_script_put(f->store, json_str(j, "id", ""), json_str(j, "version", "1"), text, len,
                          f->now, &is_new, &err),
         &err);
}

static void add_agent(struct fixture *f, const char *login, const char *region,
                      const char *languages, const char *role, const char *password)
{
    struct err err;
    char hash[crypto_pwhash_STRBYTES];
    struct store_agent agent = {0};
    snprintf(agent.login, sizeof agent.login, "%s", login);
    snprintf(agent.name, sizeof agent.name, "Agent %s", login);
    if (!queue_names_parse(f->service_id, &agent.services))
        fail("service");
    if (!region_by_name(region, strlen(region), &agent.region))
        fail("region");
    if (!agent_role_by_name(role, strlen(role), &agent.role))
        fail("role");
    for (const char *l = languages; *l; l += l[2] ? 3 : 2)
        if (!language_parse(l, 2, agent.languages[agent.n_languages++]))
            fail("language");
    if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        fail("password");
    int64_t id;
    must(store_agent_add(f->store, &agent, hash, f->now, &id, &err), &err);
}

static void set(struct record *r, enum record_column column, const char *text)
{
    struct err err;
    must(record_set_field(r, column, text, strlen(text), &err), &err);
}

static struct record person(int n, int64_t now, const char *region, const char *language)
{
    struct record r = {0};
    struct err err;
    char text[64];
    snprintf(text, sizeof text, "T-%05d", n);
    set(&r, RECORD_TICKET, text);
    time_text_print(now - 86400 + n, text);
    set(&r, RECORD_TICKET_AT, text);
    set(&r, RECORD_NISS, "85.07.30-033.28");
    set(&r, RECORD_GIVEN_NAME, "Gudule");
    snprintf(text, sizeof text, "Van den Proef %d", n);
    set(&r, RECORD_FAMILY_NAME, text);
    snprintf(text, sizeof text, "+3247000%04d", n);
    set(&r, RECORD_PHONE, text);
    set(&r, RECORD_LANGUAGE, language);
    set(&r, RECORD_REGION, region);
    set(&r, RECORD_KIND, "contact");
    must(record_check(&r, &err), &err);
    return r;
}

static void add_people(struct fixture *f, int count, const char *region, const char *language)
{
    struct err err;
    int64_t import;
    const struct store_import_figures figures = {.n_new = count};
    must(store_import_begin(f->store, f->service_id, f->now, &import, &err), &err);
    for (int i = 0; i < count; i++) {
        const struct record r = person(++f->people, f->now, region, language);
        enum store_import_row row;
        must(store_import_stage(f->store, import, i + 2, &r, &row, &err), &err);
    }
    must(store_import_commit_run(f->store, import, &figures, f->now, &err), &err);
    for (bool left = true; left;)
        must(store_import_promote(f->store, import, 1000, f->now, &left, &err), &err);
}

static void add_alarm(struct fixture *f, const char *region)
{
    struct err err;
    struct store_alarm alarm = {.kind = ALARM_INCIDENT, .incident_id = 1, .at_utc_s = f->now};
    if (!region_by_name(region, strlen(region), &alarm.region))
        fail("region");
    must(store_alarm_raise(f->store, &alarm, &err), &err);
}

static void carry_out(struct fixture *f, const char *line)
{
    char a[65], b[65], c[65], d[65], e[65];
    int count;
    if (sscanf(line, "agent %64s %64s %64s %64s %64s", a, b, c, d, e) == 5)
        add_agent(f, a, b, c, d, e);
    else if (sscanf(line, "people %d %64s %64s", &count, a, b) == 3)
        add_people(f, count, a, b);
    else if (sscanf(line, "alarm %64s", a) == 1)
        add_alarm(f, a);
    else
        fail(line);
}

int main(int argc, char **argv)
{
    struct fixture f = {.now = (int64_t)time(NULL)};
    struct err err;
    char line[512];
    if (argc < 3 || sodium_init() < 0)
        fail("usage: fixture DIR SERVICE-FILE SCRIPT-FILE...");
    open_data(&f, argv[1]);
    must(store_begin(f.store, &err), &err);
    load_service(&f, argv[2]);
    for (int i = 3; i < argc; i++)
        load_script(&f, argv[i]);
    while (fgets(line, sizeof line, stdin))
        carry_out(&f, line);
    must(store_commit(f.store, &err), &err);
    store_close(f.store);
    keys_free(f.keys);
    return 0;
}
