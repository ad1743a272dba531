/* SPDX-License-Identifier: Apache-2.0 */
/* Words are planted wherever words come in: import, sign-in, record, answers, notes, tones,
 * requests that fail. Every program logs all it can, and each is killed or crashes in the middle of
 * a call. Then nothing of it may be found: not in the database, a log, a backup or an answer, nor
 * in a command line, an environment, a core dump or the terminal's title, in none of the forms that
 * tests/e2e/planted knows. */
#include <dirent.h>
#include <errno.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/fixture.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

#define PLANTED SOURCE_ROOT "/tests/e2e/planted"
#define CTL BUILD_ROOT "/net/ctl/pupitrectl"
#define LOOK_DEADLINE_MS 120000 /* a second of work, on a machine that has others */

/* Invented, and found nowhere else. Numbers end in 0: they answer. */
#define GIVEN_NAME "Philomenette"
#define FAMILY_NAME "Quenottevan"
#define INDEX_NAME "Barnabelin Trucmucheux"
#define NISS "79110427184"
#define BIRTH "1979-11-04"
#define PHONE "+32470918270"
#define PHONE_2 "+32471556340"
#define CALLBACK_PHONE "+32472338190"
#define TOWN "Houtsiplouville"
#define TICKET "TICKETQUENOTTE1"
#define RECORD_NOTE "aime qu'on l'appelle avant la soupe"
#define OTHER_NAME "Zéphyrinien"
#define OTHER_PHONE "+32470664410"
#define ANSWER "toussotements nocturnes chez Grisélidis"
#define CALL_NOTE "le chien Rantanplouf garde la porte"
#define INCIDENT "la liste Tartempionette est partie par courriel"
#define INCIDENT_2 "un ecran Cucurbitacien photographie dans le tram"
#define WRONG_PASSWORD "motdepasse-Biscornu-7"
#define TONES "739184"

#define COLUMNS                                                                                    \
    "sciensano_request_ticket,ticket_at,niss,name_index_patient,given_name,family_name,"           \
    "birth_date,phone,phone_2,language,region,kind,municipality,notes\n"
static const char people[] =
    COLUMNS TICKET ",2020-11-02T08:00:00Z," NISS "," INDEX_NAME "," GIVEN_NAME "," FAMILY_NAME
                   "," BIRTH "," PHONE "," PHONE_2 ",fr,WAL,contact," TOWN "," RECORD_NOTE "\n"
                   "TICKETSECOND,2020-11-03T08:00:00Z,," INDEX_NAME "," OTHER_NAME "," FAMILY_NAME
                   ",," OTHER_PHONE ",,fr,WAL,contact,,\n";
/* Each row breaks a rule. */
static const char bad_people[] =
    COLUMNS "T1,2020-11-02T08:00:00Z,79110427185," INDEX_NAME "," GIVEN_NAME "," FAMILY_NAME
            "," BIRTH "," PHONE ",,fr,WAL,contact,,\n"
            "T2,2020-11-02T08:00:00Z,,," GIVEN_NAME "," FAMILY_NAME ",1985-02-30," PHONE
            ",,fr,WAL,contact,,\n"
            "T3,2020-11-02T08:00:00Z,,," GIVEN_NAME "," FAMILY_NAME ",," PHONE
            "99999999,,fr,WAL,contact,,\n"
            "T4,2020-11-02T08:00:00Z,,," GIVEN_NAME "," FAMILY_NAME ",," PHONE ",," OTHER_NAME
            "," TOWN "," RECORD_NOTE ",,\n";

