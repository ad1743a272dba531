-- SPDX-License-Identifier: Apache-2.0
-- Whoever serves a stream has to learn which sessions ended a moment ago, whoever ended them.

CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;
