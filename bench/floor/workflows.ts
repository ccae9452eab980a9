import { proxyActivities } from '@temporalio/workflow';
import type { FloorActivities, FloorMessage } from './activities.ts';

const { intent, plan, subtask, aggregate, deliver } = proxyActivities<FloorActivities>({
  startToCloseTimeout: '2 minutes',
});

/** One message, one workflow, every step an activity: what one writes on the first day. */
export async function order(message: FloorMessage): Promise<void> {
  const { text } = message;
  const recognised = await intent(text);
  if (recognised.text !== undefined) {
    await deliver(message, recognised.text);
    return;
  }
  const instructions = await plan(text);
  const results = await Promise.all(instructions.map((instruction) => subtask(instruction)));
  await deliver(message, await aggregate(text, results));
}

/** Model calls about many things, so many at a time: what one writes by hand. */
export async function fanOut(instructions: string[], window: number): Promise<string[]> {
  const results: string[] = [];
  const waiting = [...instructions.entries()];
  const workOff = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await subtask(next[1]);
  };
  await Promise.all(Array.from({ length: window }, workOff));
  return results;
}
