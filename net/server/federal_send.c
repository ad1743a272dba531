/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that talks to the federal side. */

#include "net/server/federal_send.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <curl/curl.h>
#include <sodium.h>

#define CONNECT_TIMEOUT_MS 10000L
#define REPLY_GIVE_UP ((size_t)1024 * 1024) /* whoever sends more is not listened to any longer */

struct list {
    struct federal_put *head;
    struct federal_put **tail;
};

struct federal_send {
    struct federal_send_options options;
    pthread_t thread;
    bool has_thread;
    CURLM *multi;
    struct list running; /* the thread's */
    int fd;
    pthread_mutex_t mutex; /* of what follows */
    char *authorization;   /* FEDERAL_SECRET_MAX bytes of sodium's memory */
    struct list todo;
    struct list finished;
    bool stopping;
};

static void list_init(struct list *l)
{
    l->head = NULL;
    l->tail = &l->head;
}

static void push(struct list *l, struct federal_put *p)
{
    p->next = NULL;
    *l->tail = p;
    l->tail = &p->next;
}

static struct federal_put *pop(struct list *l)
{
    struct federal_put *p = l->head;
    if (p) {
        l->head = p->next;
        if (!l->head)
            l->tail = &l->head;
    }
    return p;
}

static void drop(struct list *l, struct federal_put *p)
{
    struct federal_put **at = &l->head;
    while (*at && *at != p)
        at = &(*at)->next;
    if (*at)
        *at = p->next;
    for (l->tail = &l->head; *l->tail; l->tail = &(*l->tail)->next)
        ;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct federal_put *p = arg;
    const size_t len = size * n;
    if (p->reply.len + len > FEDERAL_ANSWER_MAX)
        p->reply_too_large = true;
    else
        buf_add(&p->reply, data, len);
    if (p->reply.len + len > REPLY_GIVE_UP || p->reply.failed)
        return 0;
    return len;
}

/* The value of a header when the line is this one's. */
static bool header_is(const char *line, size_t len, const char *name, const char **ret,
                      size_t *ret_len)
{
    const size_t n = strlen(name);
    if (len <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
        return false;
    line += n + 1;
    len -= n + 1;
    while (len > 0 && (*line == ' ' || *line == '\t'))
        line++, len--;
    while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n' || line[len - 1] == ' '))
        len--;
    *ret = line;
    *ret_len = len;
    return true;
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
    struct federal_put *p = arg;
    const size_t len = size * n;
    const char *v;
    size_t v_len;
    if (len > 5 && memcmp(line, "HTTP/", 5) == 0) { /* of the last answer only, not of a 100 */
        p->has_etag = false;
        p->location[0] = '\0';
    } else if (header_is(line, len, "ETag", &v, &v_len)) {
        p->has_etag = v_len > 0;
    } else if ((header_is(line, len, "Location", &v, &v_len) ||
                header_is(line, len, "Content-Location", &v, &v_len)) &&
               v_len < sizeof p->location) {
        memcpy(p->location, v, v_len);
        p->location[v_len] = '\0';
    }
    return len;
}

static bool add_header(struct curl_slist **list, const char *header)
{
    struct curl_slist *more = curl_slist_append(*list, header);
    if (more)
        *list = more;
    return more != NULL;
}

static bool make_headers(struct federal_send *s, struct federal_put *p)
{
    struct curl_slist *list = NULL;
    bool made = add_header(&list, "Content-Type: application/fhir+json") &&
                add_header(&list, "Accept: application/fhir+json") &&
                add_header(&list, "Prefer: return=minimal") && add_header(&list, "Expect:");
    pthread_mutex_lock(&s->mutex);
    if (s->authorization[0])
        made = made && add_header(&list, s->authorization);
    pthread_mutex_unlock(&s->mutex);
    p->headers = list;
    return made;
}

#define SET(option, value) (curl_easy_setopt(easy, option, value) == CURLE_OK)

static bool begin(struct federal_send *s, struct federal_put *p)
{
    CURL *easy = p->easy = curl_easy_init();
    return easy && make_headers(s, p) && SET(CURLOPT_URL, p->url) &&
           SET(CURLOPT_CUSTOMREQUEST, "PUT") && SET(CURLOPT_POSTFIELDS, buf_text(&p->body)) &&
           SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->body.len) &&
           SET(CURLOPT_HTTPHEADER, p->headers) && SET(CURLOPT_PROTOCOLS_STR, "http,https") &&
           SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_NOSIGNAL, 1L) &&
           SET(CURLOPT_TIMEOUT_MS, s->options.timeout_ms) &&
           SET(CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS) &&
           (!s->options.ca || (SET(CURLOPT_CAINFO, s->options.ca) && SET(CURLOPT_CAPATH, NULL))) &&
           SET(CURLOPT_USERAGENT, "pupitred/" PUPITRE_VERSION) &&
           SET(CURLOPT_WRITEFUNCTION, on_body) && SET(CURLOPT_WRITEDATA, p) &&
           SET(CURLOPT_HEADERFUNCTION, on_header) && SET(CURLOPT_HEADERDATA, p) &&
           SET(CURLOPT_PRIVATE, p) && curl_multi_add_handle(s->multi, easy) == CURLM_OK;
}

