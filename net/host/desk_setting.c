/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of a desk (net/host/desk_setting.h). */

#include "net/host/desk_setting.h"

#include "core/i18n.h"
#include "net/host/sound.h"
#include "net/host/xdg.h"

const char *desk_setting_instance(const char *text, void *ret)
{
    if (!xdg_is_name(text))
        return N_("up to 32 letters, digits, '-', '_' and '.' are expected, first no sign");
    *(const char **)ret = text;
    return NULL;
}

const char *desk_setting_audio(const char *text, void *ret)
{
    if (!sound_is_known(text))
        return N_("alsa, alsa:DEVICE, tone, file:/PATH or auto is expected");
    *(const char **)ret = text;
    return NULL;
}
