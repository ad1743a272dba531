/* SPDX-License-Identifier: Apache-2.0 */
/* This machine, as doctor looks at it. Nothing here changes anything. */

#define _GNU_SOURCE /* pipe2 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <netinet/in.h>
#include <pwd.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "core/text.h"
#include "net/ctl/doctor.h"
#include "net/ctl/doctor_tables.h"
#include "net/store/keys.h"
#include "net/store/store_admin.h"
#include "net/store/store_backup.h"
#include "net/store/store_hold_check.h"

extern char **environ;

#define FETCH_MS 5000L
#define WHOLE_MAX ((int64_t)512 * 1024 * 1024) /* a larger database is not read to its end */

const struct doctor_check *const doctor_tables[] = {
    doctor_machine_checks,
    doctor_backend_checks,
    doctor_agent_checks,
    NULL,
};

static bool read_file(void *arg, const char *path, char *ret, size_t size)
{
    (void)arg;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    const ssize_t n = read(fd, ret, size - 1);
    close(fd);
    ret[n > 0 ? n : 0] = '\0';
    return n >= 0;
}

static bool stat_file(void *arg, const char *path, struct stat *ret)
{
    (void)arg;
    return stat(path, ret) == 0;
}

static bool may_use(void *arg, const char *path)
{
    (void)arg;
    return access(path, R_OK | W_OK) == 0;
}

/* Lines like "1: FLOCK  ADVISORY  WRITE 812 08:01:1234 0 EOF"; devices in hexadecimal. */
static bool is_locked(void *arg, const char *path)
{
    (void)arg;
    struct stat st;
    char line[256], wanted[64];
    FILE *f = stat(path, &st) == 0 ? fopen("/proc/locks", "re") : NULL;
    bool found = false;
    if (!f) {
        return false;
    }
    snprintf(wanted, sizeof wanted, " %02x:%02x:%llu ", major(st.st_dev), minor(st.st_dev),
             (unsigned long long)st.st_ino);
    while (!found && fgets(line, sizeof line, f)) {
        found = strstr(line, "FLOCK") && strstr(line, wanted);
    }
    fclose(f);
    return found;
}

static bool free_bytes(void *arg, const char *path, int64_t *ret)
{
    (void)arg;
    struct statvfs fs;
    if (statvfs(path, &fs) != 0) {
        return false;
    }
    *ret = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
    return true;
}

/* What is read beyond `size` is dropped: the program must come to its end. */
static void read_output(int fd, char *out, size_t size)
{
    char part[512];
    size_t used = 0;
    for (;;) {
        const ssize_t n = read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        const size_t room = size - 1 - used;
        const size_t take = (size_t)n < room ? (size_t)n : room;
        memcpy(out + used, part, take);
        used += take;
    }
    out[used] = '\0';
}

/* Programs of ours stand beside this one, or in ../bin, whatever PATH says. */
static void widen_path(void)
{
    char self[256], path[2048];
    const char *old = getenv("PATH");
    const ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) {
        return;
    }
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    *slash = '\0';
    if (old && strstr(old, self)) {
        return;
    }
    snprintf(path, sizeof path, "%s:%s:%s/../bin", old ? old : "/usr/bin:/bin", self, self);
    (void)setenv("PATH", path, 1);
}

static int run(void *arg, const char *const *argv, char *out, size_t size)
{
    (void)arg;
    int ends[2];
    pid_t pid = 0;
    int status = 0;
    out[0] = '\0';
    widen_path();
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return -1;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    const int e =
        posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (e == 0) {
        read_output(ends[0], out, size);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    close(ends[0]);
    return e == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int try_bind(void *arg, const char *address)
{
    (void)arg;
    char host[INET_ADDRSTRLEN];
    const char *colon = strrchr(address, ':');
    struct sockaddr_in to = {.sin_family = AF_INET};
    int64_t port = 0;
    const int yes = 1;
    if (!colon || (size_t)(colon - address) >= sizeof host ||
        !text_to_int(colon + 1, strlen(colon + 1), 0, 65535, &port)) {
        return EINVAL;
    }
    snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1) {
        return EINVAL;
    }
    to.sin_port = htons((uint16_t)port);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    /* With SO_REUSEADDR only listen tells that another one listens there. */
    const bool good = bind(fd, (const struct sockaddr *)&to, sizeof to) == 0 && listen(fd, 1) == 0;
    const int e = good ? 0 : errno;
    close(fd);
    return e;
}

static size_t drop(char *data, size_t size, size_t n, void *arg)
{
    (void)data;
    (void)arg;
    return size * n;
}

static size_t take_header(char *data, size_t size, size_t n, void *arg)
{
    static const char name[] = "date: ";
    char text[64];
    if (size * n > sizeof name && size * n < sizeof text && strncasecmp(data, name, 6) == 0) {
        snprintf(text, sizeof text, "%.*s", (int)(size * n - 6), data + 6);
        const time_t date = curl_getdate(text, NULL);
        *(int64_t *)arg = date > 0 ? (int64_t)date : 0;
    }
    return size * n;
}

static int fetch(void *arg, const char *url, const char *ca, int64_t *ret_date, char *fault,
                 size_t size)
{
    (void)arg;
    char whole[512], why[CURL_ERROR_SIZE] = "";
    long status = 0;
    CURL *easy = curl_easy_init();
    if (!easy) {
        snprintf(fault, size, "out of memory");
        return 0;
    }
    snprintf(whole, sizeof whole, "%s/healthz", url);
    *ret_date = 0;
    curl_easy_setopt(easy, CURLOPT_URL, whole);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, FETCH_MS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, ret_date);
    if (ca[0]) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca);
    }
    const CURLcode code = curl_easy_perform(easy);
    if (code == CURLE_OK) {
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    } else {
        snprintf(fault, size, "%s", why[0] ? why : curl_easy_strerror(code));
    }
    curl_easy_cleanup(easy);
    return (int)status;
}

