import type { ActivityOptions } from '@temporalio/workflow';
import type { HeldApproval } from '../../contracts/approval.ts';
import type { DeliveryTarget } from '../../contracts/delivery.ts';
import { mayRepeat } from '../own-run.ts';
import { deliverPatiently } from '../placement.ts';
import { tell } from '../telling.ts';
import { deliverOrKeep } from '../undeliverable.ts';
import type { ApprovalConfig } from './approval-config.ts';
import { escalationText, questionText, reminderText } from './approval-words.ts';
import type { NodeContext } from './node.ts';

/** Something that is said about an approval at its time (epoch milliseconds). */
export interface Saying {
  step: string;
  at: number;
  /** Not said again where the flow moves to; a reminder is only ever the next one. */
  once: boolean;
  say(): Promise<unknown>;
}

/** What is due next: the question, a word to somebody else, or a reminder. */
export function nextSaying(
  task: string,
  startedAt: number,
  context: NodeContext,
  held: HeldApproval,
  { escalation, remindEvery }: ApprovalConfig,
): Saying | undefined {
  const { language } = context.run;
  const sayings: Saying[] = [];
  const add = (name: string, at: number, once: boolean, say: (step: string) => Promise<unknown>): void => {
    const step = `${task}/${name}`;
    if (!held.said.includes(step)) sayings.push({ step, at, once, say: () => say(step) });
  };
  add('question', startedAt, true, (step) =>
    sayToAsker(context, step, questionText(held, language), { id: held.id }),
  );
  if (escalation) {
    const { after, to } = escalation;
    add('escalation', startedAt + after, true, (step) =>
      sayElsewhere(to, context, step, escalationText(held, language), { id: held.id }),
    );
  }
  if (remindEvery !== undefined && mayRepeat()) {
    const count = Math.floor((Date.now() - startedAt) / remindEvery) + 1;
    // One at a time: it is given up when the next is due.
    const options = { ...deliverPatiently, scheduleToCloseTimeout: remindEvery };
    add(`reminder-${count}`, startedAt + count * remindEvery, false, (step) =>
      sayToAsker(context, step, reminderText(held, language), { id: held.id }, options),
    );
  }
  return sayings.sort((one, other) => one.at - other.at)[0];
}

/** Where no message asked, nobody is told: the console shows what waits. */
async function sayToAsker(
  { own, run }: NodeContext,
  step: string,
  text: string,
  approval: { id: string },
  options: ActivityOptions = deliverPatiently,
): Promise<void> {
  if (own?.origin.type !== 'message') return;
  const { message } = own.origin;
  await tell({ run, message, step, type: 'approval', text, final: false, approval }, options);
}

async function sayElsewhere(
  target: DeliveryTarget,
  { run }: NodeContext,
  step: string,
  text: string,
  approval: { id: string },
): Promise<void> {
  const { language, runId } = run;
  const delivery = { type: 'approval' as const, ...target, runId, text, final: false, approval, language };
  await deliverOrKeep({ run, step, delivery, earlierAttempts: 0 }, deliverPatiently);
}
