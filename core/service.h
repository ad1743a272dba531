/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A service as its definition under scripts/services/ states it: who may be called, by which
 * queues, with which times, wrap-up codes and rules. Policy is data: no rule of one service stands
 * in C. net/api/service_json.h fills it; after that it is read only. About 200 KiB: keep it on the
 * heap. man/pupitre-service.5 is the same for those who write definitions. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/call.h"
#include "core/duration.h"
#include "core/hours.h"
#include "core/language.h"
#include "core/person.h"
#include "core/phone.h"
#include "core/response_status.h"

#define SERVICE_ID_SIZE 49 /* [A-Za-z0-9_-], 1..48 characters, NUL */
#define SERVICE_LABEL_CHARS 60
#define SERVICE_LANGUAGES 8
#define SERVICE_QUEUES 64
#define SERVICE_CODES 32
#define SERVICE_PROPOSALS 64
#define SERVICE_SKIPS 16
#define SERVICE_PREFIXES 32
#define SERVICE_SKILLS 32
#define SERVICE_CLASSES 6
#define SERVICE_PARTS 8
#define SERVICE_DURATIONS 16
#define SERVICE_PRIORITY 5         /* of a queue that states none */
#define SERVICE_CALENDAR_SIZE 8192 /* content lines of one calendar, NUL */

/* One text in the service's languages. */
struct service_labels {
    struct service_label {
        char lang[LANGUAGE_SIZE];
        char text[SERVICE_LABEL_CHARS * 4 + 1];
    } items[SERVICE_LANGUAGES];
    size_t n;
};

enum service_direction {
    SERVICE_OUTBOUND, /* people are called (preview) */
    SERVICE_INBOUND,  /* people call */
    SERVICE_BOTH,
};
#define SERVICE_DIRECTION_COUNT (SERVICE_BOTH + 1)

enum service_queue_kind {
    SERVICE_QUEUE_LANGUAGE,
    SERVICE_QUEUE_COMPETENCE,
};
#define SERVICE_QUEUE_KIND_COUNT (SERVICE_QUEUE_COMPETENCE + 1)

/* Who answers: operators, then nurses, then doctors. An agent has one line. */
enum service_line {
    SERVICE_LINE_FIRST,
    SERVICE_LINE_SECOND,
    SERVICE_LINE_THIRD,
};
#define SERVICE_LINE_COUNT (SERVICE_LINE_THIRD + 1)

/* What an agent must have learnt to serve some queues: "d2". Languages are no skills. */
struct service_skill {
    char id[SERVICE_ID_SIZE];
    struct service_labels labels;
};

struct service_queue {
    char id[SERVICE_ID_SIZE]; /* "WAL_French": begins with its region and '_' */
    enum region region;
    enum service_queue_kind kind;
    char language[LANGUAGE_SIZE]; /* "" for a competence */
    char skill[SERVICE_ID_SIZE];  /* agents need it; "" = none */
    unsigned lines;               /* bit 1 << enum service_line: agents of these serve it; 0 = the
                                     first for a language, all for a competence */
    int priority;                 /* 1..9: an agent of several queues takes from the lower first */
};

/* A class of callers and its opening hours: content lines of an iCalendar, each ended by '\n'; ""
 * = never. The first class is that of everybody whose class nobody has stated. */
struct service_class {
    char id[SERVICE_ID_SIZE]; /* "person" */
    struct service_labels labels;
    char inbound[SERVICE_CALENDAR_SIZE];  /* when these people may ring */
    char outbound[SERVICE_CALENDAR_SIZE]; /* when they are called, or answered by a call */
};

enum service_way {
    SERVICE_RINGS_IN,
    SERVICE_IS_CALLED,
};
#define SERVICE_WAY_COUNT (SERVICE_IS_CALLED + 1)