static const char *env(void *arg, const char *name)
{
    (void)arg;
    return getenv(name);
}

static bool has_locale(void *arg)
{
    (void)arg;
    locale_t locale = newlocale(LC_ALL_MASK, "", (locale_t)0);
    if (!locale) {
        return false;
    }
    freelocale(locale);
    return true;
}

static const char *charset(void *arg)
{
    (void)arg;
    return nl_langinfo(CODESET); /* main has chosen the locale */
}

static bool clock_is_synchronised(void *arg)
{
    (void)arg;
    struct timex t = {0}; /* modes 0: only asks */
    return adjtimex(&t) != TIME_ERROR && !(t.status & STA_UNSYNC);
}

static int64_t now(void *arg)
{
    (void)arg;
    return (int64_t)time(NULL);
}

static int64_t descriptors_max(void *arg)
{
    (void)arg;
    struct rlimit files = {0};
    (void)getrlimit(RLIMIT_NOFILE, &files);
    return files.rlim_max > INT64_MAX ? INT64_MAX : (int64_t)files.rlim_max;
}

static int64_t user(void *arg)
{
    (void)arg;
    return (int64_t)geteuid();
}

static bool user_name(void *arg, int64_t uid, char *ret, size_t size)
{
    (void)arg;
    const struct passwd *pw = getpwuid((uid_t)uid);
    if (!pw) {
        snprintf(ret, size, "%lld", (long long)uid);
        return false;
    }
    snprintf(ret, size, "%s", pw->pw_name);
    return true;
}

static enum err_code open_in(const char *dir, const char *url, struct keys **ret_keys,
                             struct store **ret_store, struct err *err)
{
    CLEANUP_FREE char *key = NULL;
    char path[512];
    snprintf(path, sizeof path, "%s/pupitre.db", dir);
    enum err_code code = keys_path_in(dir, &key, err);
    if (!code) {
        code = keys_load(key, ret_keys, err);
    }
    if (code) {
        return code;
    }
    return url ? store_open_url(url, *ret_keys, STORE_READ, ret_store, err)
               : store_open_file(path, *ret_keys, STORE_READ, ret_store, err);
}

/* May it be read to its end? In PostgreSQL nobody who writes waits for one who reads. */
static bool is_small(const char *dir, const char *url)
{
    if (url) {
        return true;
    }
    struct stat st;
    char path[512];
    snprintf(path, sizeof path, "%s/pupitre.db", dir);
    return stat(path, &st) == 0 && st.st_size <= WHOLE_MAX;
}

static enum err_code look_into(const char *dir, const char *url, struct keys **ret_keys,
                               struct store **ret_store, int64_t *ret_services, struct err *err)
{
    struct store_facts facts = {0};
    enum err_code code = open_in(dir, url, ret_keys, ret_store, err);
    if (!code) {
        code = is_small(dir, url) ? store_verify(*ret_store, &facts, err)
                                  : store_check(*ret_store, err);
    }
    if (!code && is_small(dir, url) && facts.schema == store_schema_newest()) {
        code = store_sealed_verify(*ret_store, err);
    }
    return code ? code : store_service_count(*ret_store, ret_services, err);
}

static bool database(void *arg, const char *dir, const char *url, int64_t *ret_services,
                     char *fault, size_t size)
{
    (void)arg;
    struct err err = {0};
    struct keys *keys = NULL;
    struct store *st = NULL;
    const enum err_code code = look_into(dir, url, &keys, &st, ret_services, &err);
    if (code) {
        snprintf(fault, size, "%s", err.sentence);
    }
    store_close(st);
    keys_free(keys);
    return code == ERR_OK;
}

static bool holds(void *arg, const char *dir, const char *url, int64_t *ret_n, char *fault,
                  size_t size)
{
    struct store_hold_check checks[STORE_HOLD_CHECKS] = {0};
    struct err err = {0};
    struct keys *keys = NULL;
    struct store *st = NULL;
    (void)arg;
    enum err_code code = open_in(dir, url, &keys, &st, &err);
    const bool looks = !code && is_small(dir, url);
    code = looks ? store_hold_check(st, checks, &err) : code;
    if (code) {
        snprintf(fault, size, "%s", err.sentence);
    }
    *ret_n = looks ? 0 : -1;
    for (size_t i = 0; looks && i < STORE_HOLD_CHECKS; i++) {
        *ret_n += checks[i].n;
    }
    store_close(st);
    keys_free(keys);
    return code == ERR_OK;
}

const struct doctor_machine doctor_this_machine = {
    .read = read_file,
    .stat = stat_file,
    .may_use = may_use,
    .is_locked = is_locked,
    .free_bytes = free_bytes,
    .run = run,
    .bind = try_bind,
    .fetch = fetch,
    .env = env,
    .has_locale = has_locale,
    .charset = charset,
    .clock_is_synchronised = clock_is_synchronised,
    .now = now,
    .descriptors_max = descriptors_max,
    .user = user,
    .user_name = user_name,
    .database = database,
    .holds = holds,
};
