/* SPDX-License-Identifier: Apache-2.0 */
/* pupitrectl doctor on machines of all kinds: each fault is found, with a remedy, and a machine
 * that is well has none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "net/api/json.h"
#include "net/ctl/doctor.h"

#define NOW 1780000000
#define DATA "/data"
#define ME 1000

/* A machine that is well, until a test changes it. */
struct machine {
    const char *release, *cards, *core_pattern, *address; /* files; NULL = not there */
    const char *missing;         /* a path, or its end, that is not there */
    const char *absent;          /* a program that is not there */
    const char *package_version; /* of baresip-core */
    int dpkg_status, settings_status;
    const char *settings;
    mode_t directory_mode, file_mode;
    uid_t owner, file_owner;
    bool may_use_card, has_locale, synchronised, database;
    const char *charset, *term;
    int64_t free_bytes, descriptors, services, holds, now, backend_date;
    int bind_error, fetch_status;
};

static struct machine well(void)
{
    return (struct machine){
        .release = "NAME=x\nID=debian\nVERSION_ID=\"12\"\n",
        .cards = " 0 [PCH]: HDA-Intel\n",
        .core_pattern = "core\n",
        .package_version = "1.0.0-4",
        .settings = "listen = 127.0.0.1:9000   ; default\nbackend = https://b.example ; user\n",
        .directory_mode = S_IFDIR | 0700,
        .file_mode = S_IFREG | 0600,
        .owner = ME,
        .file_owner = ME,
        .may_use_card = true,
        .has_locale = true,
        .synchronised = true,
        .database = true,
        .charset = "UTF-8",
        .term = "xterm",
        .free_bytes = (int64_t)1 << 40,
        .descriptors = 65536,
        .services = 1,
        .now = NOW,
        .backend_date = NOW,
        .fetch_status = 200,
    };
}

static bool fake_read(void *arg, const char *path, char *ret, size_t size)
{
    const struct machine *m = arg;
    const char *text = NULL;
    if (strcmp(path, "/etc/os-release") == 0)
        text = m->release;
    else if (strcmp(path, "/proc/asound/cards") == 0)
        text = m->cards;
    else if (strcmp(path, "/proc/sys/kernel/core_pattern") == 0)
        text = m->core_pattern;
    else if (strcmp(path, DATA "/address") == 0)
        text = m->address;
    if (!text)
        return false;
    snprintf(ret, size, "%s", text);
    return true;
}

static bool fake_stat(void *arg, const char *path, struct stat *ret)
{
    const struct machine *m = arg;
    const size_t len = strlen(path), end = m->missing ? strlen(m->missing) : 0;
    if (end && end <= len && strcmp(path + len - end, m->missing) == 0)
        return false;
    const bool is_dir = strcmp(path, DATA) == 0;
    *ret = (struct stat){.st_mode = is_dir ? m->directory_mode : m->file_mode,
                         .st_uid = is_dir ? m->owner : m->file_owner,
                         .st_size = 4096};
    return true;
}

static bool fake_may_use(void *arg, const char *path)
{
    return ((const struct machine *)arg)->may_use_card && strcmp(path, "/dev/snd/controlC0") == 0;
}

static bool fake_is_locked(void *arg, const char *path)
{
    return ((const struct machine *)arg)->address && strcmp(path, DATA "/pupitred.lock") == 0;
}

static bool fake_free_bytes(void *arg, const char *path, int64_t *ret)
{
    (void)path;
    *ret = ((const struct machine *)arg)->free_bytes;
    return true;
}

static int fake_run(void *arg, const char *const *argv, char *out, size_t size)
{
    const struct machine *m = arg;
    out[0] = '\0';
    if (m->absent && strcmp(m->absent, argv[0]) == 0)
        return -1;
    if (strcmp(argv[0], "dpkg-query") != 0) {
        snprintf(out, size, "%s", m->settings);
        return m->settings_status;
    }
    const char *version = strcmp(argv[4], "baresip-core") == 0      ? m->package_version
                          : strcmp(argv[4], "libmicrohttpd12") == 0 ? "0.9.75-6"
                                                                    : "1.1.0-2";
    snprintf(out, size, "%s %s", m->dpkg_status ? "not-installed" : "installed", version);
    return m->dpkg_status;
}

