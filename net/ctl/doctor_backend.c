/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of a backend: settings, data directory, database, disk, port. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "net/ctl/doctor.h"
#include "net/ctl/doctor_tables.h"

#define MIB ((int64_t)1024 * 1024)
#define PATH_SIZE 512

static void look_settings(struct doctor *d, struct doctor_finding *ret)
{
    const char *const argv[] = {"pupitred", "--check-config", NULL};
    const int status =
        d->machine->run(d->machine->arg, argv, d->settings_backend, sizeof d->settings_backend);
    if (status < 0) {
        doctor_fail(ret, "sudo meson install -C build", "pupitred is not installed");
    } else if (status != 0) {
        char said[sizeof d->settings_backend];
        memcpy(said, d->settings_backend, sizeof said);
        doctor_fail(ret, "edit /etc/pupitre/pupitred.conf; pupitred --check-config says it all",
                    "%s", doctor_fault_line(said, argv[0]));
    } else {
        doctor_ok(ret, "pupitred --check-config finds no fault");
    }
}

static void path_in(const struct doctor *d, const char *name, char ret[PATH_SIZE])
{
    snprintf(ret, PATH_SIZE, "%s%s%s", d->data, name[0] ? "/" : "", name);
}

static void look_directory(struct doctor *d, struct doctor_finding *ret)
{
    struct stat st;
    char owner[64] = "?", remedy[DOCTOR_TEXT];
    if (!d->machine->stat(d->machine->arg, d->data, &st)) {
        snprintf(remedy, sizeof remedy, "pupitrectl --data %s init", d->data);
        doctor_fail(ret, remedy, "%s is not there, or may not be looked into", d->data);
        return;
    }
    if ((st.st_mode & 077) != 0) {
        snprintf(remedy, sizeof remedy, "chmod 700 %s", d->data);
        doctor_fail(ret, remedy, "%s is open to others (%04o)", d->data,
                    (unsigned)st.st_mode & 07777);
        return;
    }
    (void)d->machine->user_name(d->machine->arg, st.st_uid, owner, sizeof owner);
    const int64_t me = d->machine->user(d->machine->arg);
    if (me != st.st_uid) {
        snprintf(remedy, sizeof remedy, "sudo -u %s pupitrectl doctor", owner);
        doctor_warn(ret, remedy, "%s belongs to %s: files made by another user would stop pupitred",
                    d->data, owner);
        return;
    }
    doctor_ok(ret, "%s, of %s, closed to others", d->data, owner);
}

static void look_files(struct doctor *d, struct doctor_finding *ret)
{
    static const char *const names[] = {"master.key", "pupitre.db", "pupitre.db-wal",
                                        "pupitre.db-shm"};
    const size_t n = d->store_url ? 1 : sizeof names / sizeof names[0];
    struct stat dir, st;
    char path[PATH_SIZE], remedy[DOCTOR_TEXT], owner[64] = "?";
    if (!d->machine->stat(d->machine->arg, d->data, &dir)) {
        doctor_fail(ret, "see above", "there is no data directory");
        return;
    }
    (void)d->machine->user_name(d->machine->arg, dir.st_uid, owner, sizeof owner);
    for (size_t i = 0; i < n; i++) {
        path_in(d, names[i], path);
        if (!d->machine->stat(d->machine->arg, path, &st)) {
            if (i > 1)
                continue; /* only there while the database is open */
            snprintf(remedy, sizeof remedy, "pupitrectl --data %s init, or restore a backup",
                     d->data);
            doctor_fail(ret, remedy, "%s is not there", path);
            return;
        }
        if ((st.st_mode & 077) != 0) {
            snprintf(remedy, sizeof remedy, "chmod 600 %s", path);
            doctor_fail(ret, remedy, "%s is open to others (%04o)", path,
                        (unsigned)st.st_mode & 07777);
            return;
        }
        if (st.st_uid != dir.st_uid) {
            snprintf(remedy, sizeof remedy, "sudo chown %s: %s", owner, path);
            doctor_fail(ret, remedy, "%s does not belong to %s", path, owner);
            return;
        }
    }
    doctor_ok(ret,
              d->store_url ? "the key, closed to others" : "database and key, closed to others");
}

static void look_database(struct doctor *d, struct doctor_finding *ret)
{
    char fault[DOCTOR_TEXT] = "", remedy[DOCTOR_TEXT];
    struct stat st;
    int64_t services = 0;
    if (!d->machine->stat(d->machine->arg, d->data, &st)) {
        doctor_fail(ret, "see above", "there is no data directory");
    } else if (!d->machine->database(d->machine->arg, d->data, d->store_url, &services, fault,
                                     sizeof fault)) {
        snprintf(remedy, sizeof remedy,
                 d->store_url
                     ? "see that PostgreSQL runs and lets this user in; the key in %s must "
                       "belong to it; else restore --replace BACKUP"
                     : "pupitrectl --data %s restore --replace BACKUP, or the key that "
                       "belongs to it",
                 d->data);
        doctor_fail(ret, remedy, "%s", fault);
    } else if (services == 0) {
        doctor_warn(ret, "pupitrectl service load FILE", "whole, and no service is loaded");
    } else {
        doctor_ok(ret, "whole, with its key; %" PRId64 " services", services);
    }
}

