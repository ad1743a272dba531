/* SPDX-License-Identifier: Apache-2.0 */
/* Keys from bytes.
 *
 * Not curses' own reader: that gives the bytes of a key it does not know as single letters, and so
 * do a torn key, a mouse event or an answer of the terminal; and it reads byte by byte. */

#include "tui/keys.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "core/utf8.h"
#include "tui/sequences.h"

#define ESC 0x1b
#define ESC_WAIT_MS 25   /* a key's own bytes come closer together than this */
#define TORN_MS 1000     /* ... but a slow line may tear them so far apart */
#define SEQUENCE_MS 2000 /* from byte to byte of a key that has begun for certain */
#define STRING_MS 500    /* from byte to byte of an answer */
#define PASTE_END_MS 500 /* silence after Esc that ends a paste */
#define STRING_MAX 4096  /* bytes of an answer */
#define BLOCK 4096       /* bytes */
#define BLOCKS_AT_ONCE 4 /* per keys_begin() */

#define MORE (-2)  /* a step took its byte, and there is no key yet */
#define AGAIN (-3) /* a step did not want its byte: it begins something else */

enum state {
    GROUND,
    CHARACTER, /* in the middle of UTF-8 */
    ESCAPE,    /* after Esc */
    CSI,       /* ECMA-48 5.4 */
    CSI_LINUX, /* after "Esc [ [", the Linux console's F1 to F5 */
    SS3,       /* one more byte */
    STRING,    /* OSC, DCS, SOS, PM, APC: up to BEL or ST (ECMA-48 5.6) */
    MOUSE,     /* three raw bytes after "Esc [ M" */
};

struct keys {
    int fd;
    bool utf8;
    int64_t (*now_ms)(void *arg);
    void *arg;
    bool gone;
    uint64_t bytes;

    unsigned char block[BLOCK];
    size_t at, len; /* in the block */
    int blocks;     /* that may still be read */

    enum state state;
    bool dropped; /* the sequence presses nothing: its Esc has acted already, or it has two */
    bool pasting;
    char seen[32];   /* the sequence or character so far */
    size_t n_seen;   /* may exceed what is kept */
    int64_t last_ms; /* of the last byte */
    int64_t esc_ms;  /* of the last Esc that stood alone; -TORN_MS = long ago */
    mbstate_t shift; /* of the locale's charset */

    struct sequences known;
};

/* --- one byte after the other --- */

static void enter(struct keys *k, enum state state)
{
    k->state = state;
    if (state == GROUND) {
        k->n_seen = 0;
        k->dropped = false;
    }
}

static void keep(struct keys *k, unsigned char byte)
{
    if (k->n_seen < sizeof k->seen)
        k->seen[k->n_seen] = (char)byte;
    k->n_seen++;
}

/* A sequence is whole: the key that it is, if anybody knows it. */
static int finish(struct keys *k)
{
    static const char begin[] = "\033[200~", end[] = "\033[201~";
    int known = 0;
    bool pasting = k->pasting;
    if (k->n_seen == sizeof begin - 1 && memcmp(k->seen, begin, k->n_seen) == 0)
        k->pasting = true;
    else if (k->n_seen == sizeof end - 1 && memcmp(k->seen, end, k->n_seen) == 0)
        k->pasting = false;
    else if (!pasting && !k->dropped && k->n_seen <= sizeof k->seen)
        known = sequences_find(&k->known, k->seen, k->n_seen);
    enter(k, GROUND);
    return known ? KEY_BASE + known : MORE;
}

/* A character that was typed or pasted. */
static int character(struct keys *k, uint32_t c)
{
    enter(k, GROUND);
    if (c == 0x9b) { /* CSI in eight bits */
        k->seen[0] = ESC;
        k->seen[1] = '[';
        k->n_seen = 2;
        enter(k, CSI);
        return MORE;
    }
    bool control = c < ' ' || (c >= 0x7f && c < 0xa0);
    bool known = k->pasting ? c == '\r' || c == '\n' || c == '\t' : c != 0 && c < 0x80;
    return control && !known ? MORE : (int)c;
}

