/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of the exchange's certificate (core/phone_fault.h). */

#include "core/phone_fault.h"

#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

static const struct {
    const char *name;
    const char *text;
} faults[] = {
    [PHONE_FAULT_NONE] = {"",            ""                                                                          },
    [PHONE_FAULT_NAME] = {"name",        N_("The exchange's certificate is for another name (%s).")                  },
    [PHONE_FAULT_EXPIRED] = {"expired",     N_("The exchange's certificate expired on %s.")                             },
    [PHONE_FAULT_EARLY] = {"early",       N_("The exchange's certificate is valid from %s on only.")                  },
    [PHONE_FAULT_SELF_SIGNED] = {"self-signed",
                          N_("The exchange's certificate is vouched for by itself only.")                            },
    [PHONE_FAULT_UNTRUSTED] =
        {"untrusted",   N_("The exchange's certificate is not from an authority trusted here (%s).")},
};
_Static_assert(sizeof faults / sizeof faults[0] == PHONE_FAULT_COUNT, "one row a fault");

const char *phone_fault_name(enum phone_fault fault)
{
    return faults[fault].name;
}

bool phone_fault_by_name(const char *name, enum phone_fault *ret)
{
    for (size_t i = 0; i < PHONE_FAULT_COUNT; i++)
        if (strcmp(faults[i].name, name) == 0) {
            *ret = (enum phone_fault)i;
            return true;
        }
    return false;
}

const char *phone_fault_text(enum phone_fault fault)
{
    return faults[fault].text;
}

static size_t append(char *ret, size_t used, size_t size, const char *text, size_t len)
{
    size_t room = size - 1 - used;
    if (len > room)
        len = room;
    memcpy(ret + used, text, len);
    ret[used + len] = '\0';
    return used + len;
}

/* Not by printf: a translation, or what stands in a certificate, is no format. */
void phone_fault_sentence(const char *text, const char *about, char *ret, size_t size)
{
    const char *place = strstr(text, "%s");
    const size_t before = place ? (size_t)(place - text) : strlen(text);
    size_t used = append(ret, 0, size, text, before);
    if (place) {
        used = append(ret, used, size, about, strlen(about));
        used = append(ret, used, size, place + 2, strlen(place + 2));
    }
    while (used > 0 && !utf8_is_valid(ret, used)) /* cut in the middle of a character */
        ret[--used] = '\0';
}
