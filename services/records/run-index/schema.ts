/**
 * Tables of the index. Times are epoch ms; `hour` is that of the segment (yyyymmddhh), 0 for what the books carry.
 * A change of shape needs a new file name in `database.ts`: the index is built anew then.
 */
export const schema = `
CREATE TABLE IF NOT EXISTS segments (key VARCHAR);
CREATE TABLE IF NOT EXISTS books (sequence BIGINT, through INTEGER,
  accepted BIGINT, answered BIGINT, failed BIGINT, cancelled BIGINT);
CREATE TABLE IF NOT EXISTS settled (id VARCHAR);
CREATE TABLE IF NOT EXISTS carried_ended (id VARCHAR, account VARCHAR, message_id VARCHAR, status VARCHAR);
CREATE TABLE IF NOT EXISTS accepted (id VARCHAR, hour INTEGER);
CREATE TABLE IF NOT EXISTS open_entries (id VARCHAR, accepted_at BIGINT, entry VARCHAR, hour INTEGER);
CREATE TABLE IF NOT EXISTS unaccepted (id VARCHAR, account VARCHAR, message_id VARCHAR, status VARCHAR,
  finished_at BIGINT, hour INTEGER);
CREATE TABLE IF NOT EXISTS runs (id VARCHAR, status VARCHAR, flow VARCHAR, flow_version INTEGER, intent VARCHAR,
  channel VARCHAR, account VARCHAR, conversation VARCHAR, message_id VARCHAR, "user" VARCHAR, text VARCHAR,
  answer VARCHAR, error VARCHAR, accepted_at BIGINT, started_at BIGINT, finished_at BIGINT, usage VARCHAR,
  trace_id VARCHAR, workflow VARCHAR, resumed_from VARCHAR, written_at BIGINT, hour INTEGER);
`;

const epochMs = (field: string) => `epoch_ms(try_cast(${field} AS TIMESTAMP))`;

/** Files to ingest are named `<order>-<written at>-<hour>.ndjson`, and given as a list literal. */
const fromFileName = `split_part(parse_filename(filename), '-', 2)::BIGINT AS written_at,
  split_part(parse_filename(filename, true), '-', 3)::INTEGER AS hour`;

const endedColumns = `id: 'VARCHAR', status: 'VARCHAR', flow: 'STRUCT(id VARCHAR, version INTEGER)', intent: 'VARCHAR',
  channel: 'VARCHAR', account: 'VARCHAR', conversation: 'VARCHAR', messageId: 'VARCHAR', "user": 'VARCHAR',
  text: 'VARCHAR', answer: 'VARCHAR', error: 'JSON', acceptedAt: 'VARCHAR', startedAt: 'VARCHAR',
  finishedAt: 'VARCHAR', usage: 'JSON', traceId: 'VARCHAR', workflow: 'JSON', resumedFrom: 'VARCHAR'`;

/** First of each run id in the batch, in the order read, that is in none of the tables. */
const fresh = (condition: string, tables: readonly string[]) => `
CREATE OR REPLACE TEMP TABLE fresh AS SELECT b.* FROM batch b WHERE ${condition}
  ${tables.map((table) => `AND NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.id = b.id)`).join(' ')}
  QUALIFY row_number() OVER (PARTITION BY b.id ORDER BY b.rowid) = 1 ORDER BY b.rowid;`;

/** Ingests accepted entries: counts each run id once, opens those without an outcome. */
export const ingestAccepted = (files: string) => `
CREATE OR REPLACE TEMP TABLE batch AS
  SELECT json->>'$.runId' AS id, ${epochMs("json->>'$.acceptedAt'")} AS accepted_at, json::VARCHAR AS entry,
    filename, ${fromFileName}
  FROM read_ndjson_objects(${files}, filename = true, maximum_object_size = 1048576);
${fresh('b.id IS NOT NULL AND b.accepted_at IS NOT NULL', ['accepted', 'settled'])}
INSERT INTO accepted SELECT id, hour FROM fresh;
INSERT INTO open_entries SELECT id, accepted_at, entry, hour FROM fresh f
  WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = f.id)
    AND NOT EXISTS (SELECT 1 FROM carried_ended c WHERE c.id = f.id);
DELETE FROM unaccepted WHERE id IN (SELECT id FROM fresh);`;

/** Ingests records of ended runs: the first of each run id wins. */
export const ingestEnded = (files: string) => `
CREATE OR REPLACE TEMP TABLE batch AS
  SELECT id, status, flow.id AS flow, flow.version AS flow_version, intent, channel, account, conversation,
    messageId AS message_id, "user", text, answer, nullif(error::VARCHAR, 'null') AS error,
    ${epochMs('acceptedAt')} AS accepted_at, ${epochMs('startedAt')} AS started_at,
    ${epochMs('finishedAt')} AS finished_at, usage::VARCHAR AS usage, traceId AS trace_id,
    workflow::VARCHAR AS workflow, resumedFrom AS resumed_from, ${fromFileName}, filename
  FROM read_json(${files}, format = 'newline_delimited', auto_detect = false, filename = true,
    maximum_object_size = 1048576, columns = {${endedColumns}});
${fresh("b.id IS NOT NULL AND b.started_at IS NOT NULL AND b.status IN ('answered', 'failed', 'cancelled')", [
  'runs',
  'settled',
  'carried_ended',
])}
INSERT INTO runs SELECT * EXCLUDE (filename) FROM fresh;
DELETE FROM open_entries WHERE id IN (SELECT id FROM fresh);
INSERT INTO unaccepted SELECT id, account, message_id, status, finished_at, hour FROM fresh f
  WHERE message_id IS NOT NULL AND account IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accepted a WHERE a.id = f.id);`;

/** Lines of the batch that are no record, by file. */
export const unreadableLines = {
  accepted: `SELECT filename, count(*)::INTEGER AS lines FROM batch
    WHERE id IS NULL OR accepted_at IS NULL GROUP BY filename`,
  ended: `SELECT filename, count(*)::INTEGER AS lines FROM batch WHERE id IS NULL OR started_at IS NULL
    OR status IS NULL OR status NOT IN ('answered', 'failed', 'cancelled') GROUP BY filename`,
};