static int step_character(struct keys *k, unsigned char byte)
{
    uint32_t c;
    if ((byte & 0xc0) != 0x80) { /* what began before was none */
        enter(k, GROUND);
        return AGAIN;
    }
    keep(k, byte);
    size_t wanted = (unsigned char)k->seen[0] >= 0xf0   ? 4
                    : (unsigned char)k->seen[0] >= 0xe0 ? 3
                                                        : 2;
    if (k->n_seen < wanted)
        return MORE;
    if (utf8_decode(k->seen, k->n_seen, &c))
        return character(k, c);
    enter(k, GROUND);
    return MORE;
}

/* A byte beyond ASCII. */
static int step_high(struct keys *k, unsigned char byte)
{
    if (k->utf8) {
        if (byte < 0xc2 || byte > 0xf4)
            return MORE; /* begins no character */
        keep(k, byte);
        enter(k, CHARACTER);
        return MORE;
    }
    wchar_t c;
    const char one = (char)byte;
    size_t n = mbrtowc(&c, &one, 1, &k->shift);
    if (n == 1)
        return character(k, (uint32_t)c);
    if (n == (size_t)-1)
        memset(&k->shift, 0, sizeof k->shift);
    return MORE;
}

/* The letter after a torn "O" came with it: a person who types "O" has not typed the next letter
 * yet. */
static bool is_torn_ss3(const struct keys *k)
{
    unsigned char next = k->at < k->len ? k->block[k->at] : 0;
    return (next >= 'A' && next <= 'S') || (next >= 'j' && next <= 'y');
}

static int step_ground(struct keys *k, unsigned char byte, int64_t now)
{
    bool torn = !k->pasting && now - k->esc_ms < TORN_MS;
    k->esc_ms = now - TORN_MS;
    enum state state = byte == ESC                             ? ESCAPE
                       : torn && byte == '['                   ? CSI
                       : torn && byte == ']'                   ? STRING
                       : torn && byte == 'O' && is_torn_ss3(k) ? SS3
                                                               : GROUND;
    if (state == GROUND)
        return byte < 0x80 ? character(k, byte) : step_high(k, byte);
    keep(k, ESC);
    k->dropped = state != ESCAPE;
    if (k->dropped)
        keep(k, byte);
    enter(k, state);
    return MORE;
}

static int step_escape(struct keys *k, unsigned char byte)
{
    if (byte == ESC && k->n_seen == 1) {
        /* Twice: typed so, or the Alt key of some terminals before a key. */
        k->dropped = k->at < k->len && (k->block[k->at] == '[' || k->block[k->at] == 'O');
        return k->dropped || k->pasting ? MORE : ESC;
    }
    keep(k, byte);
    if (k->n_seen == 2) {
        if (byte == '[')
            enter(k, CSI);
        else if (byte == 'O')
            enter(k, SS3);
        else if (memchr("]PX^_", byte, 5))
            enter(k, STRING);
        if (k->state != ESCAPE)
            return MORE;
    }
    if (sequences_find(&k->known, k->seen, k->n_seen))
        return finish(k);
    if (!sequences_has_begun(&k->known, k->seen, k->n_seen)) /* an Alt key */
        enter(k, GROUND);
    return MORE;
}

static int step_csi(struct keys *k, unsigned char byte)
{
    if (byte < ' ' || byte > 0x7e) { /* broken off */
        enter(k, GROUND);
        return AGAIN;
    }
    keep(k, byte);
    if (byte < 0x40)
        return MORE;
    if (byte == '[' && k->n_seen == 3)
        enter(k, CSI_LINUX);
    else if (byte == 'M' && k->n_seen == 3)
        enter(k, MOUSE);
    else
        return finish(k);
    return MORE;
}

static int step_string(struct keys *k, unsigned char byte)
{
    keep(k, byte);
    if (byte == 0x07 || k->n_seen > STRING_MAX) {
        enter(k, GROUND);
        return MORE;
    }
    if (byte >= ' ' || byte == '\t')
        return MORE;
    enter(k, GROUND); /* ST is an Alt key, which means nothing either */
    return AGAIN;
}