/* Appointments: a person is called again at the time agreed. */
struct service_callbacks {
    bool same_day;          /* only on the calling day on which it is agreed */
    bool inside_hours;      /* only while outbound hours of the person's class are open */
    int64_t max_days;       /* at most so many dates ahead; 0 with same_day */
    int64_t fallback_s;     /* one that asks for its own agent goes to anybody so long after its
                               time, when nothing else was said */
    int64_t missed_after_s; /* nobody called so long after its time: an alarm */
};

/* More people than agents: index cases first, and who is told by SMS instead of a call. */
struct service_overload {
    bool sms[PERSON_KIND_COUNT]; /* only contacts count; a definition may still say index */
};

/* A part of the day; a code that rotates goes from the one of this attempt to the one that follows
 * in the list, and from the last to the first. */
struct service_part {
    char id[SERVICE_ID_SIZE]; /* "morning" */
    int32_t from_s, to_s;     /* seconds since midnight, from < to <= 86400 */
};

struct service_attempts {
    int max_total;   /* of codes that state none themselves; 0 = no limit */
    int max_per_day; /* the same, a calling day */
    struct service_part parts[SERVICE_PARTS];
    size_t n_parts;
};

/* Who may read answers about health once the offer is over: agents of these lines; supervisors only
 * if it is said. Nobody when the definition has no such member. */
struct service_health {
    unsigned lines; /* bit 1 << enum service_line */
    bool supervisors;
};

/* How long things are kept after they were needed last; days; 0 = for ever. */
struct service_purge {
    int64_t people_days;  /* after the person was closed */
    int64_t answers_days; /* after they were handed on to the federal side */
    int64_t audit_days;   /* of former definitions; nothing goes by it: the log stays for good */
};

/* Contacts whom index cases name become people to call. Somebody who was called and closed is not
 * called anew when he is named again within so many days; 0 = never anew. */
struct service_contacts {
    int64_t again_after_days;
};

/* Which number comes next when the person goes back to the queue. */
enum service_next_phone {
    SERVICE_PHONE_SAME,
    SERVICE_PHONE_NEXT, /* the following one, and after the last the first again */
    SERVICE_PHONE_DROP, /* this number is not tried again; without another one the person is closed
                         */
};
#define SERVICE_NEXT_PHONE_COUNT (SERVICE_PHONE_DROP + 1)

/* A wrap-up code and its rule; core/wrapup.h applies it. */
struct wrapup_code {
    char id[SERVICE_ID_SIZE]; /* "no_answer" */
    struct service_labels labels;
    bool final;               /* the person is closed */
    int64_t requeue_after_s;  /* else: rests so long; 0 = may be offered at once */
    int max_attempts_total;   /* closed when so many calls counted; 0 = the service's limit */
    int max_attempts_per_day; /* next calling day when so many counted today; 0 = the service's */
    enum service_next_phone next_phone;
    bool needs_callback;          /* a date and time must come with it */
    bool data_quality;            /* the number goes to the list of wrong data */
    enum response_status answers; /* the verdict on what was answered (core/response_status.h) */
    bool rotate; /* rests until the next part of the day (struct service_attempts) */
};

/* How a call ended proposes a code: the first row that fits. */
enum service_when {
    SERVICE_ALWAYS,
    SERVICE_IF_SO,
    SERVICE_IF_NOT,
};

struct service_proposal {
    enum call_end end;
    enum service_when answered;
    enum service_when script_begun; /* the first answer was given */
    enum service_when script_complete;
    enum service_when consulted; /* an expert was spoken to during the call */
    size_t code;                 /* index in codes */
};

struct service_skip {
    char id[SERVICE_ID_SIZE];
    struct service_labels labels;
    int64_t rest_s; /* how long the person is not offered again */
};

/* Durations that somebody waits for; all in whole seconds. */
struct service_times {
    int64_t offer_s;        /* an offer rings so long */
    int64_t preview_s;      /* then the call starts by itself */
    int64_t ring_limit_s;   /* a call that nobody answers ends */
    int64_t acw_s;          /* after-call work */
    int64_t screen_grace_s; /* a call without a screen ends */
    int64_t agent_gone_s;   /* an agent without stream and heartbeat is gone */
    int64_t heartbeat_s;    /* how often a screen tells that it lives */
};

