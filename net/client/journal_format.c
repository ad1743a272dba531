/* SPDX-License-Identifier: Apache-2.0 */
/* A segment as bytes. The stream is one secretstream: a frame cannot be cut out, moved or put in
 * from elsewhere; only the end can be missing. */

#include "net/client/journal_format.h"

#include <stdlib.h>
#include <string.h>

#define ABYTES crypto_secretstream_xchacha20poly1305_ABYTES
#define ID_BYTES 8

static void key_mark(const unsigned char key[JOURNAL_KEY_BYTES],
                     unsigned char mark[JOURNAL_MARK_BYTES])
{
    static const unsigned char what[] = "pupitre journal: whose key";
    crypto_generichash(mark, JOURNAL_MARK_BYTES, what, sizeof what - 1, key, JOURNAL_KEY_BYTES);
}

static void put_le(unsigned char *dst, uint64_t n, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        dst[i] = (unsigned char)(n >> (8 * i));
}

static uint64_t get_le(const unsigned char *src, size_t bytes)
{
    uint64_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n |= (uint64_t)src[i] << (8 * i);
    return n;
}

void journal_format_begin(crypto_secretstream_xchacha20poly1305_state *state,
                          const unsigned char key[JOURNAL_KEY_BYTES], struct buf *out)
{
    unsigned char mark[JOURNAL_MARK_BYTES];
    unsigned char header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
    key_mark(key, mark);
    crypto_secretstream_xchacha20poly1305_init_push(state, header, key);
    buf_add(out, JOURNAL_MAGIC, sizeof JOURNAL_MAGIC - 1);
    buf_add(out, mark, sizeof mark);
    buf_add(out, header, sizeof header);
}

void journal_format_add(crypto_secretstream_xchacha20poly1305_state *state, char kind, uint64_t id,
                        const char *text, size_t len, struct buf *out)
{
    size_t plain_len = 1 + ID_BYTES + len;
    size_t frame_len = 4 + plain_len + ABYTES;
    unsigned char *plain = malloc(plain_len);
    unsigned char *frame = malloc(frame_len);
    if (plain && frame) {
        plain[0] = (unsigned char)kind;
        put_le(plain + 1, id, ID_BYTES);
        if (len)
            memcpy(plain + 1 + ID_BYTES, text, len);
        put_le(frame, plain_len + ABYTES, 4);
        crypto_secretstream_xchacha20poly1305_push(state, frame + 4, NULL, plain, plain_len, NULL,
                                                   0,
                                                   crypto_secretstream_xchacha20poly1305_TAG_PUSH);
        buf_add(out, frame, frame_len);
    } else {
        out->failed = true;
    }
    if (plain)
        sodium_memzero(plain, plain_len);
    free(plain);
    free(frame);
}

/* --- reading --- */

/* The plain bytes of one segment, frame after frame. */
struct plain {
    struct frame {
        char kind;
        bool done;
        uint64_t id;
        char *text;
        size_t len;
    } * frames;
    size_t n, cap;
};

static void free_plain(struct plain *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->frames[i].text)
            sodium_memzero(p->frames[i].text, p->frames[i].len);
        free(p->frames[i].text);
    }
    free(p->frames);
}

static bool keep_frame(struct plain *p, const unsigned char *bytes, size_t len)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 32;
        struct frame *more = realloc(p->frames, cap * sizeof *more);
        if (!more)
            return false;
        p->frames = more;
        p->cap = cap;
    }
    struct frame f = {
        .kind = (char)bytes[0], .id = get_le(bytes + 1, ID_BYTES), .len = len - 1 - ID_BYTES};
    f.text = malloc(f.len + 1);
    if (!f.text)
        return false;
    memcpy(f.text, bytes + 1 + ID_BYTES, f.len);
    f.text[f.len] = '\0';
    p->frames[p->n++] = f;
    return true;
}

static void strike_done(struct plain *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->frames[i].kind != 'd')
            continue;
        for (size_t k = 0; k < i; k++)
            if (p->frames[k].kind == 'w' && p->frames[k].id == p->frames[i].id)
                p->frames[k].done = true;
    }
}

/* One frame at *at; moves *at behind it. JOURNAL_WHOLE means: go on. */
static enum journal_verdict read_frame(crypto_secretstream_xchacha20poly1305_state *state,
                                       const unsigned char *bytes, size_t len, size_t *at,
                                       struct plain *p)
{
    if (len - *at < 4)
        return JOURNAL_DAMAGED;
    size_t cipher_len = (size_t)get_le(bytes + *at, 4);
    if (cipher_len < 1 + ID_BYTES + ABYTES || cipher_len > JOURNAL_FRAME_MAX ||
        cipher_len > len - *at - 4)
        return JOURNAL_DAMAGED;
    size_t plain_len = cipher_len - ABYTES;
    unsigned char *plain = malloc(plain_len);
    if (!plain)
        return JOURNAL_NOMEM;
    unsigned char tag;
    enum journal_verdict verdict = JOURNAL_WHOLE;
    if (crypto_secretstream_xchacha20poly1305_pull(state, plain, NULL, &tag, bytes + *at + 4,
                                                   cipher_len, NULL, 0) != 0)
        verdict = JOURNAL_DAMAGED;
    else if (!keep_frame(p, plain, plain_len))
        verdict = JOURNAL_NOMEM;
    sodium_memzero(plain, plain_len);
    free(plain);
    *at += 4 + cipher_len;
    return verdict;
}

enum journal_verdict journal_format_read(const unsigned char *bytes, size_t len,
                                         const unsigned char key[JOURNAL_KEY_BYTES],
                                         journal_entry_fn *entry, void *arg)
{
    const size_t magic = sizeof JOURNAL_MAGIC - 1;
    unsigned char mark[JOURNAL_MARK_BYTES];
    key_mark(key, mark);
    size_t known = len < magic ? len : magic;
    if (memcmp(bytes, JOURNAL_MAGIC, known) != 0)
        return JOURNAL_FOREIGN;
    if (len >= magic + sizeof mark && sodium_memcmp(bytes + magic, mark, sizeof mark) != 0)
        return JOURNAL_FOREIGN;
    crypto_secretstream_xchacha20poly1305_state state;
    if (len < JOURNAL_HEAD_BYTES || crypto_secretstream_xchacha20poly1305_init_pull(
                                        &state, bytes + magic + sizeof mark, key) != 0)
        return JOURNAL_DAMAGED; /* the process died while it made the file */

    struct plain p = {0};
    enum journal_verdict verdict = JOURNAL_WHOLE;
    size_t at = JOURNAL_HEAD_BYTES;
    while (at < len && verdict == JOURNAL_WHOLE)
        verdict = read_frame(&state, bytes, len, &at, &p);
    strike_done(&p);
    for (size_t i = 0; i < p.n; i++)
        if (p.frames[i].kind == 'w' && !p.frames[i].done)
            entry(p.frames[i].text, p.frames[i].len, arg);
    free_plain(&p);
    sodium_memzero(&state, sizeof state);
    return verdict;
}