static const char words[] =
    "given name\t" GIVEN_NAME "\nfamily name\t" FAMILY_NAME "\nindex patient\t" INDEX_NAME
    "\nnational number\t" NISS "\nbirth date\t" BIRTH "\ntelephone\t" PHONE "\ntelephone\t" PHONE_2
    "\ntown\t" TOWN "\nticket\t" TICKET "\nnote of the record\t" RECORD_NOTE "\nname\t" OTHER_NAME
    "\ntelephone\t" OTHER_PHONE "\ntelephone\t" CALLBACK_PHONE "\nanswer\t" ANSWER
    "\nnote\t" CALL_NOTE "\nincident\t" INCIDENT "\nincident\t" INCIDENT_2
    "\nwrong password\t" WRONG_PASSWORD "\npassword\t" WORLD_PASSWORD "\ntones\t" TONES "\n";

struct scene {
    struct world *w;
    struct term *t;
    struct proc *watch;
    char *aside;    /* the list of words, and the watcher's own things */
    char *evidence; /* what processes showed */
    char *words;
    bool can_trace; /* a process that does not forbid it */
};

static struct scene scene;

/* --- looking --- */

static int look_at(const char *path, char **ret_output)
{
    const char *const argv[] = {PLANTED, "look", scene.words, path, NULL};
    return proc_run(&(struct spawn){.argv = argv, .home = scene.aside}, ret_output,
                    LOOK_DEADLINE_MS);
}

static void nothing_in(const char *path)
{
    CLEANUP_FREE char *found = NULL;
    const int status = look_at(path, &found);
    if (status != 0)
        fail_msg("%s", found);
}

/* The titles that the terminal was given, for a look at them. */
static void note_title(void)
{
    CLEANUP_FREE char *path = tmpdir_path(scene.evidence, "titles");
    FILE *f = fopen(path, "ae");
    assert_non_null(f);
    fprintf(f, "%s\n", term_title(scene.t));
    fclose(f);
}

/* --- the scene --- */

static struct proc *watch_start(void)
{
    char pid[16];
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    CLEANUP_FREE char *log = tmpdir_path(scene.aside, "watch.log");
    const char *const argv[] = {PLANTED, "watch", pid, scene.evidence, NULL};
    struct proc *p = proc_start(&(struct spawn){.argv = argv, .home = scene.aside}, log);
    if (!proc_wait_log(p, "watching", WORLD_DEADLINE_MS))
        fail_msg("%s", proc_log(p));
    return p;
}

static int begin(void **state)
{
    (void)state;
    /* Cores are wanted: who makes none has to see to it. */
    struct rlimit core;
    if (getrlimit(RLIMIT_CORE, &core) == 0) {
        core.rlim_cur = core.rlim_max;
        (void)setrlimit(RLIMIT_CORE, &core);
    }
    scene.aside = tmpdir_new();
    scene.evidence = tmpdir_path(scene.aside, "evidence");
    scene.words = tmpdir_path(scene.aside, "words");
    if (mkdir(scene.evidence, 0700) != 0)
        return -1;
    tmpdir_write(scene.words, words);
    scene.watch = watch_start();
    scene.w = world_new_as(&(struct world_opts){.digits = "", .people = people, .debug = true});
    scene.t = world_screen_again(scene.w);
    return 0;
}

static int end(void **state)
{
    (void)state;
    scene.t = term_close(scene.t);
    scene.watch = proc_free(scene.watch);
    scene.w = world_free(scene.w);
    scene.aside = tmpdir_free(scene.aside);
    free(scene.evidence);
    free(scene.words);
    return 0;
}

/* PR_SET_DUMPABLE 0: another process of the same user, without a right of its own for that
 * (CAP_SYS_PTRACE put aside, where it is root's), may not trace it. */
static bool is_closed(pid_t pid)
{
    int status;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
        struct __user_cap_data_struct caps[2] = {{0}};
        if (syscall(SYS_capget, &head, caps) != 0)
            _exit(2);
        caps[0].effective &= ~(1u << CAP_SYS_PTRACE);
        if (syscall(SYS_capset, &head, caps) != 0)
            _exit(2);
        _exit(ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0 || errno != EPERM);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
    return WEXITSTATUS(status) == 0;
}

/* --- the looking itself --- */