static const char *reason(CURLcode code, const struct federal_put *p)
{
    if (p->reply_too_large)
        return "answer-too-large";
    switch ((int)code) {
    case CURLE_OPERATION_TIMEDOUT:
        return "timeout";
    case CURLE_COULDNT_RESOLVE_HOST:
        return "name-unknown";
    case CURLE_COULDNT_CONNECT:
        return "not-reached";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
        return "tls";
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return "connection-lost";
    case CURLE_ABORTED_BY_CALLBACK:
        return "stopped";
    default:
        return "no-answer";
    }
}

/* What an answer that came whole says. */
static void judge(struct federal_put *p)
{
    long status = 0;
    curl_off_t retry_after = 0;
    char *media_type = NULL;
    (void)curl_easy_getinfo(p->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(p->easy, CURLINFO_RETRY_AFTER, &retry_after);
    (void)curl_easy_getinfo(p->easy, CURLINFO_CONTENT_TYPE, &media_type);
    const struct response_receipt receipt = {
        .media_type = media_type,
        .body = buf_text(&p->reply),
        .len = p->reply.len,
        .location = p->location[0] ? p->location : NULL,
        .has_etag = p->has_etag,
    };
    p->answer = (struct outbox_answer){
        .http_status = (int)status,
        .is_ours = status >= 200 && status < 300 && !p->reply_too_large &&
                   response_receipt_is_ours(&receipt, p->id),
        .retry_after_s = retry_after > 0 ? (int64_t)retry_after : 0,
    };
    if (p->answer.is_ours)
        return;
    response_issue_code(receipt.body, receipt.len, p->fault);
    if (!p->fault[0])
        memcpy(p->fault, status < 300 ? "strange-answer" : "status",
               status < 300 ? sizeof "strange-answer" : sizeof "status");
}

/* Did nothing of the request leave us? */
static bool is_unsent(const struct federal_put *p)
{
    long sent = 0;
    return !p->easy ||
           (curl_easy_getinfo(p->easy, CURLINFO_REQUEST_SIZE, &sent) == CURLE_OK && sent == 0);
}

/* Let go of what curl has, and give it back. */
static void finish(struct federal_send *s, struct federal_put *p, CURLcode code)
{
    drop(&s->running, p);
    p->answer = (struct outbox_answer){0};
    p->fault[0] = '\0';
    if (code == CURLE_OK) {
        judge(p);
    } else {
        const char *why = reason(code, p);
        memcpy(p->fault, why, strlen(why) + 1);
        p->answer.unsent = is_unsent(p);
    }
    if (p->easy) {
        (void)curl_multi_remove_handle(s->multi, p->easy);
        curl_easy_cleanup(p->easy);
        p->easy = NULL;
    }
    for (struct curl_slist *h = p->headers; h; h = h->next)
        sodium_memzero(h->data, strlen(h->data));
    curl_slist_free_all(p->headers);
    p->headers = NULL;
    buf_free(&p->body);
    buf_free(&p->reply);
    const uint64_t one = 1;
    pthread_mutex_lock(&s->mutex);
    push(&s->finished, p);
    while (write(s->fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
    pthread_mutex_unlock(&s->mutex);
}

static void take_messages(struct federal_send *s)
{
    int left;
    CURLMsg *m;
    while ((m = curl_multi_info_read(s->multi, &left))) {
        char *p = NULL;
        const CURLcode code = m->data.result;
        if (m->msg == CURLMSG_DONE &&
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &p) == CURLE_OK && p)
            finish(s, (struct federal_put *)(void *)p, code);
    }
}

/* The next to begin; whether to go on. */
static bool next_todo(struct federal_send *s, struct federal_put **ret)
{
    pthread_mutex_lock(&s->mutex);
    const bool go_on = !s->stopping;
    *ret = pop(&s->todo);
    pthread_mutex_unlock(&s->mutex);
    return go_on;
}

static void *thread_main(void *arg)
{
    struct federal_send *s = arg;
    struct federal_put *p;
    int running = 0;
    for (;;) {
        const bool go_on = next_todo(s, &p);
        if (p) {
            push(&s->running, p);
            if (go_on && !begin(s, p))
                finish(s, p, CURLE_OUT_OF_MEMORY);
            continue;
        }
        if (!go_on)
            break;
        (void)curl_multi_perform(s->multi, &running);
        take_messages(s);
        (void)curl_multi_poll(s->multi, NULL, 0, running ? 1000 : 60000, NULL);
    }
    while (s->running.head)
        finish(s, s->running.head, CURLE_ABORTED_BY_CALLBACK);
    return NULL;
}

enum err_code federal_send_new(const struct federal_send_options *options,
                               struct federal_send **ret, struct err *err)
{
    struct federal_send *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, ERR_NOMEM, NULL);
    s->options = *options;
    s->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    list_init(&s->todo);
    list_init(&s->running);
    list_init(&s->finished);
    (void)pthread_mutex_init(&s->mutex, NULL);
    s->authorization = sodium_malloc(FEDERAL_SECRET_MAX);
    s->multi = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_multi_init() : NULL;
    if (s->authorization)
        s->authorization[0] = '\0';
    if (s->fd < 0 || !s->authorization || !s->multi) {
        federal_send_free(s);
        return err_set(err, ERR_NOMEM, NULL);
    }
    s->has_thread = pthread_create(&s->thread, NULL, thread_main, s) == 0;
    if (!s->has_thread) {
        federal_send_free(s);
        return err_set(err, ERR_NOMEM, "no thread for the federal side");
    }
    *ret = s;
    return ERR_OK;
}

void federal_send_stop(struct federal_send *s)
{
    if (!s || !s->has_thread)
        return;
    pthread_mutex_lock(&s->mutex);
    s->stopping = true;
    pthread_mutex_unlock(&s->mutex);
    (void)curl_multi_wakeup(s->multi);
    (void)pthread_join(s->thread, NULL);
    s->has_thread = false;
}

struct federal_send *federal_send_free(struct federal_send *s)
{
    if (s) {
        federal_send_stop(s);
        (void)curl_multi_cleanup(s->multi);
        sodium_free(s->authorization);
        (void)pthread_mutex_destroy(&s->mutex);
        if (s->fd >= 0)
            close(s->fd);
        free(s);
    }
    return NULL;
}

void federal_send_authorize(struct federal_send *s, const char *header)
{
    const size_t len = strlen(header);
    pthread_mutex_lock(&s->mutex);
    if (len < FEDERAL_SECRET_MAX)
        memcpy(s->authorization, header, len + 1);
    pthread_mutex_unlock(&s->mutex);
}

void federal_send_put(struct federal_send *s, struct federal_put *put)
{
    pthread_mutex_lock(&s->mutex);
    push(&s->todo, put);
    pthread_mutex_unlock(&s->mutex);
    (void)curl_multi_wakeup(s->multi);
}

int federal_send_fd(const struct federal_send *s)
{
    return s->fd;
}

struct federal_put *federal_send_take(struct federal_send *s)
{
    pthread_mutex_lock(&s->mutex);
    struct federal_put *p = pop(&s->finished);
    pthread_mutex_unlock(&s->mutex);
    return p;
}
