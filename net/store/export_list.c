/* SPDX-License-Identifier: Apache-2.0 */
/* Lists for others: who stands in one that was handed out. */

#include "net/store/internal.h"
#include "net/store/store_export.h"

enum err_code store_list_export_begin(struct store *st, enum store_export what,
                                      const enum region *region, const char *account,
                                      int64_t now_utc_s, int64_t *ret_id, struct err *err)
{
    int64_t id = 0;
    enum err_code code = store_next_id(st, "list_export", &id, err);
    if (!code) {
        code = sql_run(
            st, SQL_LIST_EXPORT_BEGIN, err, sql_int(id), sql_text(store_export_name(what)),
            sql_text(region ? region_name(*region) : NULL), sql_int(now_utc_s), sql_text(account));
    }
    if (!code) {
        *ret_id = id;
    }
    return code;
}

enum err_code store_list_mark(struct store *st, enum store_export what, int64_t entry_id,
                              bool withdrawn, int64_t list_export_id, struct err *err)
{
    return sql_run(st, SQL_LIST_MARK, err, sql_text(store_export_name(what)), sql_int(entry_id),
                   sql_int(list_export_id), sql_int(withdrawn));
}
