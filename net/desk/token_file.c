/* SPDX-License-Identifier: Apache-2.0 */
/* The attach token in its file (net/desk/token_file.h). */

#include "net/desk/token_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/i18n.h"

void desk_token_make(char ret[DESK_TOKEN_SIZE])
{
    unsigned char bytes[(DESK_TOKEN_SIZE - 1) / 2];
    randombytes_buf(bytes, sizeof bytes);
    (void)sodium_bin2hex(ret, DESK_TOKEN_SIZE, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
}

enum err_code desk_token_write(const char *path, char ret[DESK_TOKEN_SIZE], struct err *err)
{
    char temporary[256];
    if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
        return err_set(err, ERR_IO, N_("The attach file's name is too long."));
    desk_token_make(ret);
    (void)unlink(temporary); /* of a desk that died just here */
    const int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, N_("The attach file cannot be written."));
    const ssize_t n = write(fd, ret, DESK_TOKEN_SIZE - 1);
    if (close(fd) != 0 || n != DESK_TOKEN_SIZE - 1 || rename(temporary, path) != 0) {
        (void)unlink(temporary);
        return err_set(err, ERR_IO, N_("The attach file cannot be written."));
    }
    return ERR_OK;
}

enum err_code desk_token_read(const char *path, char ret[DESK_TOKEN_SIZE], struct err *err)
{
    char token[DESK_TOKEN_SIZE] = "";
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_set(err, ERR_IO, N_("The desk's attach file cannot be read."));
    const ssize_t n = read(fd, token, DESK_TOKEN_SIZE - 1);
    (void)close(fd);
    if (n != DESK_TOKEN_SIZE - 1 || strspn(token, "0123456789abcdef") != DESK_TOKEN_SIZE - 1)
        return err_set(err, ERR_IO, N_("The desk's attach file is not whole."));
    memcpy(ret, token, DESK_TOKEN_SIZE);
    return ERR_OK;
}