/* Each form of a word, written by hand, is found; without it nothing is. */
static void each_form_would_be_found(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        const char *says;
    } forms[] = {
#define FORM(text, says) {text, sizeof text - 1, says}
        FORM("…quenottevan…", "family name as UTF-8"),
        FORM("QUENOTTEVAN", "family name as UTF-8"),
        FORM("Z\xc3\x89PHYRINIEN", "name as UTF-8"),
        FORM("Z\xe9phyrinien", "name as Latin-1"),
        FORM("Q\0u\0e\0n\0o\0t\0t\0e\0v\0a\0n\0", "family name as UTF-16 LE"),
        FORM("\0Q\0u\0e\0n\0o\0t\0t\0e\0v\0a\0n", "family name as UTF-16 BE"),
        FORM("5175656e6f7474657661 6e", "family name as hexadecimal"),
        FORM("51:75:65:6E:6F:74:74:65:76:61:6E", "family name as hexadecimal"),
        FORM("UXVlbm90dGV2YW4=", "family name as base64"),
        FORM("eFF1ZW5vdHRldmFuIHk=", "family name as base64"),
        FORM("eHhRdWVub3R0ZXZhbiB5", "family name as base64"),
        FORM("%51%75%65%6e%6f%74%74%65%76%61%6e", "family name as percent"),
        FORM("Z%C3%A9phyrinien", "name as percent"),
        FORM("Z\\u00E9phyrinien", "name as JSON"),
        FORM("le+chien+Rantanplouf+garde+la+porte", "note as percent"),
        FORM("+32470918270", "telephone as digits"),
        FORM("sip:32470918270@host", "telephone as digits"),
        FORM("0470 91 82 70", "telephone as digits"),
        FORM("0470/91.82.70", "telephone as digits"),
        FORM("79.11.04-271.84", "national number as digits"),
        FORM("79110427184", "national number as digits"),
        FORM("04/11/1979", "birth date as digits"),
        FORM("19791104", "birth date as digits"),
        FORM("739184", "tones as digits"),
        FORM("7\0003\0009\0001\0008\0004\0", "tones as UTF-16"),
#undef FORM
    };
    CLEANUP_FREE char *dir = tmpdir_path(scene.aside, "forms");
    CLEANUP_FREE char *file = tmpdir_path(dir, "x");
    assert_int_equal(mkdir(dir, 0700), 0);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        CLEANUP_FREE char *found = NULL;
        FILE *f = fopen(file, "we");
        assert_non_null(f);
        assert_int_equal(fwrite(forms[i].bytes, 1, forms[i].len, f), forms[i].len);
        fclose(f);
        assert_int_equal(look_at(dir, &found), 1);
        if (!strstr(found, forms[i].says))
            fail_msg("form %zu: not \"%s\" but %s", i, forms[i].says, found);
    }
    tmpdir_write(file, "Quenotte van 47091827 7911042718 a person of note");
    nothing_in(dir);
    (void)remove(file);
    CLEANUP_FREE char *named = tmpdir_path(dir, "record-" FAMILY_NAME);
    CLEANUP_FREE char *found = NULL;
    tmpdir_write(named, "");
    assert_int_equal(look_at(dir, &found), 1);
}

