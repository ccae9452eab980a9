import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Channel, ParsedMessage } from '../../channels/channel.ts';
import { defineChannel } from '../../channels/define-channel.ts';
import { AccessTokens, createSender } from '../../channels/index.ts';
import {
  createIntake,
  createLastEvents,
  createPairings,
  type Intake,
  type LastEvents,
  NotDurable,
} from '../../channels/intake/index.ts';
import { type AccountConfig, accountConfig, type Delivery } from '../../contracts/index.ts';
import { plan, validate } from '../../engine/document.ts';
import { createEgress } from '../../services/egress/index.ts';
import { createBindings, createFlowStore } from '../../services/flows/index.ts';
import { type ObjectStore, openObjectStore } from '../../services/objects/index.ts';
import {
  type AcceptedLog,
  createAcceptedLog,
  createRunIndex,
  type RunIndex,
} from '../../services/records/index.ts';
import { messageRunId } from '../../services/runs/index.ts';
import { createLogger, createMetrics, type Metrics } from '../../services/telemetry/index.ts';
import { signalled } from '../api/signalled.ts';
import { startTestApi, type TestApi } from '../api/start-test-api.ts';

const account = accountConfig.parse({
  id: 'hook',
  kind: 'telegram',
  botToken: 'token',
  ratePerSenderPerMinute: 2,
  administrators: ['boss'],
});

/** What a platform shows its people: messages, and that somebody types. */
const shown: { said: Delivery[]; typed: unknown[] } = { said: [], typed: [] };
const platform = defineChannel({
  kind: 'telegram',
  problems: () => [],
  addressOf: ({ id }) => ({ id }),
  compose: (delivery) => [delivery],
  async post(delivery) {
    shown.said.push(delivery);
    return {};
  },
  async typing(replyTo) {
    shown.typed.push(replyTo);
    throw new Error('typing is not possible here');
  },
});

let api: TestApi;
let directory: string;
let objects: ObjectStore;
let acceptedLog: AcceptedLog;
let runIndex: RunIndex;
let lastEvents: LastEvents;
let metrics: Metrics;
let intake: Intake;
let now = Date.now();
beforeAll(async () => {
  api = await startTestApi();
  directory = await mkdtemp(join(tmpdir(), 'errand-intake-'));
  objects = await openObjectStore({ url: `file://${directory}/objects`, env: {} });
  acceptedLog = createAcceptedLog(objects);
  runIndex = createRunIndex(objects, { directory: join(directory, 'index') });
});
afterAll(async () => {
  await Promise.all([acceptedLog.close(), runIndex.close(), api.close()]);
  await rm(directory, { recursive: true, force: true });
});

function open(channel: Channel = platform): Intake {
  const logger = createLogger({ level: 'silent', secrets: [] });
  const egress = createEgress({ allow: [] });
  const tokens = new AccessTokens();
  const accounts = new Map<string, AccountConfig>([[account.id, account]]);
  const channelOf = () => channel;
  const clock = () => now;
  const send = createSender({ accounts, channelOf, egress, tokens, clock });
  metrics = createMetrics();
  lastEvents = createLastEvents(objects, { logger });
  return createIntake({
    channelOf,
    temporal: api.temporal,
    flows: createFlowStore(objects, { validate, plan }),
    bindings: createBindings(objects),
    acceptedLog,
    pace: { promoteAfterMs: 20_000, idleAfterMs: 60_000 },
    send,
    egress,
    tokens,
    pairings: createPairings({ objects, accounts, send, logger, clock }),
    lastEvents,
    logger,
    metrics,
    clock,
  });
}

function message(id: string, changes: Partial<ParsedMessage> = {}): ParsedMessage {
  return {
    id,
    sender: { id: 'u1' },
    text: 'hello',
    language: 'en',
    replyTo: { chat: 'c1' },
    chat: { id: 'c1', type: 'direct' },
    mentioned: true,
    ...changes,
  };
}

const traceId = randomUUID().replaceAll('-', '');
const take = (parsed: ParsedMessage) => intake.take(account, parsed, traceId);

