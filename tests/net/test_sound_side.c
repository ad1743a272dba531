/* SPDX-License-Identifier: Apache-2.0 */
/* The thread of one direction of the sound, over a driver that the test holds in its hand: devices
 * that open or not, die, hang for ever, and run too fast. Meant to be run under valgrind and the
 * sanitizers, too: it is the one place of ours with threads that share memory. */

#include "net/voice/sound_side.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct sound_device {
    enum sound_way way;
    int16_t value;
};

/* Drivers have no argument. */
static atomic_bool is_there, hangs_in_open, hangs_in_pass;
static atomic_int opened, closed, heard;

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static int fake_open(struct sound_device **ret, enum sound_way way, const char *name)
{
    while (atomic_load(&hangs_in_open))
        rest();
    if (!atomic_load(&is_there) && strcmp(name, "other") != 0)
        return ENODEV;
    struct sound_device *d = calloc(1, sizeof *d);
    if (!d)
        return ENOMEM;
    d->way = way;
    d->value = strcmp(name, "other") == 0 ? 2000 : 1000;
    atomic_fetch_add(&opened, 1);
    *ret = d;
    return 0;
}

static int fake_pass(struct sound_device *d, int16_t frame[SOUND_FRAME])
{
    while (atomic_load(&hangs_in_pass))
        rest();
    if (!atomic_load(&is_there) && d->value == 1000)
        return ENODEV;
    for (size_t i = 0; i < SOUND_FRAME; i++)
        if (d->way == SOUND_IN)
            frame[i] = d->value;
    if (d->way == SOUND_OUT)
        atomic_store(&heard, frame[0]);
    return 0;
}

static void fake_close(struct sound_device *d)
{
    atomic_fetch_add(&closed, 1);
    free(d);
}

static void fake_list(enum sound_way way, sound_found_fn *found, void *arg)
{
    (void)way;
    (void)found;
    (void)arg;
}

static const struct sound_driver fake = {"fake", true, fake_open, fake_pass, fake_close, fake_list};

/* A client of either way: counts its frames, and keeps the last value or says its own. */
struct listener {
    struct sound_client client;
    atomic_int frames, last;
    int16_t says;
};

static void take(int16_t frame[SOUND_FRAME], void *arg)
{
    struct listener *l = arg;
    atomic_fetch_add(&l->frames, 1);
    atomic_store(&l->last, frame[0]);
    memset(frame, 0, SOUND_FRAME * sizeof frame[0]); /* its own copy */
}

static void give(int16_t frame[SOUND_FRAME], void *arg)
{
    struct listener *l = arg;
    atomic_fetch_add(&l->frames, 1);
    for (size_t i = 0; i < SOUND_FRAME; i++)
        frame[i] = l->says;
}

static struct sound_side *side_of(enum sound_way way, struct listener *l)
{
    struct sound_side *s = sound_side_new(&fake, way);
    assert_non_null(s);
    l->client = (struct sound_client){.pass = way == SOUND_IN ? take : give, .arg = l};
    sound_side_attach(s, &l->client);
    return s;
}

#define WAIT_FOR(condition)                                                                        \
    do {                                                                                           \
        for (int i_ = 0; i_ < 20000 && !(condition); i_++)                                         \
            rest();                                                                                \
        assert_true(condition);                                                                    \
    } while (0)

static struct sound_look look_at(struct sound_side *s)
{
    struct sound_look look;
    sound_side_look(s, &look);
    return look;
}

static int begin(void **state)
{
    (void)state;
    atomic_store(&is_there, true);
    atomic_store(&hangs_in_open, false);
    atomic_store(&hangs_in_pass, false);
    atomic_store(&opened, 0);
    atomic_store(&closed, 0);
    atomic_store(&heard, 0);
    return 0;
}

static void silence_comes_before_any_device(void **state)
{
    (void)state;
    struct listener l = {0};
    struct sound_side *s = side_of(SOUND_IN, &l);
    WAIT_FOR(atomic_load(&l.frames) > 5);
    assert_int_equal(atomic_load(&l.last), 0);
    assert_false(look_at(s).open);
    assert_true(look_at(s).silent_ms >= 5 * SOUND_FRAME_MS);
    sound_side_detach(s, &l.client);
    sound_side_free(s);
    assert_int_equal(atomic_load(&opened), 0);
}

static void a_device_that_dies_is_told_and_frames_go_on(void **state)
{
    (void)state;
    struct listener l = {0};
    struct sound_side *s = side_of(SOUND_IN, &l);
    sound_side_want(s, "one", false);
    WAIT_FOR(atomic_load(&l.last) == 1000);
    struct sound_look look = look_at(s);
    assert_true(look.open && !look.trying && look.deaths == 0);
    assert_string_equal(look.device, "one");
    assert_int_equal(look.peak, 1000);
    atomic_store(&is_there, false);
    WAIT_FOR(atomic_load(&l.last) == 0);
    look = look_at(s);
    assert_true(!look.open && look.deaths == 1);
    assert_string_equal(look.device, "one");
    const int frames = atomic_load(&l.frames);
    WAIT_FOR(atomic_load(&l.frames) > frames + 5);
    sound_side_want(s, "one", false);
    WAIT_FOR(!look_at(s).trying);
    assert_false(look_at(s).open);
    atomic_store(&is_there, true);
    sound_side_want(s, "one", false);
    WAIT_FOR(atomic_load(&l.last) == 1000);
    sound_side_detach(s, &l.client);
    sound_side_free(s);
    assert_int_equal(atomic_load(&opened), atomic_load(&closed));
}

