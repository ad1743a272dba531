-- SPDX-License-Identifier: Apache-2.0
-- Several nodes on one PostgreSQL database: with which of them an agent is. Each node writes its own
-- rows, slowly.
CREATE TABLE presence (
    agent_id BIGINT NOT NULL,
    node BIGINT NOT NULL,
    seen_at BIGINT NOT NULL, -- by the database's clock
    PRIMARY KEY (agent_id, node)
) WITH (fillfactor = 50);
