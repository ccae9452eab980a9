import { modelConfig } from '../contracts/config.ts';
import { createEgress, type Egress } from '../services/egress/index.ts';
import { createModelGateway, type ModelGateway } from '../services/models/index.ts';
import { startChild } from './child.ts';
import { bodyServer, listenOnLoopback } from './listen.ts';

const calls = 2_000;
const width = 10;
const firstTokenMs = 1_000;
const rounds = 10;
const perRound = 20;

/** What asking a model costs beside the model, and how soon its backup speaks. */
export interface GatewayResult {
  /** CPU milliseconds of this process for one call, connection and stream included. */
  cpuMsPerCall: number;
  /** From a question to the first token of the backup, while the first endpoint takes it and says nothing. */
  failover: { firstTokenMs: number; samples: number; p50Ms: number; p99Ms: number };
}

/** The gateway over real HTTP to a model server in a process of its own. */
export async function measureGateway(): Promise<GatewayResult> {
  const model = await startChild('./model-server.js', {});
  const silent = bodyServer(async () => {});
  const hanging = `http://127.0.0.1:${await listenOnLoopback(silent)}/v1`;
  const egress = createEgress({ allow: [] });
  try {
    await ask(gatewayTo([model.address], egress), 200);
    const before = process.cpuUsage();
    await ask(gatewayTo([model.address], egress), calls);
    const { user, system } = process.cpuUsage(before);
    const waits: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const tries = Array.from({ length: perRound }, () => firstTokenOf([hanging, model.address], egress));
      waits.push(...(await Promise.all(tries)));
    }
    waits.sort((one, other) => one - other);
    const at = (share: number) => Math.round(waits[Math.ceil(waits.length * share) - 1] ?? 0);
    return {
      cpuMsPerCall: Math.round((user + system) / calls / 10) / 100,
      failover: { firstTokenMs, samples: waits.length, p50Ms: at(0.5), p99Ms: at(0.99) },
    };
  } finally {
    await egress.close();
    silent.closeAllConnections();
    silent.close();
    await model.close();
  }
}

export function gatewayReport({ cpuMsPerCall, failover }: GatewayResult): string {
  const { samples, p50Ms, p99Ms } = failover;
  return [
    `gateway: ${cpuMsPerCall} ms of CPU for a call`,
    `failover: first token of the backup after ${p50Ms} ms (p50), ${p99Ms} ms (p99) with a deadline of ${failover.firstTokenMs} ms, ${samples} times`,
  ].join('\n');
}

function gatewayTo(
  endpoints: string[],
  egress: Egress,
  onAnswer: (fields: object) => void = () => {},
): ModelGateway {
  const models = endpoints.map((endpoint, index) =>
    modelConfig.parse({
      ...{ id: `m${index}`, model: 'bench', endpoint },
      timeouts: { firstToken: `${firstTokenMs}ms` },
    }),
  );
  const none = () => {};
  return createModelGateway({
    models,
    fetch: egress.trustedFetch,
    logger: { info: onAnswer, warn: none },
    metrics: {
      modelSeconds: { observe: none },
      modelFirstTokenSeconds: { observe: none },
      modelTokens: { inc: none },
      modelCost: { inc: none },
    },
  });
}

async function ask(gateway: ModelGateway, count: number): Promise<void> {
  let left = count;
  const work = async (): Promise<void> => {
    for (; left > 0; left -= 1) await gateway.complete(question());
  };
  await Promise.all(Array.from({ length: width }, work));
}

/** A gateway of its own each time: a breaker would soon leave the silent endpoint out. */
async function firstTokenOf(endpoints: string[], egress: Egress): Promise<number> {
  let spokenMs = 0;
  const gateway = gatewayTo(endpoints, egress, (fields) => {
    const { ms, firstTokenMs: first } = fields as { ms: number; firstTokenMs: number };
    spokenMs = ms - first;
  });
  const startedAt = performance.now();
  await gateway.complete(question());
  return performance.now() - startedAt - spokenMs;
}

function question() {
  const { signal } = new AbortController();
  return {
    messages: [{ role: 'user' as const, content: 'hello '.repeat(200) }],
    language: 'en' as const,
    signal,
  };
}
