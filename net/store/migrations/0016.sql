-- SPDX-License-Identifier: Apache-2.0
-- What a purge destroyed so far, under the number of the certificate to come.

CREATE TABLE purge_tally (
    number INTEGER NOT NULL,
    what TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (number, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX destroyed_ticket_digest ON destroyed_ticket (digest);
CREATE INDEX person_closed ON person (service_id, state_since, person_id) WHERE state = 'closed';