static int step(struct keys *k, unsigned char byte, int64_t now)
{
    switch (k->state) {
    case GROUND:
        return step_ground(k, byte, now);
    case CHARACTER:
        return step_character(k, byte);
    case ESCAPE:
        return step_escape(k, byte);
    case CSI:
        return step_csi(k, byte);
    case CSI_LINUX:
    case SS3:
        if (byte < ' ') {
            enter(k, GROUND);
            return AGAIN;
        }
        keep(k, byte);
        return finish(k);
    case STRING:
        return step_string(k, byte);
    case MOUSE:
        keep(k, byte);
        if (k->n_seen == 6)
            enter(k, GROUND);
        return MORE;
    }
    return MORE;
}

/* What has begun and was never ended is forgotten after a while. */
static void forget_late(struct keys *k, int64_t now)
{
    int64_t silent_ms = now - k->last_ms;
    if (k->state == ESCAPE && k->pasting) {
        if (silent_ms >= PASTE_END_MS) {
            k->pasting = false;
            enter(k, GROUND);
        }
        return;
    }
    if (silent_ms >= (k->state == STRING ? STRING_MS : SEQUENCE_MS))
        enter(k, GROUND);
}

/* --- reading --- */

static int64_t system_ms(void *arg)
{
    struct timespec ts;
    (void)arg;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool is_ready(struct keys *k, int wait_ms)
{
    struct pollfd p = {.fd = k->fd, .events = POLLIN};
    int n = poll(&p, 1, wait_ms);
    if (n > 0 && !(p.revents & POLLIN))
        k->gone = true; /* POLLHUP, POLLERR, POLLNVAL: nothing to read, never again */
    return n > 0 && !k->gone;
}

static bool refill(struct keys *k)
{
    ssize_t n = read(k->fd, k->block, sizeof k->block);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0) {
        k->gone = true;
        return false;
    }
    k->at = 0;
    k->len = (size_t)n;
    k->bytes += (uint64_t)n;
    return true;
}

static bool has_byte(struct keys *k)
{
    if (k->at < k->len)
        return true;
    if (k->gone || k->blocks == 0 || !is_ready(k, 0))
        return false;
    k->blocks--;
    return refill(k);
}

static bool is_after_esc(const struct keys *k)
{
    return k->state == ESCAPE && k->n_seen == 1 && !k->pasting;
}

/* The rest of a key comes at once, also when enough has been read for now. */
static bool has_rest(struct keys *k)
{
    return is_after_esc(k) && is_ready(k, ESC_WAIT_MS) && refill(k);
}

int keys_next(struct keys *k, bool *ret_pasted)
{
    *ret_pasted = false;
    for (;;) {
        if (!has_byte(k) && !has_rest(k)) {
            if (k->gone || !is_after_esc(k))
                return KEYS_NONE;
            enter(k, GROUND);
            k->esc_ms = k->now_ms(k->arg);
            return ESC;
        }
        int64_t now = k->now_ms(k->arg);
        forget_late(k, now);
        k->last_ms = now;
        unsigned char byte = k->block[k->at++];
        int key;
        while ((key = step(k, byte, now)) == AGAIN)
            ;
        *ret_pasted = k->pasting;
        if (key >= 0)
            return key;
    }
}

struct keys *keys_new(int fd, bool utf8, int64_t (*now_ms)(void *arg), void *arg)
{
    struct keys *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->fd = fd;
    k->utf8 = utf8;
    k->now_ms = now_ms ? now_ms : system_ms;
    k->arg = arg;
    k->last_ms = k->now_ms(arg);
    k->esc_ms = k->last_ms - TORN_MS;
    sequences_learn(&k->known);
    keys_begin(k);
    return k;
}

struct keys *keys_free(struct keys *k)
{
    if (k)
        explicit_bzero(k, sizeof *k);
    free(k);
    return NULL;
}

void keys_begin(struct keys *k)
{
    k->blocks = BLOCKS_AT_ONCE;
}

bool keys_is_pasting(const struct keys *k)
{
    return k->pasting && !(k->state == ESCAPE && k->now_ms(k->arg) - k->last_ms >= PASTE_END_MS);
}

bool keys_is_gone(const struct keys *k)
{
    return k->gone;
}

uint64_t keys_bytes(const struct keys *k)
{
    return k->bytes;
}
