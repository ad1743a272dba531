/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A collectivity as it stands sealed: name, place, role, last day, note, each closed by a NUL. */

#include "net/store/seal.h"
#include "net/store/store_collectivity.h"

/* Append the text of each to its place in *ret. Errors: as unseal. */
enum err_code collectivity_open(const struct keys *k, int64_t id, const void *blob, size_t len,
                                struct store_collectivity *ret, struct err *err) MUSTCHECK;
