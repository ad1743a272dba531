/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is lost that an agent has typed. A walk through the real script of the index case; at
 * random moments the screen, the desk, the backend or several at once are killed, the line is cut,
 * a disk is full, the end of the journal is torn. Afterwards the screen is at the same question,
 * and it and the backend have the same answers.
 *
 * What must be there again: every answer of which the screen said that it is saved or kept; of what
 * was typed since, a beginning, key by key, and nothing else. What stood in a field for three
 * seconds, half a word or half a date, stands there again. The desk is what remembers a screen:
 * when both die at once the answers are there, half a date is not, and the screen begins at the
 * question after the last one that is answered.
 *
 * Twenty deaths; PUPITRE_DEATHS sets how many. PUPITRE_SEED repeats a walk that failed. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <glob.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "net/api/json.h"
#include "tests/e2e/agent.h"
#include "tests/e2e/disk.h"
#include "tests/e2e/fixture.h"
#include "tests/e2e/walk.h"
#include "tests/harness/deadline.h"
#include "tests/harness/strays.h"
#include "tests/harness/tmpdir.h"

#define SCRIPT SOURCE_ROOT "/scripts/interviews/tracing-index.json"

enum hurt {
    HURT_NOTHING,
    HURT_BACKEND_DEAD,
    HURT_LINE_CLOSED,
    HURT_LINE_SILENT,
    HURT_BACKEND_DISK,
    HURT_PC_DISK,
};
#define HURT_COUNT (HURT_PC_DISK + 1)

enum busy {
    BUSY_NOT,
    BUSY_ANSWERING, /* keys were typed, and nobody waited for what they do */
    BUSY_TYPING,    /* in the middle of a word */
    BUSY_PAUSING,   /* the word was begun three seconds ago */
};
#define BUSY_COUNT (BUSY_PAUSING + 1)

struct death {
    enum hurt hurt;
    bool late; /* what is hurt is mended when the new screen is there already */
    bool screen, desk;
    enum busy busy;
    unsigned before; /* answers typed at once before it */
    unsigned during; /* steps while it hurts */
    int tear;        /* the journal: 1 = a frame begun, -1 = its last bytes are gone */
};

struct lost {
    struct fixture *f;
    struct walk *walk;
    int person;   /* in the order of import, from 1 */
    int persons;  /* that there are */
    bool closing; /* the call is over */
};

/* --- what is seen --- */

/* Without blanks, line ends and the bar beside what is read aloud. */
static char *squeezed(const char *text)
{
    static const char bar[] = "▌";
    char *ret = strdup(text), *to = ret;
    assert_non_null(ret);
    for (const char *at = text; *at;) {
        if (strncmp(at, bar, sizeof bar - 1) == 0)
            at += sizeof bar - 1;
        else if (*at == ' ' || *at == '\n')
            at++;
        else
            *to++ = *at++;
    }
    *to = '\0';
    return ret;
}

static bool shows_state(struct term *t, const struct walk_state *s)
{
    char header[64];
    (void)snprintf(header, sizeof header, "Question%zuof%zu·", s->place, s->of);
    CLEANUP_FREE char *screen = squeezed(term_text(t));
    return strstr(screen, s->key[0] ? header : "──End·") && strstr(screen, s->words);
}

/* Which of the states that count is shown? */
struct look {
    struct walk *walk;
    const bool *counts; /* NULL: only the last one does */
    size_t found;
};

static bool shows_one(struct term *t, void *arg)
{
    struct look *l = arg;
    const size_t n = walk_count(l->walk);
    for (size_t i = n; i-- > 0;) {
        if (l->counts ? !l->counts[i] : i != n - 1)
            continue;
        if (shows_state(t, walk_state(l->walk, i))) {
            l->found = i;
            return true;
        }
    }
    return false;
}