/* A process that shows a word is seen, and a core that holds one is found where cores are made. */
static void processes_and_cores_would_be_found(void **state)
{
    (void)state;
    CLEANUP_FREE char *dir = tmpdir_path(scene.aside, "control");
    CLEANUP_FREE char *program = tmpdir_path(dir, "planted-control");
    CLEANUP_FREE char *log = tmpdir_path(dir, "log");
    CLEANUP_FREE char *seen = tmpdir_path(scene.evidence, "cmdline-planted-control");
    CLEANUP_FREE char *environment = tmpdir_path(scene.evidence, "environ-planted-control");
    assert_int_equal(mkdir(dir, 0700), 0);
    assert_int_equal(symlink("/bin/sleep", program), 0);
    const char *const argv[] = {program, "1000", NULL};
    const char *const env[] = {"PLANTED_NAME=" FAMILY_NAME, NULL};
    struct proc *p = proc_start(&(struct spawn){.argv = argv, .env = env, .home = dir}, log);
    assert_true(proc_wait_file(p, environment, WORLD_DEADLINE_MS));
    assert_int_equal(access(seen, F_OK), 0);
    CLEANUP_FREE char *found = NULL;
    assert_int_equal(look_at(environment, &found), 1);
    scene.can_trace = !is_closed(proc_pid(p));
    if (!scene.can_trace)
        print_message("tracing is forbidden here: whether a program forbids it cannot be told\n");
    proc_kill(p, SIGSEGV);
    assert_true(proc_wait_exit(p, NULL, WORLD_DEADLINE_MS));
    (void)proc_free(p);
    CLEANUP_FREE char *core = NULL;
    if (look_at(dir, &core) == 0)
        print_message("no cores are made here: only the limits of the programs can be looked at\n");
    else
        assert_non_null(strstr(core, "family name"));
    (void)remove(environment);
    (void)remove(seen);
}

/* --- a day --- */

static void signs_in_with_a_wrong_password_first(void **state)
{
    (void)state;
    assert_non_null(scene.t);
    assert_screen_shows(scene.t, "Sign in to your workstation");
    term_send_keys(scene.t, WORLD_LOGIN "<Enter>" WRONG_PASSWORD "<Enter>");
    assert_screen_shows(scene.t, "not right");
    term_send_keys(scene.t, "<C-u>" WORLD_PASSWORD "<Enter>");
    assert_screen_shows(scene.t, "OFF QUEUE");
}

static void calls_and_writes_down_what_is_said(void **state)
{
    (void)state;
    struct term *t = scene.t;
    agent_goes_on_queue(t);
    assert_screen_shows(t, "SOMEBODY TO CALL");
    note_title();
    agent_accepts(t);
    note_title();
    term_send_keys(t, "<Enter>");
    assert_screen_shows(t, "Talking");
    note_title();
    term_send_keys(t, "<C-r>");
    assert_screen_shows(t, "79.11.04-271.84");
    term_send_keys(t, "<F5>");
    assert_screen_shows(t, "Send a tone");
    term_send_keys(t, TONES "#");
    assert_screen_shows(t, "Sent: " TONES "#");
    term_send_keys(t, "<Esc>");
    assert_screen_drops(t, "Sent:");
    term_send_keys(t, "<C-n>");
    assert_screen_shows(t, "Keep the note");
    term_send_keys(t, CALL_NOTE "<Enter>");
    assert_screen_drops(t, "Keep the note");
    assert_screen_shows(t, "la bonne personne");
    term_send_keys(t, "y");
    assert_screen_shows(t, "Quels symptômes");
    term_send_keys(t, "2");
    assert_screen_shows(t, "Depuis quel jour");
    term_send_keys(t, "yesterday<Enter>");
    assert_screen_shows(t, "autre chose");
    term_send_keys(t, ANSWER "<Enter>");
    assert_screen_shows(t, "fr  saved");
}

static void report(struct term *t, const char *what)
{
    term_send_keys(t, "<F12>");
    assert_screen_shows(t, "What happened");
    term_send_keys(t, what);
    term_send_keys(t, "<Tab><Tab> ");
    assert_screen_shows(t, "Yes, it is about this person");
    term_send_keys(t, "<Tab><Enter>");
    assert_screen_drops(t, "What happened");
}

static void reports_an_incident_in_the_call(void **state)
{
    (void)state;
    assert_non_null(scene.t);
    report(scene.t, INCIDENT);
    assert_screen_shows(scene.t, "The supervisors have your report.");
    note_title();
}

static void nothing_stands_anywhere_while_they_talk(void **state)
{
    (void)state;
    nothing_in(scene.w->dir);
    nothing_in(scene.evidence);
}

