import { randomBytes } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { expect } from 'vitest';
import { z } from 'zod';
import { approval } from '../../../contracts/approval.ts';
import { type Run, run as runSchema } from '../../../contracts/run.ts';
import { type RunInput, type RunResult, taskQueue, workflowTypes } from '../../../contracts/workflows.ts';
import { plan, validate } from '../../../engine/document.ts';
import { expectEnd } from './expect-end.ts';
import { type Program, randomPrograms } from './programs.ts';
import { subflows } from './services.ts';

export interface RandomPrograms {
  count: number;
  /** Decides the programs. */
  seed: number;
  /** How many run at once. */
  atOnce: number;
  /** Of the service that they call. */
  origin: string;
  temporal: Client;
  /** Asks the API, as administrator. */
  api(path: string, init?: RequestInit): Promise<Response>;
  /** Something is killed now and then: attempts are not counted, and what does not answer is asked again. */
  disturbed: boolean;
}

/** A run is given so long to end, however often it is disturbed. */
const patienceMs = 300_000;

/** Runs random flows as workflows and holds each against the reference interpreter; resolves with how they ended. */
export async function runRandomPrograms(options: RandomPrograms): Promise<Record<string, number>> {
  const { atOnce, count, origin, seed } = options;
  for (const document of subflows) {
    await send(options, `/api/v1/flows/${document.id}`, 'PUT', document);
    await send(options, `/api/v1/flows/${document.id}/publish`, 'POST', {});
  }
  const programs = randomPrograms(count, seed, origin);
  const ends: Record<string, number> = {};
  const done = new AbortController();
  const workOff = async (): Promise<void> => {
    for (let program = programs.shift(); program && !done.signal.aborted; program = programs.shift()) {
      const { run, result } = await runOne(options, program);
      expectEnd(program, run, result, options.disturbed);
      ends[run.status] = (ends[run.status] ?? 0) + 1;
    }
  };
  const deciding = decideAll(options, done.signal);
  try {
    await Promise.all([
      deciding,
      Promise.all(Array.from({ length: atOnce }, workOff)).then(() => done.abort()),
    ]);
  } finally {
    done.abort();
  }
  return ends;
}

async function runOne(
  options: RandomPrograms,
  { document, input, made, trigger }: Program,
): Promise<{ run: Run; result: RunResult }> {
  expect(validate(document), input.program).toMatchObject({ valid: true });
  const runId = randomBytes(13).toString('hex');
  // Nobody has published it.
  const flow = { ...plan(document, 1), flow: { id: document.id, version: 0, draft: true as const } };
  const runInput: RunInput = {
    runId,
    origin: { type: 'api', input: {}, user: 'random', traceId: '', language: 'en' },
    startedAt: Date.now(),
    flow: flow.flow,
    plan: flow,
    start: { trigger, input: { input } },
  };
  const workflowId = `run:${runId}`;
  const { workflow } = options.temporal;
  await patiently(`start ${runId}`, () =>
    workflow
      .start<(input: RunInput) => Promise<RunResult>>(workflowTypes.run, {
        taskQueue,
        workflowId,
        args: [runInput],
      })
      .catch((thrown: unknown) => {
        if (!(thrown instanceof WorkflowExecutionAlreadyStartedError)) throw thrown;
      }),
  );
  // Another comes first, which nobody waits for.
  for (const { event } of made.values())
    for (const one of event ? [{ ...event, name: 'of_nobody', data: { v: -1 } }, event] : [])
      await send(options, `/api/v1/runs/${runId}/events`, 'POST', one, [404, 409]);
  const handle = workflow.getHandle<(input: RunInput) => Promise<RunResult>>(workflowId);
  const late = after(patienceMs, undefined, { ref: false }).then(() => undefined);
  const result = await Promise.race([patiently(`end ${runId}`, () => handle.result()), late]);
  const run = await patiently(`show ${runId}`, async () => {
    const shown = runSchema.parse(await (await options.api(`/api/v1/runs/${runId}`)).json());
    if (shown.finishedAt === null && result) throw new Error(`run ${runId} is ${shown.status}`);
    return shown;
  });
  if (!result) throw new Error(`program ${input.program} does not end: ${JSON.stringify(run.nodes)}`);
  return { run, result };
}

const listed = z.object({ approvals: z.array(approval) });

/** Does what the text of each approval says, with the text as note; some are left to expire. */
async function decideAll(options: RandomPrograms, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await after(200, undefined, { signal }).catch(() => {});
    const response = await options.api('/api/v1/approvals').catch(() => undefined);
    if (!response?.ok) continue;
    const { approvals } = listed.parse(await response.json());
    await Promise.all(
      approvals.map(async ({ id, text }) => {
        const [decision] = /^(approve|deny)/.exec(text) ?? [];
        if (decision)
          // Decided already, before this list was made, or by a call that was lost on its way back.
          await send(options, `/api/v1/approvals/${id}`, 'POST', { decision, note: text }, [404, 409]);
      }),
    );
  }
}

async function send(
  { api }: RandomPrograms,
  path: string,
  method: string,
  body: unknown,
  accepted: number[] = [],
): Promise<void> {
  await patiently(path, async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await api(path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok && !accepted.includes(response.status))
      throw new Error(`${response.status} ${await response.text()}`);
  });
}

/** Asks again while somebody is killed or comes back. */
async function patiently<T>(what: string, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (thrown) {
      if (tries === 200) throw new Error(`${what}: ${String(thrown)}`, { cause: thrown });
      await after(300);
    }
  }
}
