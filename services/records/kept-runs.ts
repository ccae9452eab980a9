import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { type KeptRun, runId } from '../../contracts/index.ts';
import type { ObjectStore } from '../objects/index.ts';
import { KeptRunDamaged } from './errors.ts';

/** Objects `kept-runs/<run id>`: gzip of one run's JSON. They leave by age, as the records do. */
const keptRunsPrefix = 'kept-runs/';
/** Bytes of a run's JSON, and as stored. */
const keptRunLimits = { unpacked: 60_000_000, stored: 60_000_000 } as const;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The outline of what is kept: enough to know that it is a run, without walking each of its outputs. */
const outline = z.looseObject({
  runId,
  origin: z.looseObject({ type: z.enum(['message', 'api']) }),
  plan: z.looseObject({
    engineVersion: z.literal(1),
    flow: z.looseObject({ id: z.string(), version: z.number() }),
    nodes: z.array(z.looseObject({ id: z.string(), kind: z.string() })),
    edges: z.array(z.looseObject({ from: z.string(), to: z.string() })),
  }),
  state: z.looseObject({
    engineVersion: z.literal(1),
    status: z.string(),
    trigger: z.string(),
    input: z.looseObject({}),
    nodes: z.record(z.string(), z.looseObject({ status: z.string() })),
    edges: z.record(z.string(), z.string()),
  }),
});

/** Runs that can be gone on from. Both throw `ObjectStoreUnavailable`. */
export interface KeptRunStore {
  /** The same run twice is kept once. False when it is too large to be kept (60 MB of JSON). */
  save(kept: KeptRun): Promise<boolean>;
  /** Null when nothing is kept of it. Throws `KeptRunDamaged`. */
  load(runId: string): Promise<KeptRun | null>;
}

export function createKeptRunStore(objects: ObjectStore): KeptRunStore {
  return {
    async save(kept) {
      const json = Buffer.from(JSON.stringify(kept), 'utf8');
      if (json.byteLength > keptRunLimits.unpacked) return false;
      await objects.put(keyOf(kept.runId), await compress(json, { level: 1 }));
      return true;
    },

    async load(id) {
      if (!runId.safeParse(id).success) return null;
      const stored = await objects.get(keyOf(id), { maxBytes: keptRunLimits.stored });
      if (!stored) return null;
      const kept = await unpack(id, stored.body);
      if (!isKeptRun(kept) || kept.runId !== id) throw new KeptRunDamaged(id);
      return kept;
    },
  };
}

function keyOf(id: string): string {
  return `${keptRunsPrefix}${id}`;
}

async function unpack(id: string, body: Uint8Array): Promise<unknown> {
  try {
    const json = await decompress(body, { maxOutputLength: keptRunLimits.unpacked });
    return JSON.parse(json.toString('utf8'));
  } catch (cause) {
    throw new KeptRunDamaged(id, { cause });
  }
}

function isKeptRun(value: unknown): value is KeptRun {
  return outline.safeParse(value).success;
}