/* Read, and in a small database only: agents who work notice nothing. */
static void look_holds(struct doctor *d, struct doctor_finding *ret)
{
    char fault[DOCTOR_TEXT] = "", remedy[DOCTOR_TEXT];
    struct stat st;
    int64_t n = 0;
    snprintf(remedy, sizeof remedy, "pupitrectl --data %s hold check --repair", d->data);
    if (!d->machine->stat(d->machine->arg, d->data, &st))
        doctor_fail(ret, "see above", "there is no data directory");
    else if (!d->machine->holds(d->machine->arg, d->data, d->store_url, &n, fault, sizeof fault))
        doctor_fail(ret, "see above", "%s", fault);
    else if (n < 0)
        doctor_ok(ret, "not looked at beside the work: the database is large, and each night's "
                       "hold check does it");
    else if (n > 0)
        doctor_fail(ret, remedy, "%" PRId64 " holds of people do not agree", n);
    else
        doctor_ok(ret, "people, offers and agents agree about who holds whom");
}

static void look_disk(struct doctor *d, struct doctor_finding *ret)
{
    struct stat st = {0};
    char path[PATH_SIZE];
    int64_t left = 0;
    path_in(d, "pupitre.db", path);
    if (!d->machine->free_bytes(d->machine->arg, d->data, &left)) {
        doctor_warn(ret, "see above", "the disk of %s cannot be looked at", d->data);
        return;
    }
    const int64_t size = d->machine->stat(d->machine->arg, path, &st) ? st.st_size : 0;
    const int64_t wanted = size > 1024 * MIB ? size : 1024 * MIB;
    if (left < 100 * MIB)
        doctor_fail(ret, "make room: what is full accepts nothing", "%" PRId64 " MiB are free",
                    left / MIB);
    else if (left < wanted)
        doctor_warn(ret, "make room for a day's work and a backup",
                    "%" PRId64 " MiB are free; the database has %" PRId64, left / MIB, size / MIB);
    else
        doctor_ok(ret, "%" PRId64 " MiB are free", left / MIB);
}

/* Ours, as its lock tells. An `address` alone may be what a killed one left. */
static bool is_ours(struct doctor *d, struct doctor_finding *ret)
{
    char address[128] = "?", path[PATH_SIZE], url[192], fault[DOCTOR_TEXT] = "";
    int64_t date;
    path_in(d, "pupitred.lock", path);
    if (!d->machine->is_locked(d->machine->arg, path))
        return false;
    path_in(d, "address", path);
    (void)d->machine->read(d->machine->arg, path, address, sizeof address);
    address[strcspn(address, "\n")] = '\0';
    snprintf(url, sizeof url, "http://%s", address);
    const int status = d->machine->fetch(d->machine->arg, url, "", &date, fault, sizeof fault);
    if (status == 200)
        doctor_ok(ret, "pupitred serves at %s", address);
    else if (status == 0)
        doctor_ok(ret, "pupitred runs at %s; it was not asked: it takes TLS only", address);
    else
        doctor_fail(ret, "see the log of pupitred", "pupitred at %s answers %d", address, status);
    return true;
}

static void look_port(struct doctor *d, struct doctor_finding *ret)
{
    char address[128], remedy[DOCTOR_TEXT];
    if (is_ours(d, ret))
        return;
    doctor_setting(d->settings_backend, "listen", address, sizeof address);
    if (!address[0])
        snprintf(address, sizeof address, "127.0.0.1:8080");
    const int e = d->machine->bind(d->machine->arg, address);
    if (e == 0) {
        doctor_ok(ret, "%s is free for pupitred", address);
        return;
    }
    const char *colon = strrchr(address, ':');
    snprintf(remedy, sizeof remedy,
             "ss -ltnp 'sport = %s' says whose it is; or another listen in pupitred.conf",
             colon ? colon : "");
    doctor_fail(ret, remedy, "%s cannot be listened on: %s", address,
                e == EADDRINUSE ? "another program has it" : strerror(e));
}

const struct doctor_check doctor_backend_checks[] = {
    {"settings",  DOCTOR_BACKEND, look_settings },
    {"directory", DOCTOR_BACKEND, look_directory},
    {"files",     DOCTOR_BACKEND, look_files    },
    {"database",  DOCTOR_BACKEND, look_database },
    {"holds",     DOCTOR_BACKEND, look_holds    },
    {"disk",      DOCTOR_BACKEND, look_disk     },
    {"port",      DOCTOR_BACKEND, look_port     },
    {NULL,        0,              NULL          },
};
