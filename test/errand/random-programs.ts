import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Run } from '../../contracts/run.ts';
import { type RunInput, type RunResult, taskQueue, workflowTypes } from '../../contracts/workflows.ts';
import { randomFlow } from '../../engine/testing/random-flows.suite.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { type RealProgram, realProgram } from './real-program.ts';

export interface RandomPrograms {
  count: number;
  /** Decides the programs. */
  seed: number;
  /** How many run at once. */
  atOnce: number;
  origin: string;
  temporal: Client;
  /** A run as the API shows it, once it has ended. */
  ended(runId: string): Promise<Run>;
}

/** Runs random flows as workflows and holds each against the reference interpreter; resolves with how they ended. */
export async function runRandomPrograms(options: RandomPrograms): Promise<Record<string, number>> {
  const { atOnce, count, origin, seed } = options;
  const programs = fc
    .sample(randomFlow(), { numRuns: count, seed })
    .map((random, at) => ({ at, program: realProgram(random, origin) }));
  const ends: Record<string, number> = {};
  const workOff = async (): Promise<void> => {
    for (let next = programs.shift(); next; next = programs.shift()) {
      const run = await runOne(options, next.program, `${seed}-${next.at}`);
      expectEnd(run, next.program, `program ${next.at} of seed ${seed}, run ${run.id}`);
      ends[run.status] = (ends[run.status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, workOff));
  return ends;
}

async function runOne(
  { ended, temporal }: RandomPrograms,
  { plan, trigger }: RealProgram,
  name: string,
): Promise<Run> {
  const runId = randomBytes(13).toString('hex');
  const input: RunInput = {
    runId,
    origin: { type: 'api', input: {}, user: 'random', traceId: '', language: 'en' },
    startedAt: Date.now(),
    flow: plan.flow,
    plan,
    start: { trigger, input: { input: { program: name } } },
  };
  const run = await temporal.workflow.start<(input: RunInput) => Promise<RunResult>>(workflowTypes.run, {
    taskQueue,
    workflowId: `run:${runId}`,
    args: [input],
  });
  await run.result();
  return ended(runId);
}

function expectEnd(run: Run, { items, outputs, statuses }: RealProgram, name: string): void {
  const found = Object.fromEntries(run.nodes.map(({ id, status }) => [id, status]));
  if (statuses === 'fails') {
    expect(run.status, name).toBe('failed');
    expect(Object.values(found), name).not.toContain('running');
    return;
  }
  expect([run.status, found], name).toEqual(['answered', statuses]);
  for (const { id, items: counts, output, status } of run.nodes) {
    if (status !== 'succeeded') expect(output, `${id} of ${name}`).toBeNull();
    else if (outputs[id]) expect(outputs[id], `${id} of ${name}`).toContainEqual(output);
    if (counts && status !== 'skipped') expect(counts, `${id} of ${name}`).toEqual(items[id]);
  }
}

/** What the programs call: a service whose path says what it answers, and a model that refuses what it is asked to. */
export interface RandomServices {
  model: ModelServer;
  service: LoopbackServer;
  close(): Promise<void>;
}

export async function startRandomServices(): Promise<RandomServices> {
  const seen = new Set<string>();
  const service = await startLoopbackServer(({ url = '' }, response) => {
    const first = !seen.has(url);
    const status = url.startsWith('/400') ? 400 : url.startsWith('/flaky') && first ? 503 : 200;
    if (url.startsWith('/flaky')) seen.add(url);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end('{"flag":true}');
  });
  const model = await startModelServer({
    record: false,
    behaviour: ({ messages }) => {
      const asked = messages.at(-1)?.content ?? '';
      return asked === 'refused' ? { status: 400, body: '{"error":{"message":"no"}}' } : `did ${asked}`;
    },
  });
  return {
    model,
    service,
    async close() {
      await Promise.all([model.close(), service.close()]);
    },
  };
}
