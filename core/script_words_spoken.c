/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a walk in the languages in which people are called. gettext speaks the agent's, and
 * only one at a time. */

#include <string.h>

#include "core/script_words.h"

enum tongue { FR, NL, DE, OTHER };

/* clang-format off */
static const struct {
    const char *msgid;
    const char *in[OTHER];
} words[] = {
    {"yes", {"oui", "ja", "ja"}},
    {"no", {"non", "nee", "nein"}},
    {" and ", {" et ", " en ", " und "}},
    {" or ", {" ou ", " of ", " oder "}},
    {"%s is answered", {"%s a une réponse", "%s is beantwoord", "%s ist beantwortet"}},
    {"%s is not answered", {"%s est sans réponse", "%s is niet beantwoord", "%s ist nicht beantwortet"}},
    {"(no such question)", {"(pas de telle question)", "(geen zulke vraag)", "(keine solche Frage)"}},
    {"(not asked)", {"(pas posée)", "(niet gesteld)", "(nicht gestellt)"}},
    {"(no answer)", {"(sans réponse)", "(geen antwoord)", "(keine Antwort)"}},
    {"(answer: %s)", {"(réponse : %s)", "(antwoord: %s)", "(Antwort: %s)"}},
    {"always shown", {"toujours affiché", "altijd getoond", "immer gezeigt"}},
    {"shown because %s", {"affiché parce que %s", "getoond omdat %s", "gezeigt, weil %s"}},
    {"not shown because this does not hold: %s",
     {"pas affiché parce que ceci n’est pas rempli : %s", "niet getoond omdat dit niet klopt: %s",
      "nicht gezeigt, weil dies nicht zutrifft: %s"}},
    {"never shown: hidden in the script",
     {"jamais affiché : caché dans le script", "nooit getoond: verborgen in het script",
      "nie gezeigt: im Skript verborgen"}},
    {"never asked: it depends on itself",
     {"jamais posé : dépend de lui-même", "nooit gesteld: hangt van zichzelf af",
      "nie gestellt: hängt von sich selbst ab"}},
    {"[condition of “%s”, above it]",
     {"[condition de « %s », au-dessus]", "[voorwaarde van “%s”, erboven]",
      "[Bedingung von „%s“, darüber]"}},
    {"For the agent: %s", {"Pour l’agent : %s", "Voor de agent: %s", "Für den Agenten: %s"}},
    {"Closed: %s", {"Fermé : %s", "Gesloten: %s", "Geschlossen: %s"}},
    {"Demonstration: the person is made up.",
     {"Démonstration : la personne est inventée.", "Demonstratie: de persoon is verzonnen.",
      "Vorführung: die Person ist erfunden."}},
};
/* clang-format on */

const char *script_words_spoken(void *lang, const char *msgid)
{
    static const char tags[OTHER][3] = {[FR] = "fr", [NL] = "nl", [DE] = "de"};
    const char *tag = lang ? lang : "";
    for (size_t t = 0; t < OTHER; t++) {
        if (strncmp(tag, tags[t], 2) != 0 || (tag[2] && tag[2] != '-'))
            continue;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (strcmp(words[i].msgid, msgid) == 0)
                return words[i].in[t];
    }
    return msgid;
}
