-- The list of ended calls begins with the newest.
CREATE INDEX calls_by_end ON calls (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
-- What is known of their media takes most of the room, and is kept for a shorter time.
CREATE INDEX calls_with_facts ON calls (began_at_ms) WHERE facts <> '{}' AND ended_at_ms IS NOT NULL;
