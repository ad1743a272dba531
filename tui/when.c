/* SPDX-License-Identifier: Apache-2.0 */
/* Instants, durations and dates as the agent reads and types them. */

#include "tui/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/time_text.h"
#include "core/zone.h"
#include "tui/lang.h"

static const char *const months[] = {
    N_("January"), N_("February"), N_("March"),     N_("April"),   N_("May"),      N_("June"),
    N_("July"),    N_("August"),   N_("September"), N_("October"), N_("November"), N_("December"),
};
static const char *const weekdays[] = {
    N_("Monday"), N_("Tuesday"),  N_("Wednesday"), N_("Thursday"),
    N_("Friday"), N_("Saturday"), N_("Sunday"),
};

/* People answer in their own language whatever the screen's is. */
/* clang-format off */
static const struct date_word words[] = {
    {"today", DATE_WORD_OFFSET, 0}, {"yesterday", DATE_WORD_OFFSET, -1}, {"tomorrow", DATE_WORD_OFFSET, 1},
    {"aujourd'hui", DATE_WORD_OFFSET, 0}, {"hier", DATE_WORD_OFFSET, -1}, {"avant-hier", DATE_WORD_OFFSET, -2}, {"demain", DATE_WORD_OFFSET, 1},
    {"vandaag", DATE_WORD_OFFSET, 0}, {"gisteren", DATE_WORD_OFFSET, -1}, {"eergisteren", DATE_WORD_OFFSET, -2}, {"morgen", DATE_WORD_OFFSET, 1},
    {"heute", DATE_WORD_OFFSET, 0}, {"gestern", DATE_WORD_OFFSET, -1}, {"vorgestern", DATE_WORD_OFFSET, -2},
    {"monday", DATE_WORD_WEEKDAY, 1}, {"lundi", DATE_WORD_WEEKDAY, 1}, {"maandag", DATE_WORD_WEEKDAY, 1}, {"montag", DATE_WORD_WEEKDAY, 1},
    {"tuesday", DATE_WORD_WEEKDAY, 2}, {"mardi", DATE_WORD_WEEKDAY, 2}, {"dinsdag", DATE_WORD_WEEKDAY, 2}, {"dienstag", DATE_WORD_WEEKDAY, 2},
    {"wednesday", DATE_WORD_WEEKDAY, 3}, {"mercredi", DATE_WORD_WEEKDAY, 3}, {"woensdag", DATE_WORD_WEEKDAY, 3}, {"mittwoch", DATE_WORD_WEEKDAY, 3},
    {"thursday", DATE_WORD_WEEKDAY, 4}, {"jeudi", DATE_WORD_WEEKDAY, 4}, {"donderdag", DATE_WORD_WEEKDAY, 4}, {"donnerstag", DATE_WORD_WEEKDAY, 4},
    {"friday", DATE_WORD_WEEKDAY, 5}, {"vendredi", DATE_WORD_WEEKDAY, 5}, {"vrijdag", DATE_WORD_WEEKDAY, 5}, {"freitag", DATE_WORD_WEEKDAY, 5},
    {"saturday", DATE_WORD_WEEKDAY, 6}, {"samedi", DATE_WORD_WEEKDAY, 6}, {"zaterdag", DATE_WORD_WEEKDAY, 6}, {"samstag", DATE_WORD_WEEKDAY, 6},
    {"sunday", DATE_WORD_WEEKDAY, 7}, {"dimanche", DATE_WORD_WEEKDAY, 7}, {"zondag", DATE_WORD_WEEKDAY, 7}, {"sonntag", DATE_WORD_WEEKDAY, 7},
    {"january", DATE_WORD_MONTH, 1}, {"janvier", DATE_WORD_MONTH, 1}, {"januari", DATE_WORD_MONTH, 1}, {"januar", DATE_WORD_MONTH, 1},
    {"february", DATE_WORD_MONTH, 2}, {"février", DATE_WORD_MONTH, 2}, {"fevrier", DATE_WORD_MONTH, 2}, {"februari", DATE_WORD_MONTH, 2}, {"februar", DATE_WORD_MONTH, 2},
    {"march", DATE_WORD_MONTH, 3}, {"mars", DATE_WORD_MONTH, 3}, {"maart", DATE_WORD_MONTH, 3}, {"märz", DATE_WORD_MONTH, 3},
    {"april", DATE_WORD_MONTH, 4}, {"avril", DATE_WORD_MONTH, 4},
    {"may", DATE_WORD_MONTH, 5}, {"mai", DATE_WORD_MONTH, 5}, {"mei", DATE_WORD_MONTH, 5},
    {"june", DATE_WORD_MONTH, 6}, {"juin", DATE_WORD_MONTH, 6}, {"juni", DATE_WORD_MONTH, 6},
    {"july", DATE_WORD_MONTH, 7}, {"juillet", DATE_WORD_MONTH, 7}, {"juli", DATE_WORD_MONTH, 7},
    {"august", DATE_WORD_MONTH, 8}, {"août", DATE_WORD_MONTH, 8}, {"aout", DATE_WORD_MONTH, 8}, {"augustus", DATE_WORD_MONTH, 8},
    {"september", DATE_WORD_MONTH, 9}, {"septembre", DATE_WORD_MONTH, 9},
    {"october", DATE_WORD_MONTH, 10}, {"octobre", DATE_WORD_MONTH, 10}, {"oktober", DATE_WORD_MONTH, 10},
    {"november", DATE_WORD_MONTH, 11}, {"novembre", DATE_WORD_MONTH, 11},
    {"december", DATE_WORD_MONTH, 12}, {"décembre", DATE_WORD_MONTH, 12}, {"decembre", DATE_WORD_MONTH, 12}, {"dezember", DATE_WORD_MONTH, 12},
};
/* clang-format on */

