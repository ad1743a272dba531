/* SPDX-License-Identifier: Apache-2.0 */
/* ISO 639-1: every code, and the names of those that people here speak. */

#include "core/language.h"

#include <string.h>

#include "core/i18n.h"

/* Pairs of letters, sorted. */
static const char codes[] = "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdz"
                            "eeeleneoeseteufafffifjfofrfygagdglgngugvhahehihohrhthuhyhziaidieigiiik"
                            "ioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkml"
                            "mnmrmsmtmynanbndnengnlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsd"
                            "sesgsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotrtstttwtyugukuruzvevi"
                            "vowawoxhyiyozazhzu";

static const struct {
    const char *code, *name;
} names[] = {
    {"am", N_("Amharic")    },
    {"ar", N_("Arabic")     },
    {"bg", N_("Bulgarian")  },
    {"bn", N_("Bengali")    },
    {"bs", N_("Bosnian")    },
    {"cs", N_("Czech")      },
    {"da", N_("Danish")     },
    {"de", N_("German")     },
    {"el", N_("Greek")      },
    {"en", N_("English")    },
    {"es", N_("Spanish")    },
    {"fa", N_("Persian")    },
    {"fi", N_("Finnish")    },
    {"fr", N_("French")     },
    {"he", N_("Hebrew")     },
    {"hi", N_("Hindi")      },
    {"hr", N_("Croatian")   },
    {"hu", N_("Hungarian")  },
    {"hy", N_("Armenian")   },
    {"it", N_("Italian")    },
    {"ja", N_("Japanese")   },
    {"ka", N_("Georgian")   },
    {"ku", N_("Kurdish")    },
    {"ln", N_("Lingala")    },
    {"nl", N_("Dutch")      },
    {"pa", N_("Punjabi")    },
    {"pl", N_("Polish")     },
    {"ps", N_("Pashto")     },
    {"pt", N_("Portuguese") },
    {"ro", N_("Romanian")   },
    {"ru", N_("Russian")    },
    {"rw", N_("Kinyarwanda")},
    {"sk", N_("Slovak")     },
    {"so", N_("Somali")     },
    {"sq", N_("Albanian")   },
    {"sr", N_("Serbian")    },
    {"sv", N_("Swedish")    },
    {"sw", N_("Swahili")    },
    {"th", N_("Thai")       },
    {"ti", N_("Tigrinya")   },
    {"tr", N_("Turkish")    },
    {"uk", N_("Ukrainian")  },
    {"ur", N_("Urdu")       },
    {"vi", N_("Vietnamese") },
    {"zh", N_("Chinese")    },
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool language_parse(const char *text, size_t len, char ret[LANGUAGE_SIZE])
{
    if (len != 2)
        return false;
    const char a = lower(text[0]);
    const char b = lower(text[1]);
    for (size_t i = 0; i + 1 < sizeof codes; i += 2) {
        if (codes[i] != a || codes[i + 1] != b)
            continue;
        ret[0] = a;
        ret[1] = b;
        ret[2] = '\0';
        return true;
    }
    return false;
}

const char *language_name(const char *code)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].code, code) == 0)
            return names[i].name;
    return code;
}
