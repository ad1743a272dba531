/* SPDX-License-Identifier: Apache-2.0 */
/* What may be said of the sound (net/host/sound.h). */

#include "net/host/sound.h"

#include <string.h>

bool sound_is_known(const char *setting)
{
    static const char *const words[] = {"alsa", "tone", "auto"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(setting, words[i]) == 0)
            return true;
    if (strncmp(setting, "alsa:", 5) == 0)
        return setting[5] && !strpbrk(setting, "\r\n#");
    return strncmp(setting, "file:/", 6) == 0 && !strpbrk(setting, "\r\n#,");
}
