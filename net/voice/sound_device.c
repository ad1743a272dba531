/* SPDX-License-Identifier: Apache-2.0 */
#include "net/voice/sound_device.h"

#include <string.h>

const struct sound_driver *sound_driver_by_name(const char *name)
{
    static const struct sound_driver *const drivers[] = {&sound_alsa, &sound_tone, &sound_file};
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++)
        if (strcmp(drivers[i]->name, name) == 0)
            return drivers[i];
    return NULL;
}
