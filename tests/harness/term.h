/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A program on a terminal that a test can read and type on: a pty whose far end is libvterm, which
 * draws what an xterm would and answers its queries.
 *
 *     struct term *t = term_start(&(struct term_opts){
 *         .spawn = {.argv = (const char *const[]){"./pupitre", "--demo", NULL}, .home = dir}});
 *     assert_screen_shows(t, "Waiting");
 *     term_send_keys(t, "hello<Enter><F1>");
 *     assert_golden(t, "help_80x24", 0);
 *     t = term_close(t);
 *
 * Nothing here sleeps: a wait ends when its claim is true, when the program is gone, or at its
 * deadline. Text is UTF-8. Rows and columns count from 0. The program's output is read only while
 * one of these functions runs; a program whose terminal is not read stops at about 64 KiB. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/harness/spawn.h"

struct term;

/* For waits that should nearly always be short: long enough for a loaded machine under ASan. */
#define TERM_DEADLINE_MS 20000

struct term_opts {
    struct spawn spawn;
    int rows; /* 0 = 24 */
    int cols; /* 0 = 80 */
};

/* One cell as it is seen. Colours: -1 = the terminal's default, 0..255 = palette,
 * TERM_RGB | 0xRRGGBB = direct. */
#define TERM_RGB 0x1000000
struct term_cell {
    char text[32]; /* the character with its combining marks; " " when empty; "" = right half */
    int width;
    int fg;
    int bg;
    bool bold;
    bool underline;
    bool italic;
    bool blink;
    bool reverse;
};

/* Start a program. Never NULL: the test program ends with a message if the machine refuses. */
struct term *term_start(const struct term_opts *opts);

/* Kill the program's whole session group, reap it, free everything. NULL allowed; returns NULL. */
struct term *term_close(struct term *t);

/* --- waiting; all return false at the deadline or when the program is gone without it --- */

/* Until a row contains the text. */
bool term_wait_text(struct term *t, const char *text, int deadline_ms);
/* Until no row contains the text. */
bool term_wait_gone(struct term *t, const char *text, int deadline_ms);
/* Until the title (OSC 0 or 2) contains the text. */
bool term_wait_title(struct term *t, const char *text, int deadline_ms);
/* Until the bell has rung at least `count` times since the start. */
bool term_wait_bells(struct term *t, int count, int deadline_ms);
/* Until the claim holds; it is asked again whenever something was painted. */
bool term_wait(struct term *t, bool (*claim)(struct term *t, void *arg), void *arg,
               int deadline_ms);
/* Until nothing was painted for quiet_ms. Only for counting bytes and writing golden files. */
bool term_wait_quiet(struct term *t, int quiet_ms, int deadline_ms);
/* Until the program has ended. *ret_status: 0..255 = its exit status, -N = signal N ended it. */
bool term_wait_exit(struct term *t, int *ret_status, int deadline_ms);

/* --- typing --- */

/* Type text and named keys: "jan<Tab>secret<Enter>". Names: Enter Tab Esc Backspace Space Up Down
 * Left Right Home End PageUp PageDown Insert Delete F1..F24, lt for "<"; with modifiers S- (shift),
 * C- (control), M- (alt): <C-c>, <S-Tab>, <M-x>. <Esc> must be the last key of a call: wait for
 * what it does before the next one, or the program rightly takes the pair for an Alt key. An
 * unknown name ends the test program. */
void term_send_keys(struct term *t, const char *keys);
/* Paste text: in brackets if the program has asked for that (DEC mode 2004), else as typed. */
void term_paste(struct term *t, const char *text);
/* Bytes as they are. */
void term_send_bytes(struct term *t, const char *bytes, size_t len);

/* --- reading; term_text and the waits take in what the program has written, the others show the
 * screen as it was then --- */

/* The whole screen: rows without trailing blanks, each with '\n'. Borrowed until the next call. */
const char *term_text(struct term *t);
/* One row without trailing blanks. Borrowed until the next call. */
const char *term_row(struct term *t, int row);
/* Where the text stands first: true and *ret_row, *ret_col (columns, not bytes). */
bool term_find(struct term *t, const char *text, int *ret_row, int *ret_col);
void term_cell(struct term *t, int row, int col, struct term_cell *ret_cell);
void term_cursor(struct term *t, int *ret_row, int *ret_col, bool *ret_visible);
const char *term_title(struct term *t);
int term_bells(struct term *t);
/* Bytes that the program has written to the terminal since the start. */
uint64_t term_bytes(struct term *t);
/* The bytes themselves; the oldest are forgotten beyond a mebibyte. Borrowed until the next call.
 */
const char *term_raw(struct term *t, size_t *ret_len);
/* Bytes that were typed, pasted or answered to the program since the start. */
uint64_t term_sent(const struct term *t);
bool term_on_alternate_screen(struct term *t);
int term_rows(const struct term *t);
int term_cols(const struct term *t);
/* The pty is in raw or cbreak mode, i.e. nobody has restored it (asked at its far end). */
bool term_is_raw(struct term *t);

/* --- the program and its terminal --- */

pid_t term_pid(const struct term *t);
/* Its near end, only to poll for output: benchmarks note when the first byte comes. */
int term_fd(const struct term *t);
void term_resize(struct term *t, int rows, int cols);
/* A signal to the program alone. */
void term_kill(struct term *t, int signal);
/* The terminal goes away (a closed window, a lost line): SIGHUP from the kernel. The last screen
 * can still be read. */
void term_hangup(struct term *t);

/* --- claims for cmocka: on failure the screen is printed --- */

#define assert_screen_shows(t, text) term_assert_shows_(t, text, true, __FILE__, __LINE__)
#define assert_screen_drops(t, text) term_assert_shows_(t, text, false, __FILE__, __LINE__)
#define assert_term_exits(t, status) term_assert_exits_(t, status, __FILE__, __LINE__)

void term_assert_shows_(struct term *t, const char *text, bool shown, const char *file, int line);
void term_assert_exits_(struct term *t, int status, const char *file, int line);