static void fail_with_screen(struct lost *l, const char *what)
{
    const size_t n = walk_count(l->walk);
    fprintf(stderr, "# %s\n%s\n", what, term_text(l->f->t));
    for (size_t i = 0; i < n; i++)
        fprintf(stderr, "# state %zu: %s, %zu of %zu: %s\n", i, walk_state(l->walk, i)->key,
                walk_state(l->walk, i)->place, walk_state(l->walk, i)->of,
                walk_state(l->walk, i)->words);
    fail_msg("%s", what);
}

static size_t see(struct lost *l, const bool *counts)
{
    struct look look = {l->walk, counts, 0};
    if (!term_wait(l->f->t, shows_one, &look, TERM_DEADLINE_MS))
        fail_with_screen(l, "the screen is at another question");
    return look.found;
}

/* The time on the line or after it, as the screen counts it. */
static bool counted_on(struct term *t, void *arg)
{
    const char *at = strstr(term_text(t), "Talking ");
    at = at ? at : strstr(term_text(t), "After-call work  ");
    return at && strncmp(at, arg, 30) != 0;
}

static void seconds_pass(struct lost *l, int seconds)
{
    for (int i = 0; i < seconds; i++) {
        char shown[31] = "";
        const char *at = strstr(term_text(l->f->t), "Talking ");
        at = at ? at : strstr(term_text(l->f->t), "After-call work  ");
        if (at)
            (void)snprintf(shown, sizeof shown, "%.30s", at);
        assert_true(term_wait(l->f->t, counted_on, shown, TERM_DEADLINE_MS));
    }
}

/* --- what the backend has --- */

static bool is_of_person(const cJSON *row, int person)
{
    return json_int(row, "person_id", -1) == person;
}

/* The items of the present person's answers, as JSON; "" = there are none. */
static char *items_of_backend(struct lost *l)
{
    CLEANUP_FREE char *rows =
        world_ctl(l->f->w, (const char *const[]){"export", "answers", "--format", "json",
                                                 "--entitled-reason", "test", NULL});
    struct buf items = {0};
    char *rest = rows;
    for (char *line; (line = strsep(&rest, "\n"));) {
        CLEANUP_JSON cJSON *row = NULL, *own = NULL;
        if (line[0] != '{' ||
            json_parse(line, strlen(line), &json_limits_script, &row, NULL) != ERR_OK ||
            !is_of_person(row, l->person))
            continue;
        const cJSON *response = cJSON_GetObjectItemCaseSensitive(row, "response");
        if (cJSON_IsString(response)) {
            assert_int_equal(json_parse(response->valuestring, strlen(response->valuestring),
                                        &json_limits_script, &own, NULL),
                             ERR_OK);
            response = own;
        }
        buf_clear(&items);
        json_print(cJSON_GetObjectItemCaseSensitive(response, "item"), &items);
    }
    return items.len ? buf_take(&items) : strdup("");
}

static size_t newest(const bool *counts, size_t n)
{
    while (n > 1 && !counts[n - 1])
        n--;
    return n - 1;
}

/* Backend and screen have come to one of the states since the last that is known: on from there.
 * lives: the screen is the same as before; afresh: nobody told it where the one before it was. */
static void settle(struct lost *l, bool lives, bool afresh)
{
    const int64_t until = deadline_now_ms() + WORLD_DEADLINE_MS;
    bool counts[1024];
    bool any = false;
    assert_screen_shows(l->f->t, "fr  saved");
    while (!any) {
        CLEANUP_FREE char *items = items_of_backend(l);
        const size_t n = walk_count(l->walk);
        assert_true(n <= sizeof counts);
        for (size_t i = 0; i < n; i++) {
            counts[i] = strcmp(walk_state(l->walk, i)->answers, items) == 0;
            any |= counts[i];
        }
        if (!any && deadline_left(until) == 0) {
            for (size_t i = 0; i < n; i++)
                fprintf(stderr, "# %zu %s\n", i, walk_state(l->walk, i)->answers);
            fprintf(stderr, "# backend: %s\n", items);
            fail_with_screen(l, "the backend has other answers");
        }
    }
    if (afresh) {
        walk_found_afresh(l->walk, newest(counts, walk_count(l->walk)));
        (void)see(l, NULL);
        return;
    }
    const size_t found = see(l, counts);
    if (lives && found == walk_count(l->walk) - 1)
        walk_kept(l->walk); /* where it was a second ago may be all that the desk knows */
    else
        walk_found(l->walk, found);
}