static struct tm local(int64_t utc_s)
{
    time_t at = (time_t)utc_s;
    struct tm tm = {0};
    localtime_r(&at, &tm);
    return tm;
}

void when_there(struct when_zone zone, int64_t utc_s, struct date *ret_day, int *ret_minute)
{
    if (!zone.ops) {
        const struct tm tm = local(utc_s);
        *ret_day = (struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
        *ret_minute = tm.tm_hour * 60 + tm.tm_min;
        return;
    }
    const int32_t ahead = zone.ops->offset_s(zone.ops->arg, zone.name, utc_s);
    const struct time_civil there = time_civil_of(utc_s + ahead);
    *ret_day = (struct date){there.year, there.month, there.day};
    *ret_minute = there.hour * 60 + there.minute;
}

/* "3 May", "1er mai": a language may write the first day of a month in its own way. */
static const char *day_and_month(struct date day, char ret[WHEN_SIZE])
{
    const char *month = gettext(months[day.month - 1]);
    if (day.day == 1)
        /* TRANSLATORS: the first day of a month, as in "1er avril"; %s is the month. */
        snprintf(ret, WHEN_SIZE, _("1 %s"), month);
    else
        /* TRANSLATORS: another day of a month: "3 May"; in German "3. Mai". */
        snprintf(ret, WHEN_SIZE, _("%d %s"), day.day, month);
    return ret;
}

static bool same_day(struct date a, struct date b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

const char *when_clock(struct when_zone zone, int64_t utc_s, char ret[WHEN_SIZE])
{
    struct date day;
    int minute;
    when_there(zone, utc_s, &day, &minute);
    snprintf(ret, WHEN_SIZE, "%02d:%02d", minute / 60, minute % 60);
    return ret;
}

const char *when_instant(struct when_zone zone, int64_t utc_s, int64_t now_utc_s,
                         char ret[WHEN_SIZE])
{
    struct date day, today;
    int minute;
    char text[WHEN_SIZE], clock[WHEN_SIZE];
    when_there(zone, utc_s, &day, &minute);
    when_there(zone, now_utc_s, &today, &minute);
    if (same_day(day, today))
        return when_clock(zone, utc_s, ret);
    snprintf(ret, WHEN_SIZE, "%.50s %s", day_and_month(day, text), when_clock(zone, utc_s, clock));
    return ret;
}

const char *when_minutes(int64_t seconds, char ret[WHEN_SIZE])
{
    long long minutes = seconds < 0 ? 0 : (long long)seconds / 60;
    if (minutes < 60)
        snprintf(ret, WHEN_SIZE, _("%lld min"), minutes);
    else
        snprintf(ret, WHEN_SIZE, _("%lld h %02lld"), minutes / 60, minutes % 60);
    return ret;
}

const char *when_seconds(int64_t seconds, char ret[WHEN_SIZE])
{
    long long s = seconds < 0 ? 0 : (long long)seconds;
    if (s < 3600)
        snprintf(ret, WHEN_SIZE, "%lld:%02lld", s / 60, s % 60);
    else
        snprintf(ret, WHEN_SIZE, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
    return ret;
}

const char *when_day_of_week(struct date day, char ret[WHEN_SIZE])
{
    char text[WHEN_SIZE];
    /* TRANSLATORS: a weekday and "3 May". */
    snprintf(ret, WHEN_SIZE, _("%s %s"), gettext(weekdays[date_weekday(day) - 1]),
             day_and_month(day, text));
    return ret;
}

const char *when_date(const char *iso, char ret[WHEN_SIZE])
{
    struct date d;
    char text[WHEN_SIZE];
    if (!date_parse(iso, &d))
        snprintf(ret, WHEN_SIZE, "%s", iso);
    else if (!d.month)
        snprintf(ret, WHEN_SIZE, "%d", d.year);
    else if (!d.day)
        snprintf(ret, WHEN_SIZE, "%s %d", gettext(months[d.month - 1]), d.year);
    else
        snprintf(ret, WHEN_SIZE, "%.57s %d", when_day_of_week(d, text), d.year);
    return ret;
}

bool when_date_typed(const char *typed, struct when_zone zone, int64_t now_utc_s,
                     char ret[WHEN_SIZE])
{
    struct date today, found;
    int minute;
    when_there(zone, now_utc_s, &today, &minute);
    if (!date_parse_typed(typed, today, DATE_LEAN_PAST, words, sizeof words / sizeof words[0],
                          &found))
        return false;
    date_print(found, ret);
    return true;
}

bool when_day_to_come(const char *typed, struct when_zone zone, int64_t now_utc_s, struct date *ret)
{
    struct date today, found;
    int minute;
    when_there(zone, now_utc_s, &today, &minute);
    found = today;
    if (typed[strspn(typed, " ")] && (!date_parse_typed(typed, today, DATE_LEAN_FUTURE, words,
                                                        sizeof words / sizeof words[0], &found) ||
                                      found.day == 0))
        return false;
    *ret = found;
    return true;
}

/* As when_instant_of, of TZ. */
static bool instant_here(struct date day, int minute_of_day, int64_t *ret_utc_s)
{
    struct tm tm = {.tm_year = day.year - 1900,
                    .tm_mon = day.month - 1,
                    .tm_mday = day.day,
                    .tm_hour = minute_of_day / 60,
                    .tm_min = minute_of_day % 60,
                    .tm_isdst = -1};
    const int64_t at = (int64_t)mktime(&tm);
    if (tm.tm_hour * 60 + tm.tm_min != minute_of_day)
        return false;
    /* Of two it may be the second. */
    const struct tm before = local(at - 3600);
    *ret_utc_s = before.tm_hour == tm.tm_hour && before.tm_min == tm.tm_min ? at - 3600 : at;
    return true;
}

bool when_instant_of(struct when_zone zone, struct date day, int minute_of_day, int64_t *ret_utc_s)
{
    if (!zone.ops)
        return instant_here(day, minute_of_day, ret_utc_s);
    const struct time_civil noon = {day.year, day.month, day.day, 12, 0, 0};
    const int64_t utc = time_utc_of(&noon);
    const int64_t about = utc - zone.ops->offset_s(zone.ops->arg, zone.name, utc); /* that day */
    const int64_t at = zone.ops->wall(zone.ops->arg, zone.name, about, 0, minute_of_day * 60);
    if (zone.ops->second_of_day(zone.ops->arg, zone.name, at) != minute_of_day * 60)
        return false;
    *ret_utc_s = at;
    return true;
}

const char *when_day(struct when_zone zone, int64_t utc_s, int64_t now_utc_s, char ret[WHEN_SIZE])
{
    struct date day, today;
    int minute;
    when_there(zone, utc_s, &day, &minute);
    when_there(zone, now_utc_s, &today, &minute);
    if (!same_day(day, today))
        return when_day_of_week(day, ret);
    snprintf(ret, WHEN_SIZE, "%s", _("Today"));
    return ret;
}

bool when_zone_exists(const char *zone)
{
    char path[128];
    const char *base = getenv("TZDIR");
    if (!zone_is_iana(zone))
        return false;
    snprintf(path, sizeof path, "%s/%.60s", base && *base ? base : "/usr/share/zoneinfo", zone);
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* "15:30", "15h30", "15h", "1530" -> hours and minutes. */
static bool clock_typed(const char *typed, int *ret_hour, int *ret_minute)
{
    char *end = NULL;
    if (*typed < '0' || *typed > '9')
        return false;
    long hour = strtol(typed, &end, 10), minute = 0;
    if (*end == ':' || *end == 'h' || *end == 'H' || *end == '.') {
        const char *rest = end + 1;
        minute = strtol(rest, &end, 10);
        if (end == rest && *typed && end[-1] == ':')
            return false;
    } else if (end - typed == 4) {
        minute = hour % 100;
        hour /= 100;
    }
    if (*end || hour > 23 || minute < 0 || minute > 59)
        return false;
    *ret_hour = (int)hour;
    *ret_minute = (int)minute;
    return true;
}

bool when_clock_typed(const char *typed, char ret[WHEN_SIZE])
{
    int hour, minute, second = 0;
    char text[WHEN_SIZE], *end = NULL;
    while (*typed == ' ')
        typed++;
    snprintf(text, sizeof text, "%s", typed);
    for (size_t len = strlen(text); len && text[len - 1] == ' ';)
        text[--len] = '\0';
    char *colon = strchr(text, ':');
    colon = colon ? strchr(colon + 1, ':') : NULL;
    if (colon) { /* with its seconds */
        if (strlen(colon + 1) != 2)
            return false;
        second = (int)strtol(colon + 1, &end, 10);
        if (end != colon + 3 || second < 0 || second > 59)
            return false;
        *colon = '\0';
    }
    if (!clock_typed(text, &hour, &minute))
        return false;
    snprintf(ret, WHEN_SIZE, "%02d:%02d:%02d", hour, minute, second);
    return true;
}

bool when_moment_typed(const char *typed, struct when_zone zone, int64_t now_utc_s,
                       char ret[WHEN_SIZE])
{
    char text[WHEN_SIZE], clock[WHEN_SIZE], day[WHEN_SIZE];
    struct date d;
    int64_t at;
    snprintf(text, sizeof text, "%s", typed);
    for (size_t len = strlen(text); len && text[len - 1] == ' ';)
        text[--len] = '\0';
    if (strlen(text) > 11 && text[10] == 'T' && text[4] == '-')
        text[10] = ' ';
    char *last = strrchr(text, ' ');
    char *tail = last ? last + 1 : text;
    if (!strpbrk(tail, ":hH") || !when_clock_typed(tail, clock))
        return when_date_typed(text, zone, now_utc_s, ret);
    if (tail != text)
        tail[-1] = '\0';
    if (!when_date_typed(tail == text ? "+0" : text, zone, now_utc_s, day) ||
        !date_parse(day, &d) || d.day == 0)
        return false;
    const int hour = (int)strtol(clock, NULL, 10), minute = (int)strtol(clock + 3, NULL, 10),
              second = (int)strtol(clock + 6, NULL, 10);
    if (!when_instant_of(zone, d, hour * 60 + minute, &at))
        return false;
    const struct time_civil civil = {d.year, d.month, d.day, hour, minute, 0};
    const int offset = (int)(time_utc_of(&civil) - at) / 60, size = offset < 0 ? -offset : offset;
    snprintf(ret, WHEN_SIZE, "%.10sT%02d:%02d:%02d%c%02d:%02d", day, hour, minute, second,
             offset < 0 ? '-' : '+', size / 60, size % 60);
    return true;
}

const char *when_moment(const char *iso, char ret[WHEN_SIZE])
{
    char day[WHEN_SIZE], text[WHEN_SIZE];
    const char *time = strchr(iso, 'T');
    if (!time)
        return when_date(iso, ret);
    snprintf(day, sizeof day, "%.*s", (int)(time - iso), iso);
    const bool round = strncmp(time + 6, ":00", 3) == 0;
    snprintf(ret, WHEN_SIZE, "%.48s %.*s", when_date(day, text), round ? 5 : 8, time + 1);
    return ret;
}

/* Do the clocks show the same an hour later, because they were put back? */
static bool shown_again(struct when_zone zone, int64_t utc_s, int64_t *ret_utc_s)
{
    struct date first_day, second_day;
    int first, second;
    when_there(zone, utc_s, &first_day, &first);
    when_there(zone, utc_s + 3600, &second_day, &second);
    *ret_utc_s = utc_s + 3600;
    return first == second;
}

bool when_past_typed(const char *typed, struct when_zone zone, int64_t now_utc_s,
                     int64_t *ret_utc_s)
{
    int hour, minute;
    while (*typed == ' ')
        typed++;
    if (*typed == '-') {
        char *end = NULL;
        long minutes = strtol(typed + 1, &end, 10);
        if (end == typed + 1 || *end || minutes < 0 || minutes > 7 * 24 * 60)
            return false;
        *ret_utc_s = now_utc_s - minutes * 60;
        return true;
    }
    if (!clock_typed(typed, &hour, &minute))
        return false;
    struct date day;
    int now_minute;
    int64_t at, again;
    const int typed_minute = hour * 60 + minute;
    when_there(zone, now_utc_s, &day, &now_minute);
    bool known = when_instant_of(zone, day, typed_minute, &at);
    if (typed_minute > now_minute && (!known || at > now_utc_s)) {
        day = date_from_days(date_to_days(day) - 1);
        known = when_instant_of(zone, day, typed_minute, &at);
    }
    if (!known)
        return false;
    if (shown_again(zone, at, &again) && again <= now_utc_s)
        at = again;
    *ret_utc_s = at;
    return true;
}

bool when_time_typed(const char *typed, struct when_zone zone, int64_t now_utc_s,
                     int64_t *ret_utc_s)
{
    int64_t at;
    while (*typed == ' ')
        typed++;
    if (*typed == '+') {
        char *end = NULL;
        long minutes = strtol(typed + 1, &end, 10);
        if (end == typed + 1 || *end || minutes < 1 || minutes > 24 * 60)
            return false;
        at = now_utc_s + minutes * 60;
    } else {
        int hour, minute, now_minute;
        struct date today;
        when_there(zone, now_utc_s, &today, &now_minute);
        int64_t again;
        if (!clock_typed(typed, &hour, &minute) ||
            !when_instant_of(zone, today, hour * 60 + minute, &at))
            return false;
        if (at <= now_utc_s && shown_again(zone, at, &again))
            at = again;
    }
    if (at <= now_utc_s)
        return false;
    *ret_utc_s = at;
    return true;
}
