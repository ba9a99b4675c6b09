-- What an office needs beyond the guide. Times are Unix milliseconds.
ALTER TABLE location ADD COLUMN parameters TEXT NOT NULL DEFAULT '';
ALTER TABLE aliases ADD COLUMN parameters TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriber ADD COLUMN ha1_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriber ADD COLUMN ha1b_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriber ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriber ADD COLUMN more TEXT NOT NULL DEFAULT '{}';

-- Contacts of tables that a script names and the guide does not.
CREATE TABLE other_contacts (
  table_name TEXT NOT NULL,
  username TEXT NOT NULL,
  domain TEXT NOT NULL,
  contact TEXT NOT NULL,
  received TEXT,
  expires TEXT NOT NULL,
  q REAL,
  callid TEXT NOT NULL,
  cseq INTEGER NOT NULL,
  last_modified TEXT NOT NULL,
  flags INTEGER NOT NULL,
  user_agent TEXT NOT NULL,
  parameters TEXT NOT NULL,
  PRIMARY KEY (table_name, username, domain, contact)
);

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  level TEXT NOT NULL,
  code TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX events_by_time ON events (at_ms);

CREATE TABLE calls (
  call_id TEXT NOT NULL,
  from_tag TEXT NOT NULL,
  sip_from TEXT NOT NULL,
  sip_to TEXT NOT NULL,
  began_at_ms INTEGER NOT NULL,
  answered_at_ms INTEGER,
  ended_at_ms INTEGER,
  duration_ms INTEGER NOT NULL,
  ending TEXT,
  status INTEGER NOT NULL,
  hung_up_by TEXT,
  facts TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (call_id, from_tag)
);
CREATE INDEX calls_by_time ON calls (began_at_ms);
CREATE INDEX calls_under_way ON calls (call_id) WHERE ended_at_ms IS NULL;

CREATE TABLE check_ups (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  facts TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE traces (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  call_id TEXT NOT NULL,
  octets BLOB NOT NULL
);
CREATE INDEX traces_by_time ON traces (at_ms);
