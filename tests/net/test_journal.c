/* SPDX-License-Identifier: Apache-2.0 */
/* The journal: what was written comes back, whatever happens to the file's end; nothing else does.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/buf.h"
#include "net/client/journal.h"
#include "net/client/journal_format.h"
#include "net/client/loop.h"
#include "net/client/write_json.h"

static const unsigned char key[JOURNAL_KEY_BYTES] = {1, 2, 3};
static const unsigned char other_key[JOURNAL_KEY_BYTES] = {9};

/* Syncing as on a disk that loses what it could not write: the C library's is not used here. */
static atomic_bool disk_fails;

int fdatasync(int fd)
{
    if (!atomic_load(&disk_fails))
        return fsync(fd);
    assert_int_equal(ftruncate(fd, 0), 0);
    errno = EIO;
    return -1;
}

/* Reading a file as from such a disk: some bytes, then an error. */
static atomic_bool reading_fails;

ssize_t read(int fd, void *bytes, size_t len)
{
    struct stat st;
    if (atomic_load(&reading_fails) && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        if (lseek(fd, 0, SEEK_CUR) > 0) {
            errno = EIO;
            return -1;
        }
        len = len < 60 ? len : 60;
    }
    return syscall(SYS_read, fd, bytes, len);
}

static void note(const char *text, size_t len, void *arg)
{
    struct buf *b = arg;
    buf_add(b, text, len);
    buf_char(b, ';');
}

/* --- one segment as bytes --- */

static void make_segment(struct buf *out, size_t ends[4])
{
    crypto_secretstream_xchacha20poly1305_state state;
    journal_format_begin(&state, key, out);
    ends[0] = out->len;
    journal_format_add(&state, 'w', 1, "one", 3, out);
    ends[1] = out->len;
    journal_format_add(&state, 'w', 2, "two", 3, out);
    ends[2] = out->len;
    journal_format_add(&state, 'd', 1, NULL, 0, out);
    ends[3] = out->len;
}

static enum journal_verdict read_bytes(const void *bytes, size_t len, struct buf *out)
{
    return journal_format_read(bytes, len, key, note, out);
}

static void a_whole_segment_gives_what_is_not_done(void **state)
{
    (void)state;
    struct buf file = {0}, out = {0};
    size_t ends[4];
    make_segment(&file, ends);
    assert_int_equal(read_bytes(file.data, file.len, &out), JOURNAL_WHOLE);
    assert_string_equal(buf_text(&out), "two;");
    buf_free(&file);
    buf_free(&out);
}

static void a_segment_cut_at_any_byte_gives_the_whole_frames_before(void **state)
{
    (void)state;
    static const char *const given[] = {"", "one;", "one;two;", "two;"};
    struct buf file = {0};
    size_t ends[4];
    make_segment(&file, ends);
    for (size_t len = 0; len <= file.len; len++) {
        struct buf out = {0};
        size_t frames = 0;
        while (frames < 3 && ends[frames + 1] <= len)
            frames++;
        bool whole = len >= ends[0] && len == ends[frames];
        enum journal_verdict verdict = read_bytes(file.data, len, &out);
        assert_int_equal(verdict, whole ? JOURNAL_WHOLE : JOURNAL_DAMAGED);
        assert_string_equal(buf_text(&out), len < ends[1] ? "" : given[frames]);
        buf_free(&out);
    }
    buf_free(&file);
}

static void a_changed_byte_anywhere_never_gives_changed_text(void **state)
{
    (void)state;
    struct buf file = {0};
    size_t ends[4];
    make_segment(&file, ends);
    for (size_t i = 0; i < file.len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct buf out = {0};
            file.data[i] = (char)(file.data[i] ^ (1 << bit));
            enum journal_verdict verdict = read_bytes(file.data, file.len, &out);
            assert_int_not_equal(verdict, JOURNAL_WHOLE);
            const char *text = buf_text(&out);
            assert_true(strcmp(text, "") == 0 || strcmp(text, "one;") == 0 ||
                        strcmp(text, "one;two;") == 0);
            if (i < ends[1])
                assert_string_equal(text, "");
            file.data[i] = (char)(file.data[i] ^ (1 << bit));
            buf_free(&out);
        }
    }
    buf_free(&file);
}

