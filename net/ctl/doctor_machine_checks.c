/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the machine itself: system, packages, time, limits, cores. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>
#include <sqlite3.h>

#include "net/ctl/doctor.h"
#include "net/ctl/doctor_tables.h"

#define BUILT_IN 1764547200 /* 1 December 2025: no clock that is right shows less */
#define DESCRIPTORS_NEEDED 12320
#define ZONE "/usr/share/zoneinfo/Europe/Brussels"

static void look_system(struct doctor *d, struct doctor_finding *ret)
{
    char text[1024] = "";
    (void)d->machine->read(d->machine->arg, "/etc/os-release", text, sizeof text);
    if (strstr(text, "\nID=debian\n") && strstr(text, "VERSION_ID=\"12\""))
        doctor_ok(ret, "Debian 12");
    else
        doctor_warn(ret, "use Debian 12: it is the only system that Pupitre is tried on",
                    "this is not Debian 12");
}

static const struct {
    const char *name;
    unsigned roles;
    const char *version; /* what it has to begin with; NULL = any */
} packages[] = {
    {"baresip-core",    DOCTOR_AGENT,                  "1.0.0" },
    {"libcjson1",       DOCTOR_AGENT | DOCTOR_BACKEND, NULL    },
    {"libcurl4",        DOCTOR_AGENT | DOCTOR_BACKEND, NULL    },
    {"libinih1",        DOCTOR_AGENT | DOCTOR_BACKEND, NULL    },
    {"libmicrohttpd12", DOCTOR_BACKEND,                "0.9.75"},
    {"libncursesw6",    DOCTOR_AGENT,                  NULL    },
    {"libre0",          DOCTOR_AGENT,                  "1.1.0" },
    {"libsodium23",     DOCTOR_AGENT | DOCTOR_BACKEND, NULL    },
    {"libsqlite3-0",    DOCTOR_BACKEND,                NULL    },
    {"tzdata",          DOCTOR_AGENT | DOCTOR_BACKEND, NULL    },
};

static void look_packages(struct doctor *d, struct doctor_finding *ret, unsigned role)
{
    char remedy[DOCTOR_TEXT] = "sudo apt-get install";
    char wrong[DOCTOR_TEXT] = "";
    size_t n = 0, missing = 0;
    for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++) {
        if (!(packages[i].roles & role))
            continue;
        char out[256] = "";
        const char *const argv[] = {"dpkg-query",     "-W", "-f", "${db:Status-Status} ${Version}",
                                    packages[i].name, NULL};
        const int status = d->machine->run(d->machine->arg, argv, out, sizeof out);
        if (status < 0) {
            doctor_warn(ret, "install the packages that the README names",
                        "dpkg-query is not here: packages cannot be looked at");
            return;
        }
        n++;
        const char *version = strncmp(out, "installed ", 10) == 0 ? out + 10 : NULL;
        if (status == 0 && version &&
            (!packages[i].version ||
             strncmp(version, packages[i].version, strlen(packages[i].version)) == 0))
            continue;
        missing++;
        const size_t at = strlen(remedy), used = strlen(wrong);
        snprintf(remedy + at, sizeof remedy - at, " %s", packages[i].name);
        snprintf(wrong + used, sizeof wrong - used, "%s%s %s", used ? ", " : "", packages[i].name,
                 version ? version : "(not installed)");
    }
    if (missing)
        doctor_fail(ret, remedy, "%zu of %zu are missing or of another version: %s", missing, n,
                    wrong);
    else
        doctor_ok(ret, "all %zu are installed", n);
}

static void look_packages_agent(struct doctor *d, struct doctor_finding *ret)
{
    look_packages(d, ret, DOCTOR_AGENT);
}

static void look_packages_backend(struct doctor *d, struct doctor_finding *ret)
{
    look_packages(d, ret, DOCTOR_BACKEND);
}

/* What is loaded, whatever the packages say. */
static void look_libraries(struct doctor *d, struct doctor_finding *ret)
{
    (void)d;
    if (sqlite3_libversion_number() < 3040000)
        doctor_fail(ret, "sudo apt-get install --reinstall libsqlite3-0",
                    "SQLite %s is loaded; 3.40 is the least", sqlite3_libversion());
    else
        doctor_ok(ret, "SQLite %s, libsodium %s", sqlite3_libversion(), sodium_version_string());
}

static void look_zone(struct doctor *d, struct doctor_finding *ret)
{
    struct stat st;
    if (d->machine->stat(d->machine->arg, ZONE, &st))
        doctor_ok(ret, "Europe/Brussels is there");
    else
        doctor_fail(ret, "sudo apt-get install tzdata",
                    "Europe/Brussels is not known: days would begin at midnight UTC");
}

static void look_clock(struct doctor *d, struct doctor_finding *ret)
{
    const int64_t now = d->machine->now(d->machine->arg);
    if (now < BUILT_IN)
        doctor_fail(ret, "sudo timedatectl set-ntp true",
                    "the clock is in the past of this program");
    else if (!d->machine->clock_is_synchronised(d->machine->arg))
        doctor_warn(ret, "sudo apt-get install systemd-timesyncd && sudo timedatectl set-ntp true",
                    "the clock is not synchronised");
    else
        doctor_ok(ret, "synchronised");
}

/* Our programs forbid it for themselves; baresip, which is not ours, has only the limit, and a
 * pipe is not bound by that (core(5)). */
static void look_cores(struct doctor *d, struct doctor_finding *ret)
{
    char pattern[256] = "";
    (void)d->machine->read(d->machine->arg, "/proc/sys/kernel/core_pattern", pattern,
                           sizeof pattern);
    pattern[strcspn(pattern, "\n")] = '\0';
    if (pattern[0] == '|')
        doctor_warn(ret, "sudo sysctl -w kernel.core_pattern=core, and a file in /etc/sysctl.d",
                    "cores of a crashed telephone go to %s: they may hold numbers", pattern + 1);
    else
        doctor_ok(ret, "no program collects them");
}

static void look_limits(struct doctor *d, struct doctor_finding *ret)
{
    const int64_t most = d->machine->descriptors_max(d->machine->arg);
    if (most < DESCRIPTORS_NEEDED)
        doctor_warn(ret, "LimitNOFILE=65536 in the unit of pupitred, or ulimit -n in its shell",
                    "%" PRId64 " descriptors: fewer connections than the 12,000 of 2,000 agents",
                    most);
    else
        doctor_ok(ret, "%" PRId64 " descriptors", most);
}

const struct doctor_check doctor_machine_checks[] = {
    {"system",    DOCTOR_AGENT | DOCTOR_BACKEND, look_system          },
    {"packages",  DOCTOR_AGENT,                  look_packages_agent  },
    {"packages",  DOCTOR_BACKEND,                look_packages_backend},
    {"libraries", DOCTOR_AGENT | DOCTOR_BACKEND, look_libraries       },
    {"zone",      DOCTOR_AGENT | DOCTOR_BACKEND, look_zone            },
    {"clock",     DOCTOR_AGENT | DOCTOR_BACKEND, look_clock           },
    {"cores",     DOCTOR_AGENT,                  look_cores           },
    {"limits",    DOCTOR_BACKEND,                look_limits          },
    {NULL,        0,                             NULL                 },
};
