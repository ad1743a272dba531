/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of an agent's PC: settings, terminal, sound, telephone, backend. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/ctl/doctor.h"
#include "net/ctl/doctor_tables.h"

#define CARDS "/proc/asound/cards"
#define SKEW_WARN_S 5
#define SKEW_FAIL_S 60

static void look_settings(struct doctor *d, struct doctor_finding *ret)
{
    const char *const argv[] = {"pupitre", "--check-config", NULL};
    const int status =
        d->machine->run(d->machine->arg, argv, d->settings_agent, sizeof d->settings_agent);
    if (status < 0) {
        doctor_fail(ret, "sudo meson install -C build", "pupitre is not installed");
    } else if (status != 0) {
        char said[sizeof d->settings_agent];
        memcpy(said, d->settings_agent, sizeof said);
        doctor_fail(ret, "edit ~/.config/pupitre/pupitre.conf; pupitre --check-config says it all",
                    "%s", doctor_fault_line(said, argv[0]));
    } else {
        doctor_ok(ret, "pupitre --check-config finds no fault");
    }
}

static void look_locale(struct doctor *d, struct doctor_finding *ret)
{
    const struct doctor_machine *m = d->machine;
    if (!m->has_locale(m->arg))
        doctor_warn(ret, "sudo dpkg-reconfigure locales, or export LANG=C.UTF-8",
                    "the language that LANG or LC_ALL asks for is not generated here");
    else if (strcmp(m->charset(m->arg), "UTF-8") != 0)
        doctor_warn(ret, "export LANG=fr_BE.UTF-8, or C.UTF-8",
                    "%s, not UTF-8: lines are drawn in ASCII and names may lose their accents",
                    m->charset(m->arg));
    else
        doctor_ok(ret, "UTF-8");
}

static void look_terminal(struct doctor *d, struct doctor_finding *ret)
{
    const char *term = d->machine->env(d->machine->arg, "TERM");
    if (!term || !term[0])
        doctor_warn(ret, "start pupitre in a terminal", "TERM is not set");
    else if (strcmp(term, "dumb") == 0)
        doctor_warn(ret, "start pupitre in another terminal", "TERM is dumb");
    else
        doctor_ok(ret, "%s", term);
}

/* Does a file of this name exist? Cards are numbered from 0, and there may be holes. */
static bool may_use_a_card(const struct doctor_machine *m)
{
    for (int i = 0; i < 32; i++) {
        char path[64];
        snprintf(path, sizeof path, "/dev/snd/controlC%d", i);
        if (m->may_use(m->arg, path))
            return true;
    }
    return false;
}

static void look_sound(struct doctor *d, struct doctor_finding *ret)
{
    const struct doctor_machine *m = d->machine;
    char cards[2048] = "";
    const bool known = m->read(m->arg, CARDS, cards, sizeof cards);
    if (!known || !cards[0] || strstr(cards, "no soundcards"))
        doctor_fail(ret, "plug the headset in; pupitre --audio tone works without, and deaf",
                    "there is no sound card");
    else if (!may_use_a_card(m))
        doctor_fail(ret, "sudo adduser \"$USER\" audio, and log in again",
                    "there is a sound card, but this user may not use it");
    else
        doctor_ok(ret, "a sound card that this user may use");
}

static void look_telephone(struct doctor *d, struct doctor_finding *ret)
{
    static const char *const parts[] = {PUPITRE_MODULES "/pupitre_voice.so",
                                        PUPITRE_MODULES "/pupitre_clock.so"};
    struct stat st;
    if (!d->machine->stat(d->machine->arg, "/usr/bin/baresip", &st)) {
        doctor_fail(ret, "sudo apt-get install baresip-core", "/usr/bin/baresip is not there");
        return;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (d->machine->stat(d->machine->arg, parts[i], &st))
            continue;
        doctor_fail(ret, "sudo meson install -C build", "%s is not installed", parts[i]);
        return;
    }
    doctor_ok(ret, "baresip, and our parts of it");
}

static void look_backend(struct doctor *d, struct doctor_finding *ret)
{
    const struct doctor_machine *m = d->machine;
    char url[256], ca[256], fault[DOCTOR_TEXT] = "";
    int64_t date = 0;
    doctor_setting(d->settings_agent, "backend", url, sizeof url);
    doctor_setting(d->settings_agent, "ca", ca, sizeof ca);
    if (!url[0])
        snprintf(url, sizeof url, "http://127.0.0.1:8080");
    const int status = m->fetch(m->arg, url, ca, &date, fault, sizeof fault);
    const int64_t skew = date ? llabs(m->now(m->arg) - date) : 0;
    if (status == 0)
        doctor_fail(ret, "is pupitred running there, and backend in pupitre.conf right?", "%s: %s",
                    url, fault);
    else if (status != 200)
        doctor_fail(ret, "see the log of pupitred", "%s answers %d", url, status);
    else if (skew > SKEW_FAIL_S)
        doctor_fail(ret, "sudo timedatectl set-ntp true, here or there",
                    "%s is there, and its clock is %" PRId64 " s away from ours", url, skew);
    else if (skew > SKEW_WARN_S)
        doctor_warn(ret, "sudo timedatectl set-ntp true, here or there",
                    "%s is there, and its clock is %" PRId64 " s away from ours", url, skew);
    else
        doctor_ok(ret, "%s is there, and its clock is ours", url);
}

const struct doctor_check doctor_agent_checks[] = {
    {"settings",  DOCTOR_AGENT, look_settings },
    {"locale",    DOCTOR_AGENT, look_locale   },
    {"terminal",  DOCTOR_AGENT, look_terminal },
    {"sound",     DOCTOR_AGENT, look_sound    },
    {"telephone", DOCTOR_AGENT, look_telephone},
    {"backend",   DOCTOR_AGENT, look_backend  },
    {NULL,        0,            NULL          },
};