static int fake_bind(void *arg, const char *address)
{
    (void)address;
    return ((const struct machine *)arg)->bind_error;
}

static int fake_fetch(void *arg, const char *url, const char *ca, int64_t *ret_date, char *fault,
                      size_t size)
{
    const struct machine *m = arg;
    (void)url;
    (void)ca;
    snprintf(fault, size, "%s", m->fetch_status ? "" : "certificate\x1b[31m is wrong");
    *ret_date = m->backend_date;
    return m->fetch_status;
}

static const char *fake_env(void *arg, const char *name)
{
    return strcmp(name, "TERM") == 0 ? ((const struct machine *)arg)->term : NULL;
}

static bool fake_has_locale(void *arg)
{
    return ((const struct machine *)arg)->has_locale;
}

static const char *fake_charset(void *arg)
{
    return ((const struct machine *)arg)->charset;
}

static bool fake_synchronised(void *arg)
{
    return ((const struct machine *)arg)->synchronised;
}

static int64_t fake_now(void *arg)
{
    return ((const struct machine *)arg)->now;
}

static int64_t fake_descriptors(void *arg)
{
    return ((const struct machine *)arg)->descriptors;
}

static int64_t fake_user(void *arg)
{
    (void)arg;
    return ME;
}

static bool fake_user_name(void *arg, int64_t uid, char *ret, size_t size)
{
    (void)arg;
    snprintf(ret, size, "%s", uid == ME ? "me" : "other");
    return true;
}

static bool fake_database(void *arg, const char *dir, const char *url, int64_t *ret_services,
                          char *fault, size_t size)
{
    const struct machine *m = arg;
    (void)dir;
    (void)url;
    *ret_services = m->services;
    snprintf(fault, size, "The database is damaged.");
    return m->database;
}

static bool fake_holds(void *arg, const char *dir, const char *url, int64_t *ret_n, char *fault,
                       size_t size)
{
    const struct machine *m = arg;
    (void)dir;
    (void)url;
    *ret_n = m->holds;
    snprintf(fault, size, "The database is damaged.");
    return m->database;
}

static struct doctor_machine fake(struct machine *m)
{
    return (struct doctor_machine){
        .read = fake_read,
        .stat = fake_stat,
        .may_use = fake_may_use,
        .is_locked = fake_is_locked,
        .free_bytes = fake_free_bytes,
        .run = fake_run,
        .bind = fake_bind,
        .fetch = fake_fetch,
        .env = fake_env,
        .has_locale = fake_has_locale,
        .charset = fake_charset,
        .clock_is_synchronised = fake_synchronised,
        .now = fake_now,
        .descriptors_max = fake_descriptors,
        .user = fake_user,
        .user_name = fake_user_name,
        .database = fake_database,
        .holds = fake_holds,
        .arg = m,
    };
}

/* All findings as JSON. */
static cJSON *look(struct machine *m, unsigned roles, enum doctor_status *ret_worst)
{
    struct doctor_machine machine = fake(m);
    struct doctor *d = calloc(1, sizeof *d);
    struct buf out = {0};
    size_t failed;
    cJSON *j = NULL;
    assert_non_null(d);
    d->machine = &machine;
    d->data = DATA;
    *ret_worst = doctor_run(d, roles, true, &out, &failed);
    assert_int_equal(json_parse(buf_text(&out), out.len, &json_limits_api, &j, NULL), ERR_OK);
    buf_free(&out);
    free(d);
    return j;
}

