import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type ObjectStore, PreconditionFailed } from '../objects/index.ts';
import { isFlowId } from './flow-files.ts';

const maxBytes = 10_000;
/** How long another process's change may not be known yet. */
const knownForMs = 2_000;
const mostKnown = 1_000;

const stored = z.object({ secret: z.string().startsWith('whsec_') });

/** The secrets that programs sign with when they call flows: one each, made when it is first asked for. */
export interface HookSecrets {
  /** The flow's secret (`whsec_…`), made now if it has none. */
  obtain(flow: string): Promise<string>;
  /** A new secret in place of the old one, which is good no more. */
  rotate(flow: string): Promise<string>;
  /** Undefined when the flow has none; at most two seconds old. */
  find(flow: string): Promise<string | undefined>;
}

export function createHookSecrets(objects: ObjectStore, now: () => number = Date.now): HookSecrets {
  const known = new Map<string, { secret: string; askedAt: number }>();

  const read = async (flow: string): Promise<string | undefined> => {
    const found = isFlowId(flow) ? await objects.get(keyOf(flow), { maxBytes }) : null;
    if (!found) return undefined;
    const { secret } = stored.parse(JSON.parse(Buffer.from(found.body).toString('utf8')));
    if (known.size >= mostKnown) known.clear();
    known.set(flow, { secret, askedAt: now() });
    return secret;
  };

  return {
    async obtain(flow) {
      const secret = makeSecret();
      try {
        await objects.put(keyOf(flow), encode(secret), { ifNoneMatch: '*' });
        return secret;
      } catch (error) {
        if (!(error instanceof PreconditionFailed)) throw error;
        return (await read(flow)) ?? secret;
      }
    },

    async rotate(flow) {
      const secret = makeSecret();
      await objects.put(keyOf(flow), encode(secret));
      known.delete(flow);
      return secret;
    },

    async find(flow) {
      const kept = known.get(flow);
      return kept && now() - kept.askedAt < knownForMs ? kept.secret : read(flow);
    },
  };
}

function keyOf(flow: string): string {
  return `settings/hooks/${flow}.json`;
}

function makeSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

function encode(secret: string): Uint8Array {
  return Buffer.from(JSON.stringify({ secret }), 'utf8');
}
