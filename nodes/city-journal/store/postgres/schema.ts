/** Tables of a journal in PostgreSQL, all in one schema. What cannot be undone by a search is refused by triggers. */

const VERSION = 1;
/** A place as PostGIS and as PostgreSQL itself knows it; each can be indexed. */
export const POINT = {
  postgis: 'ST_SetSRID(ST_MakePoint(lon, lat), 4326)',
  plain: 'point(lon, lat)',
} as const;

/** @param s name of the schema; checked by the settings, so that it needs no quotes */
export function tablesOf(s: string, postgis: boolean): string {
  return `
CREATE SCHEMA IF NOT EXISTS ${s};
CREATE TABLE IF NOT EXISTS ${s}.meta (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS ${s}.entry (
  seq bigint PRIMARY KEY, at bigint NOT NULL, kind text NOT NULL, node text NOT NULL,
  alarm text, status_id text, revision integer, hash bytea NOT NULL,
  status text, domain text, state text, severity smallint, lon float8, lat float8, text text NOT NULL,
  zones text[] NOT NULL, body text NOT NULL
) WITH (toast_tuple_target = 256);
CREATE TABLE IF NOT EXISTS ${s}.definition (status text NOT NULL, name text NOT NULL, PRIMARY KEY (status, name));
CREATE TABLE IF NOT EXISTS ${s}.alarm (alarm text PRIMARY KEY, body text NOT NULL);
CREATE TABLE IF NOT EXISTS ${s}.taken (seq bigint NOT NULL, taker text NOT NULL, PRIMARY KEY (seq, taker));
CREATE INDEX IF NOT EXISTS entry_at ON ${s}.entry (at, seq);
CREATE INDEX IF NOT EXISTS entry_kind ON ${s}.entry (kind, at, seq);
CREATE INDEX IF NOT EXISTS entry_alarm ON ${s}.entry (alarm, at, seq);
CREATE INDEX IF NOT EXISTS entry_status ON ${s}.entry (status, at, seq);
CREATE INDEX IF NOT EXISTS entry_domain ON ${s}.entry (domain, at, seq);
CREATE INDEX IF NOT EXISTS entry_severity ON ${s}.entry (severity, at, seq);
CREATE INDEX IF NOT EXISTS entry_zones ON ${s}.entry USING gin (zones);
CREATE INDEX IF NOT EXISTS entry_place ON ${s}.entry USING gist ((${POINT[postgis ? 'postgis' : 'plain']}))
  WHERE lon IS NOT NULL;
CREATE OR REPLACE FUNCTION ${s}.fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND old.seq <= coalesce((SELECT value::bigint FROM ${s}.meta WHERE name = 'cut'), 0) THEN
    RETURN old;
  END IF;
  RAISE EXCEPTION 'entries are never changed, nor deleted but by retention';
END $$;
DROP TRIGGER IF EXISTS entry_fixed ON ${s}.entry;
CREATE TRIGGER entry_fixed BEFORE UPDATE OR DELETE ON ${s}.entry FOR EACH ROW EXECUTE FUNCTION ${s}.fixed();
DROP TRIGGER IF EXISTS entry_whole ON ${s}.entry;
CREATE TRIGGER entry_whole BEFORE TRUNCATE ON ${s}.entry FOR EACH STATEMENT EXECUTE FUNCTION ${s}.fixed();
INSERT INTO ${s}.meta VALUES ('version', '${VERSION}'), ('postgis', '${postgis}') ON CONFLICT DO NOTHING;
`;
}

export const isUnderstood = (version: string | undefined): boolean => Number(version) <= VERSION;