/* --- the agent --- */

/* One step, seen and kept as the screen says it: from then on it must never be lost. Returns
 * whether an answer was given. */
static bool step(struct lost *l, const char *kept)
{
    bool gives = false;
    term_send_keys(l->f->t, walk_step(l->walk, &gives));
    (void)see(l, NULL);
    if (!gives || !kept)
        return gives;
    assert_screen_shows(l->f->t, kept);
    walk_kept(l->walk);
    return gives;
}

/* The first answer of a person. */
static void begin(struct lost *l)
{
    (void)see(l, NULL);
    while (!step(l, NULL))
        continue;
    settle(l, true, false);
}

static void take_next_person(struct lost *l)
{
    l->person++;
    agent_accepts(l->f->t);
    assert_screen_shows(l->f->t, "Call +32 470");
    term_send_keys(l->f->t, "<Enter>");
    assert_screen_shows(l->f->t, "Talking");
    l->closing = false;
    walk_again(l->walk);
    begin(l);
}

static void close_person(struct lost *l)
{
    term_send_keys(l->f->t, "<C-t>");
    assert_screen_shows(l->f->t, "4 ○ Closed without data");
    term_send_keys(l->f->t, "4");
    assert_screen_shows(l->f->t, "✓ Closed without data");
    term_send_keys(l->f->t, "<Enter>");
    assert_screen_shows(l->f->t, "The backend has it.");
    agent_ends_preview(l->f->t);
}

static bool is_off_queue(struct term *t, void *arg)
{
    (void)arg;
    return strstr(term_text(t), "Phone ok") &&
           (strstr(term_text(t), " OFF QUEUE") || strstr(term_text(t), "SOMEBODY TO CALL"));
}

/* --- dying --- */

static void hurt(struct lost *l, enum hurt what)
{
    struct world *w = l->f->w;
    switch (what) {
    case HURT_NOTHING:
        break;
    case HURT_BACKEND_DEAD:
        world_backend_kill(w);
        break;
    case HURT_LINE_CLOSED:
        relay_set(w->link, RELAY_CLOSED);
        break;
    case HURT_LINE_SILENT:
        relay_set(w->link, RELAY_SILENT);
        break;
    case HURT_BACKEND_DISK:
        disk_of_backend(w, true);
        break;
    case HURT_PC_DISK:
        disk_of_pc(w, true);
        break;
    }
}

static void mend(struct lost *l, enum hurt what)
{
    struct world *w = l->f->w;
    switch (what) {
    case HURT_NOTHING:
        break;
    case HURT_BACKEND_DEAD:
        world_backend_start(w);
        break;
    case HURT_LINE_CLOSED:
    case HURT_LINE_SILENT:
        relay_set(w->link, RELAY_OPEN);
        break;
    case HURT_BACKEND_DISK:
        disk_of_backend(w, false);
        break;
    case HURT_PC_DISK:
        disk_of_pc(w, false);
        break;
    }
}

/* What the screen says of an answer that is safe. */
static const char *kept_where(enum hurt what)
{
    return what == HURT_NOTHING || what == HURT_PC_DISK ? "fr  saved" : "fr  kept on this PC";
}

/* Any moment: nothing is waited for. */
static void a_moment(struct lost *l)
{
    (void)poll(NULL, 0, (int)walk_dice(l->walk, 40));
}

static void burst(struct lost *l, unsigned steps)
{
    bool gives;
    for (unsigned i = 0; i < steps; i++)
        term_send_keys(l->f->t, walk_step(l->walk, &gives));
    a_moment(l);
}

