/**
 * Tables of the index. Times are epoch ms; `hour` is that of the segment (yyyymmddhh), 0 for what the books carry. `h` is
 * 128 bits of a run id's hash: whether a run is known is asked of a million of them five times as fast as of ids.
 * A change of shape needs a new `version` in `database.ts`: the index is built anew then.
 */
export const schema = `
CREATE TABLE IF NOT EXISTS segments (key VARCHAR);
CREATE TABLE IF NOT EXISTS books (sequence BIGINT, through INTEGER,
  accepted BIGINT, answered BIGINT, failed BIGINT, cancelled BIGINT);
CREATE TABLE IF NOT EXISTS settled (h UHUGEINT);
CREATE TABLE IF NOT EXISTS carried_ended (h UHUGEINT, id VARCHAR, account VARCHAR, message_id VARCHAR,
  status VARCHAR);
CREATE TABLE IF NOT EXISTS accepted (h UHUGEINT, hour INTEGER);
CREATE TABLE IF NOT EXISTS open_entries (h UHUGEINT, id VARCHAR, accepted_at BIGINT, entry VARCHAR,
  hour INTEGER);
CREATE TABLE IF NOT EXISTS unaccepted (h UHUGEINT, id VARCHAR, account VARCHAR, message_id VARCHAR,
  status VARCHAR, finished_at BIGINT, hour INTEGER);
CREATE TABLE IF NOT EXISTS runs (h UHUGEINT, id VARCHAR, status VARCHAR, flow VARCHAR, flow_version INTEGER,
  intent VARCHAR, channel VARCHAR, account VARCHAR, conversation VARCHAR, message_id VARCHAR, "user" VARCHAR, text VARCHAR,
  answer VARCHAR, error VARCHAR, accepted_at BIGINT, started_at BIGINT, finished_at BIGINT, usage VARCHAR,
  trace_id VARCHAR, workflow VARCHAR, resumed_from VARCHAR, parent VARCHAR,
  flow_draft BOOLEAN, error_type VARCHAR, error_node VARCHAR, written_at BIGINT, hour INTEGER);
`;

/** `h` of a run id. */
export const hashOf = (id: string) => `md5_number(${id})`;

const epochMs = (field: string) => `epoch_ms(try_cast(${field} AS TIMESTAMP))`;

/** Files to ingest are named `<order>-<written at>-<hour>.ndjson`, and given as a list literal. */
const fromFileName = `split_part(parse_filename(filename), '-', 2)::BIGINT AS written_at,
  split_part(parse_filename(filename, true), '-', 3)::INTEGER AS hour`;

const endedColumns = `id: 'VARCHAR', status: 'VARCHAR', flow: 'STRUCT(id VARCHAR, version INTEGER, draft BOOLEAN)', intent: 'VARCHAR',
  channel: 'VARCHAR', account: 'VARCHAR', conversation: 'VARCHAR', messageId: 'VARCHAR', "user": 'VARCHAR',
  text: 'VARCHAR', answer: 'VARCHAR', error: 'JSON', acceptedAt: 'VARCHAR', startedAt: 'VARCHAR',
  finishedAt: 'VARCHAR', usage: 'JSON', traceId: 'VARCHAR', workflow: 'JSON', resumedFrom: 'VARCHAR', parent: 'VARCHAR'`;

/** Rows of the batch, by run the first in the order read, of runs that are in none of the tables. */
const findFresh = (condition: string, tables: readonly string[]) => `
CREATE OR REPLACE TEMP TABLE fresh AS SELECT b.h, min(b.rowid) AS place FROM batch b WHERE ${condition}
  ${tables.map((table) => `AND NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.h = b.h)`).join(' ')} GROUP BY b.h;`;
const fresh = 'batch f WHERE f.rowid IN (SELECT place FROM fresh)';

/** Ingests accepted entries: counts each run id once, opens those without an outcome. */
export const ingestAccepted = (files: string) => `
CREATE OR REPLACE TEMP TABLE batch AS
  SELECT ${hashOf("json->>'$.runId'")} AS h, json->>'$.runId' AS id, 
    ${epochMs("json->>'$.acceptedAt'")} AS accepted_at, json::VARCHAR AS entry, filename, ${fromFileName}
  FROM read_ndjson_objects(${files}, filename = true, maximum_object_size = 1048576);
${findFresh('b.id IS NOT NULL AND b.accepted_at IS NOT NULL', ['accepted', 'settled'])}
INSERT INTO accepted SELECT h, hour FROM ${fresh};
INSERT INTO open_entries SELECT h, id, accepted_at, entry, hour FROM ${fresh}
  AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.h = f.h)
    AND NOT EXISTS (SELECT 1 FROM carried_ended c WHERE c.h = f.h);
DELETE FROM unaccepted WHERE h IN (SELECT h FROM fresh);`;

/** Ingests records of ended runs: the first of each run id wins. */
export const ingestEnded = (files: string) => `
CREATE OR REPLACE TEMP TABLE batch AS
  SELECT ${hashOf('id')} AS h, id, status, flow.id AS flow, flow.version AS flow_version, intent, channel, account,
    conversation, messageId AS message_id, "user", text, answer, nullif(error::VARCHAR, 'null') AS error,
    ${epochMs('acceptedAt')} AS accepted_at, ${epochMs('startedAt')} AS started_at,
    ${epochMs('finishedAt')} AS finished_at, usage::VARCHAR AS usage, traceId AS trace_id,
    workflow::VARCHAR AS workflow, resumedFrom AS resumed_from, parent, flow.draft AS flow_draft,
    error->>'$.type' AS error_type, error->>'$.node' AS error_node, ${fromFileName}, filename
  FROM read_json(${files}, format = 'newline_delimited', auto_detect = false, filename = true,
    maximum_object_size = 1048576, columns = {${endedColumns}});
${findFresh(
  "b.id IS NOT NULL AND b.started_at IS NOT NULL AND b.status IN ('answered', 'failed', 'cancelled')",
  ['runs', 'settled', 'carried_ended'],
)}
INSERT INTO runs SELECT * EXCLUDE (filename) FROM ${fresh};
DELETE FROM open_entries WHERE h IN (SELECT h FROM fresh);
INSERT INTO unaccepted SELECT h, id, account, message_id, status, finished_at, hour FROM ${fresh}
  AND message_id IS NOT NULL AND account IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM accepted a WHERE a.h = f.h);`;

/** Lines of the batch that are no record, by file. */
export const unreadableLines = {
  accepted: `SELECT filename, count(*)::INTEGER AS lines FROM batch
    WHERE id IS NULL OR accepted_at IS NULL GROUP BY filename`,
  ended: `SELECT filename, count(*)::INTEGER AS lines FROM batch WHERE id IS NULL OR started_at IS NULL
    OR status IS NULL OR status NOT IN ('answered', 'failed', 'cancelled') GROUP BY filename`,
};
