/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms: their kinds and their states, as tables. */

#include "core/alarm.h"

#include <string.h>

#include "core/i18n.h"

static const struct {
    const char *name;
    enum alarm_subject about;
    const char *title;
} kinds[] = {
  /* clang-format off */
    [ALARM_CALLBACK_MISSED] = {"callback_missed", ALARM_ABOUT_CALLBACK,
        N_("A callback was missed: nobody rang at the time agreed.")},
    [ALARM_CALLBACK_AT_RISK] = {"callback_at_risk", ALARM_ABOUT_CALLBACK,
        N_("A callback is due and nobody has taken it yet.")},
    [ALARM_CALL_WITHOUT_SCREEN] = {"call_without_screen", ALARM_ABOUT_OFFER,
        N_("A call is up and its agent is away.")},
    [ALARM_HOLD_STUCK] = {"hold_stuck", ALARM_ABOUT_OFFER,
        N_("A person is held and nobody works on it.")},
    [ALARM_INCIDENT] = {"incident", ALARM_ABOUT_INCIDENT,
        N_("An incident was reported.")},
    [ALARM_ANSWERS_STUCK] = {"answers_stuck", ALARM_ABOUT_OFFER,
        N_("Submitted answers do not get to the federal side.")},
    [ALARM_WISH_LATE] = {"wish_late", ALARM_ABOUT_OFFER,
        N_("A person with an agent wanted no more calls: the word came late.")},
    [ALARM_ANSWERS_UNREAD] = {"answers_unread", ALARM_ABOUT_OFFER,
        N_("Submitted answers were kept, and nobody was taken from them to be called.")},
    [ALARM_PERSON_UNREADABLE] = {"person_unreadable", ALARM_ABOUT_PERSON,
        N_("What is stored of a person cannot be read: nobody can call.")},
  /* clang-format on */
};
_Static_assert(sizeof kinds / sizeof kinds[0] == ALARM_KIND_COUNT, "one row a kind");

static const char *const state_names[] = {
    [ALARM_RAISED] = "raised",
    [ALARM_SEEN] = "seen",
    [ALARM_CLOSED] = "closed",
};
_Static_assert(sizeof state_names / sizeof state_names[0] == ALARM_STATE_COUNT, "one name a state");

static const struct {
    enum alarm_state from;
    enum alarm_event event;
    enum alarm_state to;
} rows[] = {
    {ALARM_RAISED, ALARM_EV_SEE,    ALARM_SEEN  },
    {ALARM_RAISED, ALARM_EV_CLOSE,  ALARM_CLOSED},
    {ALARM_RAISED, ALARM_EV_SETTLE, ALARM_CLOSED},
    {ALARM_RAISED, ALARM_EV_AGAIN,  ALARM_RAISED},
    {ALARM_SEEN,   ALARM_EV_SEE,    ALARM_SEEN  },
    {ALARM_SEEN,   ALARM_EV_CLOSE,  ALARM_CLOSED},
    {ALARM_SEEN,   ALARM_EV_SETTLE, ALARM_CLOSED},
    {ALARM_SEEN,   ALARM_EV_AGAIN,  ALARM_SEEN  },
};

bool alarm_step(enum alarm_state state, enum alarm_event event, enum alarm_state *ret)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].from == state && rows[i].event == event) {
            *ret = rows[i].to;
            return true;
        }
    }
    return false;
}

enum alarm_subject alarm_about(enum alarm_kind kind)
{
    return kinds[kind].about;
}

const char *alarm_title(enum alarm_kind kind)
{
    return (unsigned)kind < ALARM_KIND_COUNT ? kinds[kind].title : "";
}

const char *alarm_kind_name(enum alarm_kind kind)
{
    return (unsigned)kind < ALARM_KIND_COUNT ? kinds[kind].name : "";
}

const char *alarm_state_name(enum alarm_state state)
{
    return (unsigned)state < ALARM_STATE_COUNT ? state_names[state] : "";
}

bool alarm_kind_by_name(const char *name, enum alarm_kind *ret)
{
    for (int i = 0; i < ALARM_KIND_COUNT; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *ret = (enum alarm_kind)i;
            return true;
        }
    }
    return false;
}

bool alarm_state_by_name(const char *name, enum alarm_state *ret)
{
    for (int i = 0; i < ALARM_STATE_COUNT; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *ret = (enum alarm_state)i;
            return true;
        }
    }
    return false;
}
