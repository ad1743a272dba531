-- SPDX-License-Identifier: Apache-2.0
-- Several nodes on one PostgreSQL database: with which of them an agent is. Each node writes its own
-- rows, slowly. Of no use where there is one.
CREATE TABLE presence (
    agent_id INTEGER NOT NULL,
    node INTEGER NOT NULL,
    seen_at INTEGER NOT NULL, -- by the database's clock
    PRIMARY KEY (agent_id, node)
) STRICT, WITHOUT ROWID;