struct service {
    char id[SERVICE_ID_SIZE];
    int64_t version; /* 1, 2, 3 … */
    struct service_labels title;
    enum service_direction direction;
    char public_number[PHONE_SIZE];          /* E.164: what people see and ring back */
    char sms_number[PHONE_SIZE];             /* digits; "" = none */
    char dial_prefixes[SERVICE_PREFIXES][6]; /* foreign numbers that may be called: "+33" */
    size_t n_dial_prefixes;
    char languages[SERVICE_LANGUAGES][LANGUAGE_SIZE]; /* each label has each of them */
    size_t n_languages;
    bool regions[REGION_COUNT];
    struct service_queue queues[SERVICE_QUEUES];
    size_t n_queues;
    struct service_times times;
    char scripts[PERSON_KIND_COUNT][SERVICE_ID_SIZE]; /* interview of a kind; "" = none */
    struct duration durations[SERVICE_DURATIONS];
    size_t n_durations;
    struct wrapup_code codes[SERVICE_CODES];
    size_t n_codes;
    struct service_proposal proposals[SERVICE_PROPOSALS];
    size_t n_proposals;
    struct service_skip skips[SERVICE_SKIPS];
    size_t n_skips;
    char zone[HOURS_ZONE_SIZE]; /* IANA name of the zone in which days, parts and calendars are */
    struct service_class classes[SERVICE_CLASSES];
    size_t n_classes; /* 0: a definition from before there were hours; always open then */
    struct service_skill skills[SERVICE_SKILLS];
    size_t n_skills;
    struct service_callbacks callbacks;
    struct service_overload overload;
    struct service_attempts attempts;
    struct service_purge purge;
    struct service_contacts contacts;
    struct service_health health;
    bool carry; /* a draft in progress goes on with whoever has the person next; else only with the
                   agent who gave it */
};

/* The text in a language, else in the first one. Never NULL. */
const char *service_label(const struct service_labels *labels, const char *lang);

/* May somebody of this line (1, 2 or 3), or a supervisor, read submitted answers about health? */
bool service_reads_health(const struct service *s, bool is_supervisor, int line);

/* By id; NULL when there is none. */
const struct service_queue *service_find_queue(const struct service *s, const char *id);
const struct service_skip *service_find_skip(const struct service *s, const char *id);

const struct service_skill *service_find_skill(const struct service *s, const char *id);

/* The calendar of a caller class, by id; "" and an unknown id are the first class. NULL: the
 * definition states no hours at all, always open (hours_new takes it as it is). */
const char *service_calendar(const struct service *s, const char *class_id, enum service_way way);

/* How long before its call a person is offered at most: the offer rings to its end, then the
 * preview (lead_s of core/hours.h). */
int64_t service_lead_s(const struct service *s);

/* The queue that serves a language in a region, or NULL. */
const struct service_queue *service_language_queue(const struct service *s, enum region region,
                                                   const char *lang);

/* The queue for a person: that of the language, else the first one by language in the region (a
 * definition puts the region's own language first). NULL when the region has none. */
const struct service_queue *service_queue_for(const struct service *s, enum region region,
                                              const char *lang);

/* May this service dial the number? (phone_may_be_dialled with its prefixes) */
bool service_may_dial(const struct service *s, const char *number);

/* Names in the definition: "outbound", "competence", "drop". False leaves *ret. */
const char *service_direction_name(enum service_direction d);
bool service_direction_by_name(const char *name, enum service_direction *ret);
const char *service_queue_kind_name(enum service_queue_kind k);
bool service_queue_kind_by_name(const char *name, enum service_queue_kind *ret);
const char *service_line_name(enum service_line l);
bool service_line_by_name(const char *name, enum service_line *ret);
const char *service_next_phone_name(enum service_next_phone p);
bool service_next_phone_by_name(const char *name, enum service_next_phone *ret);