static void a_machine_that_is_well_has_no_fault(void **state)
{
    (void)state;
    struct machine m = well();
    enum doctor_status worst;
    cJSON *all = look(&m, DOCTOR_AGENT | DOCTOR_BACKEND, &worst);
    const cJSON *f;
    cJSON_ArrayForEach(f, all)
    {
        if (strcmp(json_str(f, "status", ""), "ok") != 0)
            fail_msg("%s: %s", json_str(f, "check", ""), json_str(f, "what", ""));
        assert_true(cJSON_IsNull(cJSON_GetObjectItem(f, "remedy")));
    }
    assert_int_equal(worst, DOCTOR_OK);
    assert_true(cJSON_GetArraySize(all) > 18);
    json_free(all);
}

/* The machine with one thing wrong: what is said of it, and what to do. */
struct wrong {
    const char *check, *status, *what, *remedy;
    unsigned role;
    void (*make)(struct machine *m);
};

#define WRONG(name, statement)                                                                     \
    static void name(struct machine *m)                                                            \
    {                                                                                              \
        statement;                                                                                 \
    }
WRONG(other_system, m->release = "ID=fedora\n")
WRONG(newer_baresip, m->package_version = "3.1.0-1")
WRONG(no_packages, m->dpkg_status = 1)
WRONG(no_dpkg, m->absent = "dpkg-query")
WRONG(no_zone, m->missing = "/usr/share/zoneinfo/Europe/Brussels")
WRONG(old_clock, m->now = 1000)
WRONG(free_clock, m->synchronised = false)
WRONG(piped_cores, m->core_pattern = "|/usr/lib/apport %p\n")
WRONG(few_descriptors, m->descriptors = 1024)
WRONG(no_pupitred, m->absent = "pupitred")
WRONG(no_pupitre, m->absent = "pupitre")
WRONG(bad_settings,
      (m->settings_status = 78, m->settings = "a = b\n\npupitred.conf:3: gateway: x\n"))
WRONG(no_gateway,
      (m->settings_status = 78,
       m->settings =
           "pupitred: gateway: missing\npupitred: 2: x\n[log]\nlog_level = info ; default\n"))
WRONG(no_directory, m->missing = DATA)
WRONG(open_directory, m->directory_mode = S_IFDIR | 0755)
WRONG(other_owner, m->owner = 0)
WRONG(no_key, m->missing = DATA "/master.key")
WRONG(open_files, m->file_mode = S_IFREG | 0644)
WRONG(other_files, m->file_owner = 0)
WRONG(bad_database, m->database = false)
WRONG(no_service, m->services = 0)
WRONG(bad_holds, m->holds = 3)
WRONG(large_database, m->holds = -1)
WRONG(full_disk, m->free_bytes = 1024)
WRONG(small_disk, m->free_bytes = (int64_t)500 * 1024 * 1024)
WRONG(port_taken, m->bind_error = EADDRINUSE)
WRONG(port_forbidden, m->bind_error = EACCES)
WRONG(no_locale, m->has_locale = false)
WRONG(latin_1, m->charset = "ISO-8859-1")
WRONG(no_term, m->term = NULL)
WRONG(dumb, m->term = "dumb")
WRONG(no_cards, m->cards = "--- no soundcards ---\n")
WRONG(no_alsa, m->cards = NULL)
WRONG(no_right, m->may_use_card = false)
WRONG(no_baresip, m->missing = "/usr/bin/baresip")
WRONG(no_module, m->missing = "/pupitre_voice.so")
WRONG(no_clock, m->missing = "/pupitre_clock.so")
WRONG(no_backend, m->fetch_status = 0)
WRONG(ill_backend, m->fetch_status = 503)
WRONG(late_backend, m->backend_date = NOW - 3600)
WRONG(slow_backend, m->backend_date = NOW + 20)

