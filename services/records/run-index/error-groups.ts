import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { z } from 'zod';
import { type RunErrorGroup, type RunErrorQuery, runErrorGroup } from '../../../contracts/index.ts';

const mostGroups = 200;

const row = z.object({
  flow: z.string().nullable(),
  error_type: z.string(),
  error_node: z.string().nullable(),
  count: z.number(),
  resumed: z.number(),
  first_at: z.number(),
  last_at: z.number(),
  sample: z.string(),
  message: z.string().nullable(),
});

/** Failed runs by flow, error type and node; the largest groups first. */
export async function groupErrors(
  connection: DuckDBConnection,
  { flow, from, to }: RunErrorQuery,
): Promise<RunErrorGroup[]> {
  const values: DuckDBValue[] = [];
  const bind = (value: DuckDBValue) => `$${values.push(value)}`;
  const terms = [`status = 'failed' AND error_type IS NOT NULL`];
  if (flow) terms.push(`flow = ${bind(flow)}`);
  if (from) terms.push(`started_at >= ${bind(BigInt(Date.parse(from)))}`);
  if (to) terms.push(`started_at <= ${bind(BigInt(Date.parse(to)))}`);
  const result = await connection.runAndReadAll(
    `SELECT flow, error_type, error_node, count(*)::DOUBLE AS count, count(again.id)::DOUBLE AS resumed,
        min(started_at)::DOUBLE AS first_at, max(started_at)::DOUBLE AS last_at,
        arg_max(runs.id, started_at) AS sample, arg_max(error->>'$.message', started_at) AS message
      FROM runs LEFT JOIN (SELECT DISTINCT resumed_from AS id FROM runs
        WHERE resumed_from IS NOT NULL AND status <> 'failed') again ON again.id = runs.id
      WHERE ${terms.join(' AND ')}
      GROUP BY ALL ORDER BY count DESC, last_at DESC LIMIT ${mostGroups}`,
    values,
  );
  return result.getRowObjects().map(toGroup);
}

function toGroup(value: unknown): RunErrorGroup {
  const found = row.parse(value);
  return runErrorGroup.parse({
    flow: found.flow,
    errorType: found.error_type,
    node: found.error_node,
    count: found.count,
    resumed: found.resumed,
    firstAt: new Date(found.first_at).toISOString(),
    lastAt: new Date(found.last_at).toISOString(),
    sample: { runId: found.sample, message: found.message ?? '' },
  });
}