/* Begin a word, *ret. True: it stands there for three seconds. */
static bool begin_word(struct lost *l, bool pause, char *ret, size_t size)
{
    bool answer = false;
    const char *keys = walk_half(l->walk, &answer);
    ret[0] = '\0';
    if (!keys)
        return false;
    term_send_keys(l->f->t, keys);
    (void)snprintf(ret, size, "%s", keys + strlen("<C-u>"));
    if (!pause) {
        a_moment(l);
        return false;
    }
    assert_screen_shows(l->f->t, ret);
    seconds_pass(l, 3);
    if (answer)
        walk_found(l->walk, walk_count(l->walk) - 1);
    return true;
}

static void kill_desk(struct lost *l)
{
    pid_t desk = 0;
    assert_int_equal(strays_list("pupitre-desk", &desk, 1), 1);
    assert_int_equal(kill(desk, SIGKILL), 0);
    (void)l;
}

static void kill_screen(struct lost *l)
{
    term_kill(l->f->t, SIGKILL);
    assert_term_exits(l->f->t, -SIGKILL);
    l->f->t = term_close(l->f->t);
}

/* The newest segment: what a crash leaves of a frame that was being written, or a disk that did not
 * keep what it had promised. */
static void tear_journal(struct lost *l, int how)
{
    CLEANUP_FREE char *pattern = tmpdir_path(l->f->w->dir, "state/pupitre/e2e/journal-*.pj");
    glob_t found;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    const char *path = found.gl_pathv[found.gl_pathc - 1];
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    if (how < 0) {
        const off_t cut = 1 + (off_t)walk_dice(l->walk, (unsigned)st.st_size / 2);
        assert_int_equal(truncate(path, st.st_size - cut), 0);
    } else {
        FILE *file = fopen(path, "ab");
        assert_non_null(file);
        for (unsigned i = 1 + walk_dice(l->walk, 200); i > 0; i--)
            assert_true(putc((int)walk_dice(l->walk, 4), file) != EOF);
        assert_int_equal(fclose(file), 0);
    }
    globfree(&found);
}

static void come_back(struct lost *l, const struct death *d)
{
    if (!d->screen)
        return;
    if (d->desk) {
        l->f->t = world_screen(l->f->w, "en", 60, 80);
    } else {
        l->f->t = world_screen_again(l->f->w);
        term_resize(l->f->t, 60, 80);
    }
}

/* The call went with the desk; the answers did not, and can be seen after it. */
static void see_script_after_call(struct lost *l)
{
    l->closing = true;
    assert_screen_shows(l->f->t, "After-call work");
    assert_screen_shows(l->f->t, "4 ○ Closed without data"); /* the codes are loaded */
    term_send_keys(l->f->t, "<C-t>");
    assert_screen_shows(l->f->t, "── ");
}

static void strike(struct lost *l, const struct death *d)
{
    char word[64] = "";
    if (d->before)
        burst(l, d->before);
    hurt(l, d->hurt);
    if (d->before && d->during)
        (void)see(l, NULL);
    for (unsigned i = 0; i < d->during; i++)
        (void)step(l, d->tear < 0 ? NULL : kept_where(d->hurt));
    if (d->tear) { /* there has to be one */
        while (!step(l, d->tear < 0 ? NULL : kept_where(d->hurt)))
            continue;
        assert_screen_shows(l->f->t, kept_where(d->hurt));
    }
    if (d->busy == BUSY_ANSWERING)
        burst(l, 1 + walk_dice(l->walk, 3));
    const bool typing = d->busy == BUSY_TYPING || d->busy == BUSY_PAUSING;
    const bool stands = typing && begin_word(l, d->busy == BUSY_PAUSING, word, sizeof word);
    if (!d->screen) { /* who lives comes to the end of what was typed */
        (void)see(l, NULL);
        assert_screen_shows(l->f->t, word);
    }
    if (d->desk)
        kill_desk(l);
    if (d->screen)
        kill_screen(l);
    if (d->tear)
        tear_journal(l, d->tear);
    if (!d->late)
        mend(l, d->hurt);
    come_back(l, d);
    if (d->late) {
        a_moment(l);
        mend(l, d->hurt);
    }
    if (d->desk)
        see_script_after_call(l);
    const bool afresh = d->desk && d->screen;
    settle(l, !d->screen, afresh);
    if (stands && !afresh)
        assert_screen_shows(l->f->t, word);
}