static void backend_and_screen_are_killed(void **state)
{
    (void)state;
    assert_non_null(scene.t);
    world_backend_kill(scene.w);
    assert_screen_shows(scene.t, "Backend away");
    term_send_keys(scene.t, "<C-n>");
    assert_screen_shows(scene.t, "Keep the note");
    term_send_keys(scene.t, "<End> " FAMILY_NAME "<Enter>");
    report(scene.t, INCIDENT_2); /* for the journal, and from there to the next backend */
    assert_screen_shows(scene.t, "Your report is kept");
    term_kill(scene.t, SIGKILL);
    assert_term_exits(scene.t, -SIGKILL);
    scene.t = term_close(scene.t);
    nothing_in(scene.w->dir);
    world_backend_start(scene.w);
    scene.t = world_screen_again(scene.w);
    assert_screen_shows(scene.t, "Talking");
    assert_screen_shows(scene.t, "Backend ok");
}

static void calls_back_later(void **state)
{
    (void)state;
    assert_non_null(scene.t);
    agent_ends_call(scene.t);
    assert_screen_shows(scene.t, "(proposed)");
    agent_promises_callback(scene.t, CALLBACK_PHONE);
    term_send_keys(scene.t, "<Enter><Enter>");
    assert_screen_shows(scene.t, "── Done");
    assert_screen_shows(scene.t, "The backend has it.");
    note_title();
}

/* --- crashes in the second call --- */

/* Neither the limit nor the process itself allows a core; where root may raise the limit, the
 * process alone is left to refuse. */
static void crash(pid_t pid)
{
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    struct rlimit core = {1, 1};
    assert_int_equal(prlimit(pid, RLIMIT_CORE, NULL, &core), 0);
    assert_int_equal(core.rlim_cur, 0);
    assert_int_equal(core.rlim_max, 0);
    assert_true(!scene.can_trace || is_closed(pid));
    (void)prlimit(pid, RLIMIT_CORE, &all, NULL);
    assert_int_equal(kill(pid, SIGSEGV), 0);
}

static pid_t only(const char *name)
{
    pid_t pid = 0;
    assert_int_equal(strays_list(name, &pid, 1), 1);
    return pid;
}

static void each_program_crashes_in_a_call(void **state)
{
    (void)state;
    assert_non_null(scene.t);
    agent_ends_preview(scene.t);
    agent_accepts(scene.t);
    term_send_keys(scene.t, "<Enter>");
    assert_screen_shows(scene.t, "Talking");
    crash(proc_pid(scene.w->backend));
    assert_true(proc_wait_exit(scene.w->backend, NULL, WORLD_DEADLINE_MS));
    scene.w->backend = proc_free(scene.w->backend);
    world_backend_start(scene.w);
    assert_screen_shows(scene.t, "Backend ok");
    crash(only("baresip"));
    assert_screen_shows(scene.t, "After-call work");
    crash(only("pupitre-desk"));
    crash(term_pid(scene.t));
    assert_term_exits(scene.t, -SIGSEGV);
    scene.t = term_close(scene.t);
}

static void no_core_was_made(void **state)
{
    (void)state;
    const char *const dirs[] = {scene.w->dir, scene.w->data, scene.w->logs, "/", "."};
    for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; i++) {
        DIR *d = opendir(dirs[i]);
        assert_non_null(d);
        for (struct dirent *e; (e = readdir(d));) {
            CLEANUP_FREE char *path = tmpdir_path(dirs[i], e->d_name);
            struct stat st;
            if (strncmp(e->d_name, "core", 4) != 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
                continue;
            if (i < 3) /* elsewhere it may be another's */
                fail_msg("%s", path);
            nothing_in(path);
        }
        closedir(d);
    }
}

/* --- what fails --- */

