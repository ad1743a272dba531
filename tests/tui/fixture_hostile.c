/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile text in every field. */

#include "tests/tui/fixture_hostile.h"

#include <stdlib.h>
#include <string.h>

static const char *const pieces[] = {
    "\033]2;owned\a",
    "\033]0;owned\033\\",
    "\033]52;c;b3duZWQ=\a",
    "\033[2J",
    "\033[1;1H",
    "\033[?1049l",
    "\033[?1000h",
    "\033[?2004l",
    "\033[6n",
    "\033c",
    "\033[31m",
    "\033[",
    "\033P1$r\033\\",
    "\033_x\033\\",
    "\033#8",
    "\033(0",
    "\xc2\x9b"
    "31m",
    "\xc2\x9d"
    "2;x\xc2\x9c",
    "\x9b"
    "31m",
    "\033",
    "\a",
    "\b\b\b",
    "\x05",
    "\x0e",
    "\x0f",
    "\x18",
    "\x7f",
    "\t",
    "\r\n",
    "\v\f",
    "\xe2\x80\xa8", /* line separator */
    "\xe2\x80\xae", /* right-to-left override */
    "\xe2\x80\xaa",
    "\xe2\x81\xa6",
    "\xe2\x81\xa9",
    "\xd8\x9c",     /* Arabic letter mark */
    "\xe2\x80\x8b", /* zero-width space */
    "\xe2\x80\x8d",
    "\xef\xbb\xbf",
    "\xef\xb8\x8f",
    "\xf3\xa0\x81\x81", /* a tag */
    "\xee\x80\x80",     /* private use */
    "\xf3\xb0\x80\x80",
    "\xef\xbf\xbe", /* no character */
    "\xff\xfe",
    "\xc0\xaf",
    "\xed\xa0\x80",
    "\xf0\x9f",
    "\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
    "e\xcc\x81",
    "李小龍",
    "%n%s%d",
    "Zoë",
    "x",
    " ",
};

static void plant(char *field, size_t size)
{
    size_t len = 0;
    while (len + 1 < size && random() % 12) {
        const char *piece = pieces[(size_t)random() % (sizeof pieces / sizeof pieces[0])];
        size_t n = strlen(piece);
        n = n < size - 1 - len ? n : size - 1 - len; /* also cut in the middle */
        memcpy(field + len, piece, n);
        len += n;
    }
    field[len] = '\0';
}
#define PLANT(array) plant(array, sizeof(array))

static void plant_new(char **text)
{
    char field[300];
    if (!*text)
        return;
    PLANT(field);
    free(*text);
    *text = strdup(field);
}

static void plant_string(struct script_string *s)
{
    plant_new(&s->text);
    for (size_t i = 0; i < s->n; i++)
        plant_new(&s->translations[i].text);
}

static void plant_labels(struct service_labels *labels)
{
    for (size_t i = 0; i < labels->n; i++)
        PLANT(labels->items[i].text);
}

static void plant_script(struct script *s)
{
    plant_string(&s->title);
    for (size_t i = 0; i < s->n_items; i++) {
        struct script_item *item = &s->items[i];
        plant_string(&item->text);
        plant_string(&item->hint);
        plant_string(&item->label);
        plant_string(&item->prefix);
        for (size_t j = 0; j < item->n_options; j++)
            plant_string(&item->options[j].text);
    }
}

static void plant_service(struct service *s)
{
    plant_labels(&s->title);
    for (size_t i = 0; i < s->n_codes; i++)
        plant_labels(&s->codes[i].labels);
    for (size_t i = 0; i < s->n_skips; i++)
        plant_labels(&s->skips[i].labels);
}

static void plant_record(struct record *r)
{
    PLANT(r->ticket);
    PLANT(r->name_index_patient);
    PLANT(r->given_name);
    PLANT(r->family_name);
    PLANT(r->birth_date);
    PLANT(r->municipality);
    PLANT(r->notes);
    PLANT(r->language);
    for (size_t i = 0; i < RECORD_PARTIES; i++) {
        PLANT(r->parties[i].name);
        PLANT(r->parties[i].number);
    }
    r->n_parties = RECORD_PARTIES;
    r->set = ~0U;
}

static void plant_offer(struct ws_offer *o)
{
    static char note[400];
    PLANT(o->queue);
    PLANT(o->language);
    PLANT(o->preview.given_name);
    PLANT(o->preview.family_name);
    for (size_t i = 0; i < o->preview.n_phones; i++)
        PLANT(o->preview.phones[i]);
    PLANT(o->preview.party.name);
    PLANT(o->preview.party.number);
    o->preview.has_party = random() % 2;
    o->preview.party.relation = (enum party_relation)(random() % PARTY_RELATION_COUNT);
    PLANT(o->call_phone);
    PLANT(o->niss_masked);
    PLANT(note);
    o->note = note;
}

void fixture_hostile(struct fixture *f, unsigned seed)
{
    struct workstation_view *v = &f->view;
    srandom(seed);
    PLANT(v->login_error);
    PLANT(v->agent_name);
    PLANT(v->agent_login);
    PLANT(v->service_name);
    PLANT(v->phone_reason);
    PLANT(v->incoming.from);
    PLANT(v->notice.text);
    v->notice.kind = random() % 2 ? WS_NOTICE_ERROR : WS_NOTICE_NONE;
    v->notice.at_utc_s = v->now_utc_s;
    v->phone = random() % 2 ? WS_PHONE_FAILED : WS_PHONE_READY;
    plant_offer(&v->offer);
    for (size_t i = 0; i < v->n_queues; i++)
        PLANT(v->queues[i].queue);
    for (size_t i = 0; i < v->n_interactions; i++) {
        PLANT(v->interactions[i].name);
        PLANT(v->interactions[i].code);
    }
    for (size_t i = 0; i < v->n_callbacks; i++)
        PLANT(v->callbacks[i].name);
    for (size_t i = 0; i < v->n_contacts; i++) {
        PLANT(v->contacts[i].name);
        PLANT(v->contacts[i].language);
        PLANT(v->contacts[i].phone);
    }
    plant_record(&f->record);
    plant_script(&f->script);
    plant_service(f->service);
}