static void what_does_not_open_leaves_the_present_one_if_asked(void **state)
{
    (void)state;
    struct listener l = {0};
    struct sound_side *s = side_of(SOUND_IN, &l);
    atomic_store(&is_there, false);
    sound_side_want(s, "other", false);
    WAIT_FOR(atomic_load(&l.last) == 2000);
    sound_side_want(s, "one", true);
    WAIT_FOR(!look_at(s).trying);
    assert_true(look_at(s).open);
    assert_string_equal(look_at(s).device, "other");
    atomic_store(&is_there, true);
    sound_side_want(s, "one", true);
    WAIT_FOR(atomic_load(&l.last) == 1000);
    assert_string_equal(look_at(s).device, "one");
    sound_side_detach(s, &l.client);
    sound_side_free(s);
    assert_int_equal(atomic_load(&opened), 2);
    assert_int_equal(atomic_load(&closed), 2);
}

static void each_client_gets_its_own_copy_and_all_are_mixed(void **state)
{
    (void)state;
    struct listener one = {0}, two = {0};
    struct sound_side *s = side_of(SOUND_IN, &one);
    two.client = (struct sound_client){.pass = take, .arg = &two};
    sound_side_attach(s, &two.client);
    sound_side_want(s, "one", false);
    WAIT_FOR(atomic_load(&one.last) == 1000 && atomic_load(&two.last) == 1000);
    sound_side_volume(s, 100);
    WAIT_FOR(atomic_load(&one.last) == 4000);
    sound_side_detach(s, &one.client);
    const int frames = atomic_load(&one.frames);
    const int others = atomic_load(&two.frames);
    WAIT_FOR(atomic_load(&two.frames) > others + 3);
    assert_int_equal(atomic_load(&one.frames), frames); /* nobody is called who has left */
    sound_side_detach(s, &two.client);
    sound_side_free(s);

    one = (struct listener){.says = 20000};
    two = (struct listener){
        .says = 20000, .client = {.pass = give, .arg = &two}
    };
    s = side_of(SOUND_OUT, &one);
    sound_side_want(s, "one", false);
    WAIT_FOR(atomic_load(&heard) == 20000);
    sound_side_attach(s, &two.client);
    WAIT_FOR(atomic_load(&heard) == 32767); /* clipped, not turned over */
    sound_side_detach(s, &two.client);
    sound_side_volume(s, 25);
    WAIT_FOR(atomic_load(&heard) == 5000);
    sound_side_detach(s, &one.client);
    sound_side_free(s);
}

/* The device says at once that it is done: the clock is what holds the thread back. */
static void a_device_without_a_clock_runs_at_the_speed_of_sound(void **state)
{
    (void)state;
    struct listener l = {0};
    struct sound_side *s = side_of(SOUND_IN, &l);
    struct timespec from, to;
    sound_side_want(s, "one", false);
    WAIT_FOR(look_at(s).open);
    const int frames = atomic_load(&l.frames);
    clock_gettime(CLOCK_MONOTONIC, &from);
    WAIT_FOR(atomic_load(&l.frames) >= frames + 50);
    clock_gettime(CLOCK_MONOTONIC, &to);
    const double s_passed =
        (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    assert_true(s_passed > 0.7); /* a second less the 200 ms that it may be ahead */
    sound_side_detach(s, &l.client);
    sound_side_free(s);
}

static void hang(atomic_bool *where)
{
    struct listener l = {0};
    struct sound_side *s = side_of(SOUND_OUT, &l);
    struct timespec from, to;
    if (where == &hangs_in_open)
        atomic_store(where, true);
    sound_side_want(s, "one", false);
    if (where == &hangs_in_pass) {
        WAIT_FOR(look_at(s).open);
        atomic_store(where, true);
    }
    int frames;
    do { /* until it stands still */
        frames = atomic_load(&l.frames);
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    } while (frames != atomic_load(&l.frames));
    clock_gettime(CLOCK_MONOTONIC, &from);
    sound_side_detach(s, &l.client);
    sound_side_free(s);
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true(to.tv_sec - from.tv_sec <= 3);
    assert_int_equal(atomic_load(&l.frames), frames);
    /* Once the driver comes back, the thread frees itself, and what it opened. */
    atomic_store(where, false);
    WAIT_FOR(atomic_load(&opened) == 1 && atomic_load(&closed) == 1);
}

static void a_driver_that_hangs_holds_nobody_up(void **state)
{
    hang(&hangs_in_open);
    begin(state);
    hang(&hangs_in_pass);
}

static void clients_come_and_go_while_devices_do(void **state)
{
    (void)state;
    struct listener stays = {0}, goes = {0};
    struct sound_side *s = side_of(SOUND_IN, &stays);
    goes.client = (struct sound_client){.pass = take, .arg = &goes};
    for (int i = 0; i < 100; i++) {
        sound_side_attach(s, &goes.client);
        sound_side_want(s, i % 3 ? "one" : "other", i % 2);
        atomic_store(&is_there, i % 5 != 0);
        rest();
        sound_side_detach(s, &goes.client);
        (void)look_at(s);
    }
    atomic_store(&is_there, true);
    sound_side_want(s, "one", false);
    WAIT_FOR(atomic_load(&stays.last) == 1000);
    sound_side_detach(s, &stays.client);
    sound_side_free(s);
    assert_int_equal(atomic_load(&opened), atomic_load(&closed));
}

#define lives(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        lives(silence_comes_before_any_device),
        lives(a_device_that_dies_is_told_and_frames_go_on),
        lives(what_does_not_open_leaves_the_present_one_if_asked),
        lives(each_client_gets_its_own_copy_and_all_are_mixed),
        lives(a_device_without_a_clock_runs_at_the_speed_of_sound),
        lives(a_driver_that_hangs_holds_nobody_up),
        lives(clients_come_and_go_while_devices_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