beforeEach(() => {
  shown.said = [];
  shown.typed = [];
  intake = open();
});

describe('a message', () => {
  it('is durable when it is taken: in its conversation, and in the log with its event', async () => {
    const raw = { update_id: 7, message: { text: 'hello' } };
    const parsed = message('first', {
      raw,
      chat: { id: 'g1', type: 'group' },
      attachments: [{ kind: 'image', source: { file: 'f1' } }],
    });
    const runId = messageRunId('hook', 'first');
    expect(await take(parsed)).toEqual({ type: 'taken', runId });
    expect(await signalled(api, 'g1')).toMatchObject([
      {
        id: 'first',
        runId,
        channel: 'telegram',
        group: true,
        attachments: [{ source: { file: 'f1' } }],
        traceId,
      },
    ]);
    // A history is no place for it.
    expect(JSON.stringify(await signalled(api, 'g1'))).not.toContain('update_id');
    await runIndex.refresh();
    expect((await runIndex.acceptedByRunId(runId))?.raw).toBe(JSON.stringify(raw));
    expect(await lastEvents.get('hook')).toMatchObject({ verdict: 'taken' });
    expect((await metrics.accepted.get()).values[0]?.value).toBe(1);
  });

  it('shows that somebody types once it is taken, and is taken where that fails', async () => {
    expect(await take(message('typed'))).toMatchObject({ type: 'taken' });
    expect(shown.typed).toEqual([{ chat: 'c1' }]);
    await take(message('not for us', { fromBot: true }));
    expect(shown.typed).toHaveLength(1);
  });

  it('that a policy ignores is in no conversation, and the operator sees why', async () => {
    const chat = { id: 'g2', type: 'group' } as const;
    const taking = await take(message('overheard', { chat, mentioned: false }));
    expect(taking).toEqual({ type: 'ignored', reason: expect.stringContaining('mention') });
    expect(await lastEvents.get('hook')).toMatchObject({
      verdict: 'ignored',
      reason: expect.stringContaining('mention'),
    });
    await expect(signalled(api, 'g2')).rejects.toThrow(/not found/);
    expect((await metrics.refused.get()).values).toMatchObject([{ labels: { reason: 'ignored' }, value: 1 }]);
  });

  it('that cannot be made durable throws, and costs its sender nothing', async () => {
    const broken = open();
    await acceptedLog.close();
    intake = broken;
    for (let tries = 0; tries < 4; tries++) await expect(take(message('lost'))).rejects.toThrow(NotDurable);
    expect((await metrics.accepted.get()).values[0]?.value).toBe(0);
    acceptedLog = createAcceptedLog(objects);
    intake = open();
    expect(await take(message('lost'))).toMatchObject({ type: 'taken' });
  });
});

describe('a sender above the rate', () => {
  const burst = async () => {
    const takings = [];
    for (let sent = 0; sent < 6; sent++) takings.push((await take(message(`burst-${now}-${sent}`))).type);
    return takings;
  };

  it('hears so once a minute, in the chat, and others go on', async () => {
    expect(await burst()).toEqual(['taken', 'taken', 'limited', 'limited', 'limited', 'limited']);
    await vi.waitFor(() => expect(shown.said).toHaveLength(1));
    expect(shown.said[0]).toMatchObject({
      conversation: 'c1',
      replyTo: { chat: 'c1' },
      text: expect.stringContaining('was not taken'),
    });
    expect(await take(message('of another', { sender: { id: 'u2' } }))).toMatchObject({ type: 'taken' });
    expect(await lastEvents.get('hook')).toMatchObject({ verdict: 'taken' });
    now += 60_000;
    expect(await burst()).toContain('limited');
    await vi.waitFor(() => expect(shown.said).toHaveLength(2));
  });

  it('that is a program is told by its answer alone', async () => {
    intake = open({ ...platform, refusesExcess: true });
    expect((await burst()).at(-1)).toBe('limited');
    expect(shown.said).toEqual([]);
    expect((await metrics.refused.get()).values).toMatchObject([
      { labels: { reason: 'too-many-requests' }, value: 4 },
    ]);
  });
});
