import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { DeliveryTarget } from '../contracts/delivery.ts';
import type { ExecuteCommand } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { runLimits } from '../engine/index.ts';
import { failedBy } from './failure.ts';
import type { NodeSuccess } from './nodes/node.ts';
import type { Voice } from './telling.ts';
import { deliverOrKeep, worthAnotherTry } from './undeliverable.ts';

/** Whom a node's `to` names; undefined: the asker. Bound from templates, so its form is checked here. */
export function targetsOf(to: Json | undefined): DeliveryTarget[] | undefined {
  if (to === undefined) return undefined;
  const targets = new Map<string, DeliveryTarget>();
  for (const one of Array.isArray(to) ? to : [to]) {
    const target = targetOf(one);
    targets.set(nameOf(target), target);
  }
  if (targets.size === 0 || targets.size > runLimits.notifyTargets) {
    throw invalid(`\`to\` has to name 1 to ${runLimits.notifyTargets} conversations`);
  }
  return [...targets.values()];
}

/** Says a text to each, whatever becomes of the others. Fails, and names them, when some were not reached. */
export async function tellOthers(
  voice: Voice,
  command: ExecuteCommand,
  text: string,
  targets: DeliveryTarget[],
): Promise<NodeSuccess> {
  const missed: { target: DeliveryTarget; thrown: unknown }[] = [];
  const attempts = await Promise.all(
    targets.map(async (target) => {
      try {
        return await tellOne(voice, command, text, target);
      } catch (thrown) {
        if (isCancellation(thrown)) throw thrown;
        missed.push({ target, thrown });
        return 1;
      }
    }),
  );
  if (missed.length > 0) throw notReached(missed, targets.length, voice.run.language);
  return {
    output: { text, targets: targets.map((target) => ({ ...target, status: 'delivered' })) },
    attempts: Math.max(...attempts),
  };
}

async function tellOne(
  { run, reached, tried, toOthers }: Voice,
  command: ExecuteCommand,
  text: string,
  target: DeliveryTarget,
): Promise<number> {
  const step = `${command.task}>${nameOf(target)}`;
  if (reached.has(step)) return 1;
  const { attempts } = await deliverOrKeep(
    {
      run,
      step,
      delivery: { type: 'reply', ...target, runId: run.runId, text, final: true },
      earlierAttempts: tried.has(command.task) ? 1 : 0,
    },
    { ...toOthers(command), summary: step.slice(0, 100) },
  );
  reached.add(step);
  return attempts;
}

function notReached(
  missed: { target: DeliveryTarget; thrown: unknown }[],
  all: number,
  language: Voice['run']['language'],
): ApplicationFailure {
  const reasons = missed.map(
    ({ target, thrown }) => `${nameOf(target)} (${failedBy(thrown, language).error.message})`,
  );
  return ApplicationFailure.create({
    type: 'DeliveryFailed',
    message: `${missed.length} of ${all} were not reached: ${reasons.join(', ')}`.slice(0, 2_000),
    nonRetryable: !missed.some(({ thrown }) => worthAnotherTry(thrown)),
  });
}

function targetOf(value: Json): DeliveryTarget {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const { account, conversation } = value;
    if (isName(account) && isName(conversation)) return { account, conversation };
  }
  throw invalid('`to` has to be {account, conversation}, or a list of them');
}

function isName(value: Json | undefined): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 512;
}

function nameOf({ account, conversation }: DeliveryTarget): string {
  return `${account}:${conversation}`;
}

function invalid(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'InvalidInput');
}
