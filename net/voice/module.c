/* SPDX-License-Identifier: Apache-2.0 */
/* pupitre_voice.so: our module inside Debian's baresip. Loads only into the version whose
 * functions net/voice/baresip.h declares, and only when pupitre-desk started it. */

#include "net/voice/module.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <re_mem.h>
#include <re_mod.h>

#include "net/voice/module_protocol.h"

/* baresip calls init and close of a module without an argument; log handlers have none either. */
static struct module *loaded;

static const char *const function_names[] = {
#define BARESIP_NAME(result, name, arguments) #name,
    BARESIP_FUNCTIONS(BARESIP_NAME)
#undef BARESIP_NAME
};

/* The first function that this baresip does not have, or NULL. */
static const char *missing_function(void)
{
    for (size_t i = 0; i < sizeof function_names / sizeof function_names[0]; i++)
        if (!dlsym(RTLD_DEFAULT, function_names[i]))
            return function_names[i];
    return NULL;
}

/* The version of the running baresip. It has no function for that, but its User-Agent string is a
 * constant in its program file: "baresip v1.0.0 (x86_64/linux)". */
static void read_version(char *version, size_t size)
{
    static const char mark[] = "baresip v";
    version[0] = '\0';
    const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && st.st_size > 0) {
        const size_t len = (size_t)st.st_size;
        const char *file = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
        if (file != MAP_FAILED) {
            const char *at = file;
            while ((at = memmem(at, len - (size_t)(at - file), mark, sizeof mark - 1))) {
                at += sizeof mark - 1;
                const size_t left = len - (size_t)(at - file);
                const size_t n = strnlen(at, left < 32 ? left : 32);
                const char *space = memchr(at, ' ', n);
                if (n && at[0] >= '0' && at[0] <= '9' && space && space[1] == '(') {
                    (void)re_snprintf(version, size, "%b", at, (size_t)(space - at));
                    break;
                }
            }
            (void)munmap((void *)file, len);
        }
    }
    (void)close(fd);
}

static void map_events(struct module *m)
{
    static const struct {
        const char *name;
        enum module_event event;
    } names[] = {
        {"REGISTER_OK",     MODULE_EV_REGISTER_OK  },
        {"REGISTER_FAIL",   MODULE_EV_REGISTER_FAIL},
        {"CALL_INCOMING",   MODULE_EV_CALL_INCOMING},
        {"CALL_REMOTE_SDP", MODULE_EV_REMOTE_SDP   },
    };
    for (int ev = 0; ev < MODULE_EVENTS_MAX; ev++)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (strcmp(uag_event_str(ev), names[i].name) == 0)
                m->events[ev] = names[i].event;
}

static void destroy(void *arg)
{
    struct module *m = arg;
    tmr_cancel(&m->stop);
    module_log_close(m);
    tmr_cancel(&m->try_again);
    module_call_forget(m);
    m->tls = mem_deref(m->tls);
    m->ringback = mem_deref(m->ringback);
    module_test_stop(m);
    module_audio_unregister(m);
    for (int way = SOUND_IN; way < SOUND_WAYS; way++)
        module_side_deinit(&m->sides[way]);
    module_goodbye_forget(m);
    module_link_close(m);
}

/* baresip goes on without a module that fails, so a module that must not run ends the process. */
static void refuse_and_exit(struct module *m, const char *reason)
{
    module_send(m, "refused", "reason", reason, NULL);
    (void)fprintf(stderr, "pupitre_voice: %s\n", reason);
    _exit(EX_UNAVAILABLE);
}

static void check_baresip(struct module *m, char *version, size_t size)
{
    char reason[200];
    read_version(version, size);
    if (strcmp(version, VOICE_BARESIP_VERSION) != 0) {
        (void)re_snprintf(reason, sizeof reason,
                          "This is baresip %s; Pupitre works with baresip " VOICE_BARESIP_VERSION
                          " only. Please install the package baresip-core of Debian 12.",
                          *version ? version : "of an unknown version");
        refuse_and_exit(m, reason);
    }
    const char *missing = missing_function();
    if (missing) {
        (void)re_snprintf(reason, sizeof reason,
                          "This baresip has no function %s. Please install the package "
                          "baresip-core of Debian 12.",
                          missing);
        refuse_and_exit(m, reason);
    }
}

static int module_init(void)
{
    struct module *m = mem_zalloc(sizeof *m, destroy);
    if (!m)
        return ENOMEM;
    m->fd = m->said[0] = m->said[1] = -1;
    tmr_init(&m->stop);
    for (int way = SOUND_IN; way < SOUND_WAYS; way++)
        module_side_init(&m->sides[way], m, (enum sound_way)way);
    tmr_init(&m->try_again);
    if (module_link_open(m)) {
        mem_deref(m);
        (void)fprintf(stderr, "pupitre_voice: it is started by pupitre-desk only.\n");
        _exit(EX_USAGE);
    }
    /* baresip's main switches core dumps on; they would hold the SIP secret and the sound. */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)prctl(PR_SET_DUMPABLE, 0);
    char version[32];
    check_baresip(m, version, sizeof version);
    log_enable_info(false);
    log_enable_stdout(false);
    map_events(m);
    int err = module_sound_configure(m);
    if (!err)
        err = uag_event_register(module_phone_event, m);
    if (err) {
        refuse_and_exit(m, "baresip could not be set up.");
        return err;
    }
    module_log_open(m);
    loaded = m;
    module_goodbye_watch(m);
    module_send(m, "hello", "version", version, "module", PUPITRE_VERSION, "protocol",
                VOICE_PROTOCOL_VERSION, NULL);
    return 0;
}

static int module_close(void)
{
    if (!loaded)
        return 0;
    module_goodbye_watch(NULL);
    uag_event_unregister(module_phone_event);
    loaded = mem_deref(loaded);
    return 0;
}

extern const struct mod_export exports;
const struct mod_export exports __attribute__((visibility("default"))) = {
    "pupitre_voice",
    "application",
    module_init,
    module_close,
};
