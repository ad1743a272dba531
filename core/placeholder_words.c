/* SPDX-License-Identifier: Apache-2.0 */
#include "core/placeholder_words.h"

#include <string.h>

#include "core/placeholder.h"

enum tongue {
    FR,
    NL,
    DE,
    EN,
    OTHER,
};

static const char *const lacks[PLACEHOLDER_WORD_COUNT][OTHER] = {
    [PLACEHOLDER_WORD_GIVEN] = {"prénom",                 "voornaam",                      "Vorname",             "first name"          },
    [PLACEHOLDER_WORD_FAMILY] = {"nom",                     "familienaam",                   "Familienname",        "family name"         },
    [PLACEHOLDER_WORD_NAME] = {"nom",                     "naam",                          "Name",                "name"                },
    [PLACEHOLDER_WORD_AGENT] = {"votre prénom",           "uw voornaam",                   "Ihr Vorname",         "your first name"     },
    [PLACEHOLDER_WORD_SERVICE] = {"nom du service",          "naam van de dienst",            "Name des Dienstes",
                                "name of the service"                                                                                    },
    [PLACEHOLDER_WORD_NUMBER] = {"numéro du service",      "nummer van de dienst",          "Nummer des Dienstes",
                                "number of the service"                                                                                  },
    [PLACEHOLDER_WORD_TODAY] = {"date du jour",            "datum van vandaag",             "heutiges Datum",
                                "today's date"                                                                                           },
    [PLACEHOLDER_WORD_TICKET] = {"numéro de dossier",      "dossiernummer",                 "Aktenzeichen",
                                "file number"                                                                                            },
    [PLACEHOLDER_WORD_SAMPLE] = {"date du test",            "datum van de test",             "Datum des Tests",
                                "date of the test"                                                                                       },
    [PLACEHOLDER_WORD_LAST_CONTACT] = {"date du dernier contact", "datum van het laatste contact",
                                "Datum des letzten Kontakts",                                                      "date of last contact"},
    [PLACEHOLDER_WORD_DATE] = {"date",                    "datum",                         "Datum",               "date"                },
    [PLACEHOLDER_WORD_DAYS] = {"nombre de jours",         "aantal dagen",                  "Anzahl der Tage",
                                "number of days"                                                                                         },
};

static const char *const unknown[OTHER] = {" : donnée manquante", ": niet bekend",
                                           ": nicht bekannt", ": not known"};

static const char *const weekdays[OTHER][7] = {
    [FR] = {"lundi",   "mardi",    "mercredi",  "jeudi",      "vendredi", "samedi",   "dimanche"},
    [NL] = {"maandag", "dinsdag",  "woensdag",  "donderdag",  "vrijdag",  "zaterdag", "zondag"  },
    [DE] = {"Montag",  "Dienstag", "Mittwoch",  "Donnerstag", "Freitag",  "Samstag",  "Sonntag" },
    [EN] = {"Monday",  "Tuesday",  "Wednesday", "Thursday",   "Friday",   "Saturday", "Sunday"  },
};

static const char *const months[OTHER][12] = {
    [FR] = {"janvier", "février", "mars",  "avril", "mai", "juin", "juillet", "août",    "septembre",
            "octobre", "novembre", "décembre"},
    [NL] = {"januari", "februari", "maart", "april", "mei", "juni", "juli",    "augustus", "september",
            "oktober", "november", "december" },
    [DE] = {"Januar",  "Februar",  "März", "April", "Mai", "Juni", "Juli",    "August",   "September",
            "Oktober", "November", "Dezember" },
    [EN] = {"January", "February", "March", "April", "May", "June", "July",    "August",   "September",
            "October", "November", "December" },
};

static enum tongue tongue_of(const char *lang)
{
    static const char tags[OTHER][3] = {"fr", "nl", "de", "en"};
    for (int i = 0; lang && i < OTHER; i++)
        if (strncmp(lang, tags[i], 2) == 0 && (lang[2] == '\0' || lang[2] == '-'))
            return (enum tongue)i;
    return OTHER;
}

void placeholder_lack(enum placeholder_word word, const char *lang, struct buf *out)
{
    const enum tongue t = tongue_of(lang);
    const enum tongue spoken = t == OTHER ? EN : t;
    buf_printf(out, "[%s%s]", lacks[word][spoken], unknown[spoken]);
}

void placeholder_date(struct date d, const char *lang, struct buf *out)
{
    char figures[DATE_PRINT_SIZE];
    const enum tongue t = tongue_of(lang);
    if (t == OTHER) {
        date_print_local(d, figures);
        buf_str(out, figures);
        return;
    }
    const char *weekday = weekdays[t][date_weekday(d) - 1], *month = months[t][d.month - 1];
    /* French counts the first of a month, and no other day. */
    if (t == FR && d.day == 1)
        buf_printf(out, "%s 1er %s %d", weekday, month, d.year);
    else
        buf_printf(out, t == DE ? "%s, %d. %s %d" : "%s %d %s %d", weekday, d.day, month, d.year);
}