static void another_key_is_told_from_damage(void **state)
{
    (void)state;
    struct buf file = {0}, out = {0};
    size_t ends[4];
    make_segment(&file, ends);
    assert_int_equal(
        journal_format_read((unsigned char *)file.data, file.len, other_key, note, &out),
        JOURNAL_FOREIGN);
    assert_int_equal(read_bytes("no journal at all", 17, &out), JOURNAL_FOREIGN);
    assert_int_equal(out.len, 0);
    buf_free(&file);
    buf_free(&out);
}

static void the_text_is_not_in_the_file(void **state)
{
    (void)state;
    struct buf file = {0};
    crypto_secretstream_xchacha20poly1305_state s;
    journal_format_begin(&s, key, &file);
    journal_format_add(&s, 'w', 1, "a very private answer", 21, &file);
    assert_null(memmem(file.data, file.len, "private", 7));
    buf_free(&file);
}

/* --- the whole, with its thread and folder --- */

struct disk {
    char dir[64];
    struct journal *j;
    uint64_t written[64];
    size_t n, n_failed, wanted;
    bool opened;
    struct journal_opened found; /* the numbers of it */
    struct buf left;             /* its texts, each followed by ';' */
};

static void on_opened(const struct journal_opened *o, void *arg)
{
    struct disk *d = arg;
    d->opened = true;
    d->found = *o;
    buf_clear(&d->left);
    for (size_t i = 0; i < o->n_entries; i++)
        note(o->entries[i].text, o->entries[i].len, &d->left);
    re_cancel();
}

static void on_written(uint64_t id, bool ok, void *arg)
{
    struct disk *d = arg;
    assert_true(d->opened);
    d->written[d->n++] = id;
    d->n_failed += !ok;
    if (d->n == d->wanted)
        re_cancel();
}

static void too_late(void *arg)
{
    (void)arg;
    re_cancel();
}

static void wait_for(struct disk *d, size_t n)
{
    struct tmr deadline;
    tmr_init(&deadline);
    d->wanted = n;
    if (d->n < n) {
        tmr_start(&deadline, 20000, too_late, NULL);
        re_main(NULL);
        tmr_cancel(&deadline);
    }
    assert_int_equal(d->n, n);
}

/* before: a closed journal that goes first, or NULL. */
static void open_after(struct disk *d, const unsigned char *with, struct journal *before)
{
    const struct journal_handlers handlers = {on_opened, on_written, d};
    struct err err = {0};
    struct tmr deadline;
    d->n = d->n_failed = d->wanted = 0;
    d->opened = false;
    assert_int_equal(journal_new(&d->j, d->dir, with, &handlers, before, &err), ERR_OK);
    tmr_init(&deadline);
    tmr_start(&deadline, 20000, too_late, NULL);
    re_main(NULL);
    tmr_cancel(&deadline);
    assert_true(d->opened);
}

static void open_with(struct disk *d, const unsigned char *with)
{
    open_after(d, with, NULL);
}