/* clang-format off */
static const struct wrong wrongs[] = {
    {"system",    "warning", "not Debian 12",      "Debian 12",           DOCTOR_AGENT,   other_system},
    {"packages",  "failed",  "baresip-core 3.1.0", "install baresip-core", DOCTOR_AGENT,  newer_baresip},
    {"packages",  "failed",  "not installed",      "apt-get install",     DOCTOR_BACKEND, no_packages},
    {"packages",  "warning", "dpkg-query",         "README",              DOCTOR_BACKEND, no_dpkg},
    {"zone",      "failed",  "Brussels",           "tzdata",              DOCTOR_BACKEND, no_zone},
    {"clock",     "failed",  "past",               "timedatectl",         DOCTOR_AGENT,   old_clock},
    {"clock",     "warning", "not synchronised",   "timedatectl",         DOCTOR_AGENT,   free_clock},
    {"cores",     "warning", "/usr/lib/apport",    "core_pattern",        DOCTOR_AGENT,   piped_cores},
    {"limits",    "warning", "1024 descriptors",   "LimitNOFILE",         DOCTOR_BACKEND, few_descriptors},
    {"settings",  "failed",  "not installed",      "install",             DOCTOR_BACKEND, no_pupitred},
    {"settings",  "failed",  "not installed",      "install",             DOCTOR_AGENT,   no_pupitre},
    {"settings",  "failed",  "conf:3: gateway",    "--check-config",      DOCTOR_BACKEND, bad_settings},
    {"settings",  "failed",  "conf:3: gateway",    "--check-config",      DOCTOR_AGENT,   bad_settings},
    {"settings",  "failed",  "gateway: missing",   "--check-config",      DOCTOR_BACKEND, no_gateway},
    {"directory", "failed",  "not there",          "init",                DOCTOR_BACKEND, no_directory},
    {"files",     "failed",  "no data directory",  "above",               DOCTOR_BACKEND, no_directory},
    {"directory", "failed",  "0755",               "chmod 700 /data",     DOCTOR_BACKEND, open_directory},
    {"directory", "warning", "belongs to other",   "sudo -u other",       DOCTOR_BACKEND, other_owner},
    {"files",     "failed",  "master.key",         "init",                DOCTOR_BACKEND, no_key},
    {"files",     "failed",  "0644",               "chmod 600 /data/",    DOCTOR_BACKEND, open_files},
    {"files",     "failed",  "not belong to me",   "chown me: /data/",    DOCTOR_BACKEND, other_files},
    {"database",  "failed",  "damaged",            "restore",             DOCTOR_BACKEND, bad_database},
    {"database",  "warning", "no service",         "service load",        DOCTOR_BACKEND, no_service},
    {"holds",     "failed",  "3 holds",            "hold check --repair", DOCTOR_BACKEND, bad_holds},
    {"holds",     "failed",  "damaged",            "above",               DOCTOR_BACKEND, bad_database},
    {"disk",      "failed",  "0 MiB",              "room",                DOCTOR_BACKEND, full_disk},
    {"disk",      "warning", "500 MiB",            "room",                DOCTOR_BACKEND, small_disk},
    {"port",      "failed",  "127.0.0.1:9000",     "ss -ltnp",            DOCTOR_BACKEND, port_taken},
    {"port",      "failed",  "denied",             "listen",              DOCTOR_BACKEND, port_forbidden},
    {"locale",    "warning", "not generated",      "LANG=C.UTF-8",        DOCTOR_AGENT,   no_locale},
    {"locale",    "warning", "ISO-8859-1",         "UTF-8",               DOCTOR_AGENT,   latin_1},
    {"terminal",  "warning", "TERM",               "terminal",            DOCTOR_AGENT,   no_term},
    {"terminal",  "warning", "dumb",               "terminal",            DOCTOR_AGENT,   dumb},
    {"sound",     "failed",  "no sound card",      "headset",             DOCTOR_AGENT,   no_cards},
    {"sound",     "failed",  "no sound card",      "headset",             DOCTOR_AGENT,   no_alsa},
    {"sound",     "failed",  "may not use",        "adduser",             DOCTOR_AGENT,   no_right},
    {"telephone", "failed",  "baresip",            "baresip-core",        DOCTOR_AGENT,   no_baresip},
    {"telephone", "failed",  "pupitre_voice.so",   "meson install",       DOCTOR_AGENT,   no_module},
    {"telephone", "failed",  "pupitre_clock.so",   "meson install",       DOCTOR_AGENT,   no_clock},
    {"backend",   "failed",  "b.example: certif",  "pupitred",            DOCTOR_AGENT,   no_backend},
    {"backend",   "failed",  "answers 503",        "log",                 DOCTOR_AGENT,   ill_backend},
    {"backend",   "failed",  "3600 s away",        "timedatectl",         DOCTOR_AGENT,   late_backend},
    {"backend",   "warning", "20 s away",          "timedatectl",         DOCTOR_AGENT,   slow_backend},
};
/* clang-format on */