static void requests_fail_with_planted_words(void **state)
{
    (void)state;
    char address[32];
    CLEANUP_FREE char *output = NULL;
    snprintf(address, sizeof address, "127.0.0.1:%d", scene.w->http_port);
    const char *const argv[] = {PLANTED, "hostile", address, scene.words, scene.evidence, NULL};
    const int status =
        proc_run(&(struct spawn){.argv = argv, .home = scene.aside}, &output, LOOK_DEADLINE_MS);
    if (status != 0)
        fail_msg("%s", output);
}

/* What pupitrectl says of each faulty row goes among the logs, to be looked at. */
static void an_import_fails_and_tells_no_value(void **state)
{
    (void)state;
    CLEANUP_FREE char *csv = tmpdir_path(scene.aside, "bad.csv");
    CLEANUP_FREE char *log = tmpdir_path(scene.w->logs, "import");
    CLEANUP_FREE char *output = NULL;
    tmpdir_write(csv, bad_people);
    const char *const argv[] = {CTL, "--data", scene.w->data, "import", csv, NULL};
    assert_int_not_equal(
        proc_run(&(struct spawn){.argv = argv, .home = scene.w->dir}, &output, WORLD_DEADLINE_MS),
        0);
    assert_non_null(strstr(output, "niss"));
    tmpdir_write(log, output);
    (void)remove(csv);
}

/* The books tell it all to who may ask, and leave nothing on the way. */
static void what_was_kept_can_be_exported(void **state)
{
    (void)state;
    CLEANUP_FREE char *people_csv = world_export(scene.w, "people");
    CLEANUP_FREE char *answers = world_export(scene.w, "answers");
    assert_non_null(strstr(people_csv, FAMILY_NAME));
    assert_non_null(strstr(answers, ANSWER));
    free(world_export(scene.w, "calls"));
    free(world_export(scene.w, "wrapups"));
    free(world_export(scene.w, "audit"));
    CLEANUP_FREE char *copy = tmpdir_path(scene.w->dir, "copy");
    free(world_ctl(scene.w, (const char *const[]){"backup", copy, NULL}));
    assert_int_equal(access(copy, F_OK), 0);
}

/* pupitrectl with an identifier on its standard input; what it says (malloc). */
static char *ctl_told(const char *identifier, const char *command)
{
    CLEANUP_FREE char *file = tmpdir_path(scene.aside, "identifier");
    CLEANUP_FREE char *script = NULL;
    char *output = NULL;
    tmpdir_write(file, identifier);
    if (asprintf(&script, "exec '%s' --data '%s' %s < '%s'", CTL, scene.w->data, command, file) < 0)
        fail();
    const char *const argv[] = {"sh", "-c", script, NULL};
    const int status =
        proc_run(&(struct spawn){.argv = argv, .home = scene.aside}, &output, WORLD_DEADLINE_MS);
    (void)remove(file);
    if (status != 0)
        fail_msg("%s: %s", command, output);
    return output;
}

/* The person's own right, the officer's list, another key, and the end of all that was kept. */
static void the_person_and_the_officer_ask(void **state)
{
    (void)state;
    /* Where everything that is written is looked for; gone before the next look. */
    CLEANUP_FREE char *answer = tmpdir_path(scene.w->dir, "answer.json");
    CLEANUP_FREE char *words_out = NULL;
    if (asprintf(&words_out, "person export --niss --out '%s'", answer) < 0)
        fail();
    free(ctl_told(NISS "\n", words_out));
    CLEANUP_FREE char *told = tmpdir_read(answer);
    assert_non_null(told);
    assert_non_null(strstr(told, ANSWER));
    assert_non_null(strstr(told, INCIDENT));
    (void)remove(answer);
    CLEANUP_FREE char *incidents = ctl_told("", "incident list");
    assert_non_null(strstr(incidents, INCIDENT));
    assert_non_null(strstr(incidents, INCIDENT_2));
    free(ctl_told("", "keys rotate"));
    free(ctl_told("", "purge"));
    nothing_in(scene.w->dir);
    CLEANUP_FREE char *log = tmpdir_path(scene.w->logs, "erasure");
    CLEANUP_FREE char *certificate =
        ctl_told(TICKET "\n", "person erase --ticket --reason request --yes");
    tmpdir_write(log, certificate);
    assert_non_null(strstr(certificate, "kind erasure"));
    CLEANUP_FREE char *left = world_export(scene.w, "people");
    assert_null(strstr(left, GIVEN_NAME));
    free(ctl_told("", "audit verify"));
}

