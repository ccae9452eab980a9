/**
 * `npm run bench`: what Errand carries on this machine, beside a naive floor that uses the same Temporal server, the
 * same model and the same sink. Load, model and sink are processes of their own; only the target's CPU is counted.
 *
 *   options.ts  what is to be measured          session.ts  one started target, its rows one after the other
 *   load.ts     closed and open loops           row.ts      one workload's figures
 *   errand.ts, floor/   the two targets         report.ts   the table and the JSON
 *   flows.ts    the engine, and a fan-out       accept/     how fast messages are taken, by channel
 *   gateway.ts  asking a model
 */
import { acceptReport, measureAccept } from './accept/measure.ts';
import { flowsReport, measureFlows } from './flows.ts';
import { gatewayReport, measureGateway } from './gateway.ts';
import { readOptions } from './options.ts';
import { jsonReport, retentionReport, soakReport, textReport } from './report.ts';
import { measureRetention } from './retention.ts';
import { runSession, type SessionResult } from './session.ts';
import { soak } from './soak.ts';

const options = readOptions(process.argv.slice(2));
const say = (text: string) => process.stderr.write(`${text}\n`);
const print = (text: string) => process.stdout.write(`${text}\n`);

if (options.soak) {
  const result = await soak(options.soak, say);
  print(options.json ? JSON.stringify(result) : soakReport(result));
  process.exitCode = hasFaults(result) ? 1 : 0;
} else if (options.retention) {
  const result = await measureRetention(options.retention, say);
  print(options.json ? JSON.stringify(result) : retentionReport(result));
  process.exitCode = hasFaults(result) ? 1 : 0;
} else if (options.accept) {
  const rows = await measureAccept(options.accept, say);
  print(options.json ? JSON.stringify({ accept: rows }) : acceptReport(rows));
  process.exitCode = rows.some(({ notTaken }) => notTaken > 0) ? 1 : 0;
} else if (options.flows) {
  const result = await measureFlows(say);
  print(options.json ? JSON.stringify(result) : flowsReport(result));
} else if (options.gateway) {
  const result = await measureGateway();
  print(options.json ? JSON.stringify(result) : gatewayReport(result));
} else {
  const results: SessionResult[] = [];
  for (const session of options.sessions) results.push(await runSession(session, options.timing, say));
  print(options.json ? JSON.stringify(jsonReport(results)) : textReport(results));
  process.exitCode = results.some(hasFaults) ? 1 : 0;
}

/** An order that was refused, lost, failed or answered wrongly spoils the figures. */
function hasFaults({ faults }: Pick<SessionResult, 'faults'>): boolean {
  return Object.values(faults).some((count) => count > 0);
}
