/* SPDX-License-Identifier: Apache-2.0 */
/* A module for baresip in tests: writes down what is decoded for the agent's ear, 16-bit samples at
 * the codec's rate, into the file of the setting ear_path.
 *
 * It is a filter of the decoder alone: baresip 1.0.0 sets up no filter anew after a re-INVITE while
 * one of the encoder is left, which is why its own sndfile.so falls silent there. */

#include <stdint.h>

#include <re_types.h>

#include <fcntl.h>
#include <unistd.h>

#include <re_fmt.h>
#include <re_list.h>
#include <re_mem.h>
#include <re_mod.h>

/* Of baresip 1.0.0, which has no headers in Debian (net/voice/baresip.h). */
struct audio;
struct conf;
struct aufilt;
struct aufilt_dec_st {
    const struct aufilt *af;
    struct le le;
};
struct auframe {
    int fmt;
    void *sampv;
    size_t sampc;
    uint64_t timestamp;
};
struct aufilt {
    struct le le;
    const char *name;
    void *encupdh, *ench;
    int (*decupdh)(struct aufilt_dec_st **stp, void **ctx, const struct aufilt *af, void *prm,
                   const struct audio *au);
    int (*dech)(struct aufilt_dec_st *st, struct auframe *af);
};
struct list *baresip_aufiltl(void);
void aufilt_register(struct list *aufiltl, struct aufilt *af);
void aufilt_unregister(struct aufilt *af);
struct conf *conf_cur(void);
int conf_get_str(const struct conf *conf, const char *name, char *str, size_t size);

struct ear {
    struct aufilt_dec_st st; /* first: baresip knows this part */
    int fd;
};

static void destroy(void *arg)
{
    struct ear *ear = arg;
    list_unlink(&ear->st.le);
    (void)close(ear->fd);
}

static int start(struct aufilt_dec_st **stp, void **ctx, const struct aufilt *af, void *prm,
                 const struct audio *au)
{
    char path[256];
    (void)ctx;
    (void)af;
    (void)prm;
    (void)au;
    if (conf_get_str(conf_cur(), "ear_path", path, sizeof path))
        return ENOENT;
    struct ear *ear = mem_zalloc(sizeof *ear, destroy);
    if (!ear)
        return ENOMEM;
    ear->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    *stp = &ear->st;
    return 0;
}

static int hear(struct aufilt_dec_st *st, struct auframe *af)
{
    const struct ear *ear = (const struct ear *)st;
    return write(ear->fd, af->sampv, af->sampc * sizeof(int16_t)) < 0 ? EIO : 0;
}

static struct aufilt filter = {.name = "ear", .decupdh = start, .dech = hear};

static int ear_init(void)
{
    aufilt_register(baresip_aufiltl(), &filter);
    return 0;
}

static int ear_close(void)
{
    aufilt_unregister(&filter);
    return 0;
}

extern const struct mod_export exports;
const struct mod_export exports
    __attribute__((visibility("default"))) = {"ear", "filter", ear_init, ear_close};