static struct death draw(struct lost *l)
{
    struct walk *w = l->walk;
    struct death d = {.hurt = (enum hurt)walk_dice(w, HURT_COUNT),
                      .late = walk_dice(w, 2),
                      .screen = walk_dice(w, 100) < 65,
                      .desk = walk_dice(w, 100) < 20,
                      .busy = (enum busy)walk_dice(w, BUSY_COUNT),
                      .before = walk_dice(w, 2) ? walk_dice(w, 4) : 0,
                      .during = walk_dice(w, 4)};
    if (d.hurt == HURT_NOTHING)
        d.during = 0;
    if (d.hurt == HURT_NOTHING && !d.desk)
        d.screen = true;
    if (l->person == l->persons) /* nobody to go on with */
        d.desk = false;
    if (d.desk && !d.screen) { /* keys would go into what comes after the call */
        d.busy = d.busy == BUSY_PAUSING ? BUSY_PAUSING : BUSY_NOT;
        d.late = false;
        d.before = 0;
    }
    if (d.desk && d.screen)
        d.late = false; /* nobody signs in without a backend */
    if (d.hurt == HURT_PC_DISK)
        d.before = 0; /* what is under way would still be kept */
    if (d.desk && d.screen && d.hurt == HURT_BACKEND_DEAD && d.during)
        d.tear = (int)walk_dice(w, 3) - 1;
    return d;
}

static void tell(unsigned i, const struct death *d)
{
    static const char *const hurts[] = {"nothing",     "backend dead", "line closed",
                                        "line silent", "backend disk", "pc disk"};
    static const char *const busys[] = {"not", "answering", "typing", "pausing"};
    print_message("# %u: %s%s, killed:%s%s, busy: %s, %u before, %u during, tear %d\n", i,
                  hurts[d->hurt], d->late ? " (late)" : "", d->screen ? " screen" : "",
                  d->desk ? " desk" : "", busys[d->busy], d->before, d->during, d->tear);
}

static unsigned from_environment(const char *name, unsigned otherwise)
{
    const char *text = getenv(name);
    return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static void go_on(struct lost *l)
{
    if (!l->closing)
        return;
    close_person(l);
    assert_true(term_wait(l->f->t, is_off_queue, NULL, TERM_DEADLINE_MS));
    if (strstr(term_text(l->f->t), " OFF QUEUE"))
        agent_goes_on_queue(l->f->t);
    take_next_person(l);
}

static void nothing_typed_is_ever_lost(void **state)
{
    const unsigned deaths = from_environment("PUPITRE_DEATHS", 20);
    const unsigned seed = from_environment("PUPITRE_SEED", (unsigned)time(NULL));
    struct lost l = {.f = *state, .persons = (int)(deaths / 4 + 4)};
    char digits[1024] = "";
    l.persons = l.persons < (int)sizeof digits ? l.persons : (int)sizeof digits - 1;
    memset(digits, '0', (size_t)l.persons);
    print_message("# seed %u\n", seed);
    l.f->w = world_new_as(
        &(struct world_opts){.digits = digits, .kind = "index", .tracing = true, .link = true});
    l.f->t = world_screen(l.f->w, "en", 60, 80);
    l.walk = walk_new(SCRIPT, "fr", seed);
    agent_goes_on_queue(l.f->t);
    take_next_person(&l);
    for (unsigned i = 1; i <= deaths; i++) {
        for (unsigned n = walk_dice(l.walk, 4); n > 0; n--)
            (void)step(&l, "fr  saved");
        const struct death d = draw(&l);
        tell(i, &d);
        strike(&l, &d);
        go_on(&l);
    }
    l.walk = walk_free(l.walk);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_typed_is_ever_lost, fixture_begin, fixture_end),
    };
    /* One by name, while looking for a fault: test_x "a_killed_*". */
    cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
