/* SPDX-License-Identifier: Apache-2.0 */
/* Who is a contact of whom. */

#include "net/store/internal.h"
#include "net/store/store_contact.h"

enum err_code store_index_of(struct store *st, enum region region, int64_t person_id, int64_t *ret,
                             struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_one(st, SQL_CONTACT_INDEX, &q, err, sql_int(person_id), sql_text(region_name(region)));
    if (code == ERR_NOT_FOUND) {
        *ret = 0;
        return ERR_OK;
    }
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

enum err_code store_contacts_of(struct store *st, enum region region, int64_t person_id,
                                int64_t after, int64_t *ret, size_t cap, size_t *ret_n,
                                struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_each(st, SQL_CONTACTS_OF, &q, err, sql_int(person_id), sql_text(region_name(region)),
                 sql_int(after), sql_int((int64_t)cap));
    return code ? code : sql_ids(st, q, ret, cap, ret_n, err);
}