static int set_up(void **state)
{
    struct disk *d = calloc(1, sizeof *d);
    (void)snprintf(d->dir, sizeof d->dir, "%s", "/tmp/pj-XXXXXX");
    if (sodium_init() < 0 || libre_init() != 0 || !mkdtemp(d->dir))
        return -1;
    *state = d;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int tear_down(void **state)
{
    struct disk *d = *state;
    journal_free(d->j);
    buf_free(&d->left);
    nftw(d->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    libre_close();
    free(d);
    return 0;
}

static size_t count_files(const struct disk *d, char *ret_path, size_t size)
{
    size_t n = 0;
    DIR *dir = opendir(d->dir);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (e->d_name[0] == '.')
            continue;
        n++;
        if (ret_path)
            snprintf(ret_path, size, "%s/%.64s", d->dir, e->d_name);
    }
    closedir(dir);
    return n;
}

static void what_was_written_comes_back_in_order(void **state)
{
    struct disk *d = *state;
    open_with(d, key);
    journal_write(d->j, 1, "one", 3);
    journal_write(d->j, 2, "two", 3);
    journal_write(d->j, 3, "three", 5);
    journal_done(d->j, 2);
    wait_for(d, 3);
    assert_int_equal(d->n_failed, 0);
    d->j = journal_free(d->j);
    open_with(d, key);
    assert_string_equal(buf_text(&d->left), "one;three;");
    assert_int_equal(d->found.n_files, 1);
}

static void file_and_folder_are_for_the_agent_alone(void **state)
{
    struct disk *d = *state;
    char path[200];
    struct stat st;
    chmod(d->dir, 0755);
    open_with(d, key);
    journal_write(d->j, 1, "one", 3);
    wait_for(d, 1);
    assert_int_equal(stat(d->dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(count_files(d, path, sizeof path), 1);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_file_whose_writes_are_done_goes_away(void **state)
{
    struct disk *d = *state;
    open_with(d, key);
    journal_write(d->j, 1, "one", 3);
    journal_write(d->j, 2, "two", 3);
    wait_for(d, 2);
    assert_int_equal(count_files(d, NULL, 0), 1);
    journal_done(d->j, 1);
    journal_done(d->j, 2);
    journal_write(d->j, 3, "three", 5); /* a new file, after the old one went */
    wait_for(d, 3);
    assert_int_equal(count_files(d, NULL, 0), 1);
    journal_done(d->j, 3);
    d->j = journal_free(d->j);
    assert_int_equal(count_files(d, NULL, 0), 0);
}

static void the_files_of_another_login_are_kept(void **state)
{
    struct disk *d = *state;
    open_with(d, other_key);
    journal_write(d->j, 1, "theirs", 6);
    wait_for(d, 1);
    d->j = journal_free(d->j);
    open_with(d, key);
    assert_int_equal(d->found.n_foreign, 1);
    assert_int_equal(d->found.n_files, 0);
    journal_forget_leftovers(d->j);
    d->j = journal_free(d->j);
    assert_int_equal(d->left.len, 0);
    assert_int_equal(count_files(d, NULL, 0), 1);
}

static void a_living_process_keeps_its_file(void **state)
{
    struct disk *d = *state;
    open_with(d, key);
    journal_write(d->j, 1, "one", 3);
    wait_for(d, 1);
    struct journal *living = d->j;
    open_with(d, key); /* its file is locked */
    journal_free(living);
    assert_int_equal(d->found.n_files, 0);
    assert_int_equal(d->left.len, 0);
}

static void leftovers_go_when_they_are_written_anew(void **state)
{
    struct disk *d = *state;
    open_with(d, key);
    journal_write(d->j, 1, "one", 3);
    wait_for(d, 1);
    d->j = journal_free(d->j);
    open_with(d, key);
    journal_write(d->j, 7, "one", 3);
    journal_forget_leftovers(d->j);
    wait_for(d, 1);
    d->j = journal_free(d->j);
    assert_int_equal(count_files(d, NULL, 0), 1);
    open_with(d, key);
    assert_string_equal(buf_text(&d->left), "one;");
}

static void a_folder_that_cannot_be_written_is_said(void **state)
{
    struct disk *d = *state;
    open_with(d, key);
    rmdir(d->dir);
    journal_write(d->j, 1, "one", 3);
    wait_for(d, 1);
    assert_int_equal(d->n_failed, 1);
    mkdir(d->dir, 0700);
    journal_write(d->j, 2, "two", 3);
    wait_for(d, 2);
    assert_int_equal(d->n_failed, 1);
}

/* What is said to be saved must come back: not into a file that has lost a piece before it. */
static void after_a_sync_that_failed_a_new_file_begins(void **state)
{
    struct disk *d = *state;
    open_with(d, key);
    atomic_store(&disk_fails, true);
    journal_write(d->j, 1, "one", 3);
    wait_for(d, 1);
    assert_int_equal(d->n_failed, 1);
    atomic_store(&disk_fails, false);
    journal_write(d->j, 2, "two", 3);
    wait_for(d, 2);
    assert_int_equal(d->n_failed, 1);
    d->j = journal_free(d->j);
    open_with(d, key);
    assert_string_equal(buf_text(&d->left), "two;");
}

/* What cannot be read now is not thrown away for it. */
static void a_file_that_cannot_be_read_stays(void **state)
{
    struct disk *d = *state;
    open_with(d, key);
    journal_write(d->j, 1, "one", 3);
    wait_for(d, 1);
    d->j = journal_free(d->j);
    atomic_store(&reading_fails, true);
    open_with(d, key);
    atomic_store(&reading_fails, false);
    assert_int_equal(d->found.n_files, 0);
    journal_forget_leftovers(d->j);
    d->j = journal_free(d->j);
    open_with(d, key);
    assert_string_equal(buf_text(&d->left), "one;");
}

/* Signing out and in again at once, on a slow disk: nothing waits, and nothing is missed. */
static void a_closed_journal_finishes_before_the_next_one_reads(void **state)
{
    struct disk *d = *state;
    open_with(d, key);
    for (uint64_t id = 1; id <= 20; id++)
        journal_write(d->j, id, "one", 3);
    struct journal *closed = journal_close(d->j);
    open_after(d, key, closed);
    assert_int_equal(d->found.n_entries, 20);
    assert_int_equal(d->found.n_files, 1);
    assert_int_equal(d->n, 0); /* and nobody was called for it */
}

/* Nor is it for ever: once it is put right, what is written is kept. */
static void a_folder_of_somebody_else_is_not_used(void **state)
{
    struct disk *d = *state;
    char inner[80], file[96];
    snprintf(inner, sizeof inner, "%s/file", d->dir);
    snprintf(file, sizeof file, "%s", inner);
    FILE *f = fopen(file, "w");
    fclose(f);
    char dir[64];
    memcpy(dir, d->dir, sizeof dir);
    snprintf(d->dir, sizeof d->dir, "%.50s/file", dir);
    open_with(d, key);
    assert_int_equal(d->found.code, ERR_FORBIDDEN);
    journal_write(d->j, 1, "one", 3);
    wait_for(d, 1);
    assert_int_equal(d->n_failed, 1);
    assert_int_equal(remove(file), 0);
    assert_int_equal(mkdir(file, 0700), 0);
    journal_write(d->j, 2, "two", 3);
    wait_for(d, 2);
    assert_int_equal(d->n_failed, 1);
    d->j = journal_free(d->j);
    open_with(d, key);
    assert_string_equal(buf_text(&d->left), "two;");
    memcpy(d->dir, dir, sizeof dir);
}

/* --- writes as JSON --- */

static void check_write(struct ws_write *w)
{
    struct buf frame = {0};
    struct ws_write back;
    struct err err = {0};
    (void)snprintf(w->key, sizeof w->key, "%s", "0123456789abcdef0123456789abcdef");
    (void)snprintf(w->offer_id, sizeof w->offer_id, "%s", "offer-1");
    w->fence = INT64_C(9007199254740991);
    write_json_frame(w, &frame);
    assert_false(frame.failed);
    assert_int_equal(write_json_read(buf_text(&frame), frame.len, &back, &err), ERR_OK);
    assert_int_equal(back.kind, w->kind);
    assert_string_equal(back.key, w->key);
    assert_string_equal(back.offer_id, w->offer_id);
    assert_true(back.fence == w->fence);
    assert_string_equal(back.call_id, w->call_id);
    assert_string_equal(back.code, w->code);
    assert_true(back.chosen_utc_s == w->chosen_utc_s);
    assert_true(back.callback_utc_s == w->callback_utc_s);
    assert_int_equal(back.has_callback, w->has_callback);
    assert_int_equal(back.callback.date.day, w->callback.date.day);
    assert_int_equal(back.callback.minute_of_day, w->callback.minute_of_day);
    assert_string_equal(back.callback.zone, w->callback.zone);
    assert_string_equal(back.callback.phone, w->callback.phone);
    assert_int_equal(back.callback.route_to_me, w->callback.route_to_me);
    assert_true(back.callback.fallback_utc_s == w->callback.fallback_utc_s);
    assert_true(back.happened_utc_s == w->happened_utc_s);
    assert_string_equal(back.about_offer_id, w->about_offer_id);
    assert_int_equal(back.wish, w->wish);
    assert_memory_equal(&back.event, &w->event, sizeof back.event);
    assert_true(!back.response == !w->response);
    if (w->response)
        assert_string_equal(back.response, w->response);
    if (w->note)
        assert_string_equal(back.note, w->note);
    ws_write_deinit(&back);
    buf_free(&frame);
}

static void every_kind_of_write_comes_back_as_it_was(void **state)
{
    (void)state;
    char response[] = "{\"item\":[{\"answer\":[{\"valueDecimal\":37.50}]}]}";
    char note_text[] = "called back \"later\"\nsaid \u00e9t\u00e9";
    check_write(&(struct ws_write){.kind = WS_WRITE_END});
    for (unsigned wish = WS_WISH_NUMBER; wish < WS_WISH_COUNT; wish++)
        check_write(&(struct ws_write){
            .kind = WS_WRITE_WISH, .wish = (enum ws_wish)wish, .chosen_utc_s = 1800000000});
    check_write(&(struct ws_write){.kind = WS_WRITE_INCIDENT,
                                   .note = note_text,
                                   .chosen_utc_s = 1800000000,
                                   .happened_utc_s = 1799990000,
                                   .about_offer_id = "offer-9"});
    check_write(
        &(struct ws_write){.kind = WS_WRITE_RESPONSE, .response = response, .completed = true});
    check_write(&(struct ws_write){.kind = WS_WRITE_WRAPUP,
                                   .code = "rescheduled",
                                   .note = note_text,
                                   .chosen_utc_s = 1800000000,
                                   .callback_utc_s = 1800003600});
    check_write(&(struct ws_write){
        .kind = WS_WRITE_WRAPUP,
        .code = "rescheduled",
        .chosen_utc_s = 1800000000,
        .has_callback = true,
        .callback = {.date = {2027, 1, 16},
                     .minute_of_day = 9 * 60 + 5,
                     .zone = "Europe/London",
                     .phone = "+32475999888",
                     .route_to_me = true,
                     .fallback_utc_s = 1800090000}
    });
    check_write(
        &(struct ws_write){.kind = WS_WRITE_CORRECT, .code = "busy", .chosen_utc_s = 1800000000});
    check_write(&(struct ws_write){
        .kind = WS_WRITE_CORRECT,
        .code = "rescheduled",
        .chosen_utc_s = 1800000000,
        .has_callback = true,
        .callback = {.date = {2027, 1, 16}, .minute_of_day = 9 * 60 + 5, .phone = "+32475999888"}
    });
    check_write(&(struct ws_write){
        .kind = WS_WRITE_CALL_EVENT,
        .call_id = "call-1",
        .sip_call_id = "abc@host",
        .event = {.seq = 4,
                  .at_utc_s = 1800000000,
                  .kind = CALL_EV_END,
                  .end = CALL_END_BUSY,
                  .sip_status = 486,
                  .text = "Busy Here"}
    });
}

static void a_response_is_sent_with_the_digits_that_were_typed(void **state)
{
    (void)state;
    char response[] = "{\"item\":[{\"answer\":[{\"valueDecimal\":37.50}]}]}";
    const struct ws_write w = {
        .kind = WS_WRITE_RESPONSE, .offer_id = "offer-1", .response = response};
    struct write_request r;
    assert_true(write_json_request(&w, 7, 3, &r));
    assert_string_equal(buf_text(&r.path), "/v1/offers/offer-1/response");
    assert_string_equal(r.method, "PUT");
    assert_non_null(strstr(buf_text(&r.body), "37.50"));
    assert_non_null(strstr(buf_text(&r.body), "\"base_version\":3"));
    assert_non_null(strstr(buf_text(&r.body), "\"fence\":7"));
    write_request_deinit(&r);
}

static void a_broken_line_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {"",
                                        "{}",
                                        "[]",
                                        "{\"kind\":\"end\"}",
                                        "{\"kind\":\"none\",\"key\":\"a\",\"offer_id\":\"b\"}",
                                        "{\"kind\":\"wrapup\",\"key\":\"a\",\"offer_id\":\"b\"}"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct ws_write w;
        assert_int_not_equal(write_json_read(lines[i], strlen(lines[i]), &w, NULL), ERR_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_segment_gives_what_is_not_done),
        cmocka_unit_test(a_segment_cut_at_any_byte_gives_the_whole_frames_before),
        cmocka_unit_test(a_changed_byte_anywhere_never_gives_changed_text),
        cmocka_unit_test(another_key_is_told_from_damage),
        cmocka_unit_test(the_text_is_not_in_the_file),
        cmocka_unit_test_setup_teardown(what_was_written_comes_back_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_and_folder_are_for_the_agent_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_whose_writes_are_done_goes_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_files_of_another_login_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_living_process_keeps_its_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leftovers_go_when_they_are_written_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_written_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_a_sync_that_failed_a_new_file_begins, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_closed_journal_finishes_before_the_next_one_reads, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_folder_of_somebody_else_is_not_used, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_stays, set_up, tear_down),
        cmocka_unit_test(every_kind_of_write_comes_back_as_it_was),
        cmocka_unit_test(a_response_is_sent_with_the_digits_that_were_typed),
        cmocka_unit_test(a_broken_line_is_refused),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