static void nothing_stands_anywhere_while_it_runs(void **state)
{
    (void)state;
    CLEANUP_FREE char *wal = tmpdir_path(scene.w->data, "pupitre.db-wal");
    CLEANUP_FREE char *log = tmpdir_path(scene.w->logs, "pupitred");
    CLEANUP_FREE char *screen = tmpdir_path(scene.w->logs, "pupitre");
    struct stat st;
    assert_true(stat(wal, &st) == 0 && st.st_size > 0);
    assert_true(stat(log, &st) == 0 && st.st_size > 0);
    assert_true(stat(screen, &st) == 0 && st.st_size > 0);
    nothing_in(scene.w->dir);
}

static void nothing_stands_anywhere_at_the_end(void **state)
{
    (void)state;
    assert_non_null(scene.w->backend);
    assert_true(proc_stop(scene.w->backend, NULL, WORLD_DEADLINE_MS));
    scene.w->backend = proc_free(scene.w->backend);
    assert_true(proc_stop(scene.watch, NULL, WORLD_DEADLINE_MS));
    scene.watch = proc_free(scene.watch);
    nothing_in(scene.w->dir);
    nothing_in(scene.evidence);
    static const char *const shown[] = {
        "cmdline-pupitre",  "environ-pupitre",  "cmdline-pupitre-desk",
        "cmdline-pupitred", "environ-pupitred", "cmdline-baresip",
        "environ-baresip",  "titles",           "answers"};
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        CLEANUP_FREE char *path = tmpdir_path(scene.evidence, shown[i]);
        if (access(path, F_OK) != 0)
            fail_msg("%s was never seen", shown[i]);
    }
}

/* Whatever was written was written where it was looked for. */
static void nobody_writes_outside(void **state)
{
    (void)state;
    CLEANUP_FREE char *path = tmpdir_path(scene.evidence, "outside.txt");
    CLEANUP_FREE char *text = tmpdir_read(path);
    assert_non_null(text);
    char *save = NULL;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        const char *file = strchr(line, ' ');
        if (strncmp(line, "planted-control ", 16) == 0)
            continue; /* that is us */
        if (file && strncmp(file + 1, scene.w->dir, strlen(scene.w->dir)) != 0)
            fail_msg("%s", line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_would_be_found),
        cmocka_unit_test(processes_and_cores_would_be_found),
        cmocka_unit_test(signs_in_with_a_wrong_password_first),
        cmocka_unit_test(calls_and_writes_down_what_is_said),
        cmocka_unit_test(reports_an_incident_in_the_call),
        cmocka_unit_test(nothing_stands_anywhere_while_they_talk),
        cmocka_unit_test(backend_and_screen_are_killed),
        cmocka_unit_test(calls_back_later),
        cmocka_unit_test(each_program_crashes_in_a_call),
        cmocka_unit_test(no_core_was_made),
        cmocka_unit_test(requests_fail_with_planted_words),
        cmocka_unit_test(an_import_fails_and_tells_no_value),
        cmocka_unit_test(what_was_kept_can_be_exported),
        cmocka_unit_test(the_person_and_the_officer_ask),
        cmocka_unit_test(nothing_stands_anywhere_while_it_runs),
        cmocka_unit_test(nothing_stands_anywhere_at_the_end),
        cmocka_unit_test(nobody_writes_outside),
    };
    return cmocka_run_group_tests_name("planted", tests, begin, end);
}
