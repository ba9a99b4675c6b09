-- The tables of the guide, in the columns that its tools know. Times are UTC.
CREATE TABLE version (table_name TEXT PRIMARY KEY, table_version INTEGER NOT NULL DEFAULT 0);
INSERT INTO version VALUES
  ('subscriber', 5), ('location', 6), ('aliases', 6), ('acc', 2), ('missed_calls', 2), ('grp', 2), ('uri', 1),
  ('usr_preferences', 2), ('preferences_types', 1), ('domain', 1), ('trusted', 1), ('silo', 3), ('speed_dial', 2),
  ('calls_forwarding', 1);

CREATE TABLE subscriber (
  phplib_id TEXT NOT NULL DEFAULT '',
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  password TEXT NOT NULL DEFAULT '',
  first_name TEXT NOT NULL DEFAULT '',
  last_name TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  email_address TEXT NOT NULL DEFAULT '',
  datetime_created TEXT NOT NULL DEFAULT '0000-00-00 00:00:00',
  datetime_modified TEXT NOT NULL DEFAULT '0000-00-00 00:00:00',
  confirmation TEXT NOT NULL DEFAULT '',
  flag TEXT NOT NULL DEFAULT 'o',
  sendnotification TEXT NOT NULL DEFAULT '',
  greeting TEXT NOT NULL DEFAULT '',
  ha1 TEXT NOT NULL DEFAULT '',
  ha1b TEXT NOT NULL DEFAULT '',
  allow_find TEXT NOT NULL DEFAULT '0',
  timezone TEXT,
  rpid TEXT,
  domn INTEGER,
  uuid TEXT,
  PRIMARY KEY (username, domain)
);

CREATE TABLE location (
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  contact TEXT NOT NULL DEFAULT '',
  received TEXT,
  expires TEXT NOT NULL DEFAULT '2020-05-28 21:32:15',
  q REAL DEFAULT 1.0,
  callid TEXT NOT NULL DEFAULT 'Default-Call-ID',
  cseq INTEGER NOT NULL DEFAULT 42,
  last_modified TEXT NOT NULL DEFAULT '1900-01-01 00:00:00',
  replicate INTEGER NOT NULL DEFAULT 0,
  state INTEGER NOT NULL DEFAULT 0,
  flags INTEGER NOT NULL DEFAULT 0,
  user_agent TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (username, domain, contact)
);

CREATE TABLE aliases (
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  contact TEXT NOT NULL DEFAULT '',
  received TEXT,
  expires TEXT NOT NULL DEFAULT '2020-05-28 21:32:15',
  q REAL DEFAULT 1.0,
  callid TEXT NOT NULL DEFAULT 'Default-Call-ID',
  cseq INTEGER NOT NULL DEFAULT 42,
  last_modified TEXT NOT NULL DEFAULT '1900-01-01 00:00:00',
  replicate INTEGER NOT NULL DEFAULT 0,
  state INTEGER NOT NULL DEFAULT 0,
  flags INTEGER NOT NULL DEFAULT 0,
  user_agent TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (username, domain, contact)
);

CREATE TABLE acc (
  sip_from TEXT NOT NULL DEFAULT '',
  sip_to TEXT NOT NULL DEFAULT '',
  sip_status TEXT NOT NULL DEFAULT '',
  sip_method TEXT NOT NULL DEFAULT '',
  i_uri TEXT NOT NULL DEFAULT '',
  o_uri TEXT NOT NULL DEFAULT '',
  from_uri TEXT NOT NULL DEFAULT '',
  to_uri TEXT NOT NULL DEFAULT '',
  sip_callid TEXT NOT NULL DEFAULT '',
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  fromtag TEXT NOT NULL DEFAULT '',
  totag TEXT NOT NULL DEFAULT '',
  time TEXT NOT NULL DEFAULT '',
  timestamp TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  caller_deleted TEXT NOT NULL DEFAULT '0',
  callee_deleted TEXT NOT NULL DEFAULT '0'
);
CREATE INDEX acc_by_call ON acc (sip_callid);

CREATE TABLE missed_calls (
  sip_from TEXT NOT NULL DEFAULT '',
  sip_to TEXT NOT NULL DEFAULT '',
  sip_status TEXT NOT NULL DEFAULT '',
  sip_method TEXT NOT NULL DEFAULT '',
  i_uri TEXT NOT NULL DEFAULT '',
  o_uri TEXT NOT NULL DEFAULT '',
  from_uri TEXT NOT NULL DEFAULT '',
  to_uri TEXT NOT NULL DEFAULT '',
  sip_callid TEXT NOT NULL DEFAULT '',
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  fromtag TEXT NOT NULL DEFAULT '',
  totag TEXT NOT NULL DEFAULT '',
  time TEXT NOT NULL DEFAULT '',
  timestamp TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE grp (
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  grp TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (username, domain, grp)
);

CREATE TABLE uri (
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  uri_user TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (username, domain, uri_user)
);

CREATE TABLE usr_preferences (
  uuid TEXT NOT NULL DEFAULT '',
  username TEXT NOT NULL DEFAULT '0',
  domain TEXT NOT NULL DEFAULT '',
  attribute TEXT NOT NULL DEFAULT '',
  value TEXT NOT NULL DEFAULT '',
  type INTEGER NOT NULL DEFAULT 0,
  modified TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (attribute, username, domain)
);

CREATE TABLE preferences_types (
  att_name TEXT PRIMARY KEY,
  att_rich_type TEXT NOT NULL DEFAULT 'string',
  att_raw_type INTEGER NOT NULL DEFAULT 2,
  att_type_spec TEXT,
  default_value TEXT NOT NULL DEFAULT ''
);

CREATE TABLE domain (domain TEXT PRIMARY KEY, last_modified TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);

CREATE TABLE trusted (
  src_ip TEXT NOT NULL,
  proto TEXT NOT NULL,
  from_pattern TEXT NOT NULL,
  PRIMARY KEY (src_ip, proto, from_pattern)
);

CREATE TABLE silo (
  mid INTEGER PRIMARY KEY AUTOINCREMENT,
  src_addr TEXT NOT NULL DEFAULT '',
  dst_addr TEXT NOT NULL DEFAULT '',
  r_uri TEXT NOT NULL DEFAULT '',
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  inc_time INTEGER NOT NULL DEFAULT 0,
  exp_time INTEGER NOT NULL DEFAULT 0,
  ctype TEXT NOT NULL DEFAULT 'text/plain',
  body BLOB NOT NULL DEFAULT ''
);

CREATE TABLE speed_dial (
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  sd_username TEXT NOT NULL DEFAULT '',
  sd_domain TEXT NOT NULL DEFAULT '',
  new_uri TEXT NOT NULL DEFAULT '',
  fname TEXT NOT NULL DEFAULT '',
  lname TEXT NOT NULL DEFAULT '',
  description TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (username, domain, sd_domain, sd_username)
);

CREATE TABLE calls_forwarding (
  username TEXT NOT NULL DEFAULT '',
  domain TEXT NOT NULL DEFAULT '',
  uri_re TEXT NOT NULL DEFAULT '',
  purpose TEXT NOT NULL DEFAULT '',
  action TEXT NOT NULL DEFAULT '',
  param1 TEXT,
  param2 TEXT,
  PRIMARY KEY (username, domain, uri_re, purpose)
);