static void a_large_database_is_not_read_beside_the_work(void **state)
{
    (void)state;
    struct machine m = well();
    enum doctor_status worst;
    large_database(&m);
    cJSON *all = look(&m, DOCTOR_BACKEND, &worst);
    const cJSON *f, *found = NULL;
    cJSON_ArrayForEach(f, all)
    {
        if (strcmp(json_str(f, "check", ""), "holds") == 0)
            found = f;
    }
    assert_non_null(found);
    assert_non_null(strstr(json_str(found, "what", ""), "large"));
    assert_string_equal(json_str(found, "status", ""), "ok");
    json_free(all);
}

static void each_fault_is_found_with_its_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        const struct wrong *w = &wrongs[i];
        struct machine m = well();
        enum doctor_status worst;
        w->make(&m);
        cJSON *all = look(&m, w->role, &worst);
        const cJSON *f, *found = NULL;
        cJSON_ArrayForEach(f, all)
        {
            if (strcmp(json_str(f, "check", ""), w->check) == 0)
                found = f;
        }
        if (!found || strcmp(json_str(found, "status", ""), w->status) != 0 ||
            !strstr(json_str(found, "what", ""), w->what) ||
            !strstr(json_str(found, "remedy", ""), w->remedy))
            fail_msg("case %zu, %s: %s, %s, %s", i, w->check,
                     found ? json_str(found, "status", "?") : "not there",
                     found ? json_str(found, "what", "?") : "",
                     found ? json_str(found, "remedy", "?") : "");
        assert_null(strchr(json_str(found, "what", ""), '\x1b'));
        assert_int_not_equal(worst, DOCTOR_OK);
        json_free(all);
    }
}

static void each_line_that_is_not_well_says_what_to_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        struct machine m = well();
        enum doctor_status worst;
        wrongs[i].make(&m);
        cJSON *all = look(&m, DOCTOR_AGENT | DOCTOR_BACKEND, &worst);
        const cJSON *f;
        cJSON_ArrayForEach(f, all)
        {
            if (strcmp(json_str(f, "status", ""), "ok") != 0)
                assert_true(strlen(json_str(f, "remedy", "")) > 5);
        }
        json_free(all);
    }
}

static void ours_at_the_port_is_well(void **state)
{
    (void)state;
    struct machine m = well();
    enum doctor_status worst;
    m.address = "127.0.0.1:9000\n";
    m.bind_error = EADDRINUSE;
    json_free(look(&m, DOCTOR_BACKEND, &worst));
    assert_int_equal(worst, DOCTOR_OK);
    m.fetch_status = 0; /* over TLS it is not asked */
    json_free(look(&m, DOCTOR_BACKEND, &worst));
    assert_int_equal(worst, DOCTOR_OK);
    m.fetch_status = 500;
    json_free(look(&m, DOCTOR_BACKEND, &worst));
    assert_int_equal(worst, DOCTOR_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_that_is_well_has_no_fault),
        cmocka_unit_test(a_large_database_is_not_read_beside_the_work),
        cmocka_unit_test(each_fault_is_found_with_its_remedy),
        cmocka_unit_test(each_line_that_is_not_well_says_what_to_do),
        cmocka_unit_test(ours_at_the_port_is_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
