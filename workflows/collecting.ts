import { condition } from '@temporalio/workflow';
import type { InboundMessage } from '../contracts/message.ts';

/** Messages are gathered until nobody has added one for a while, or for so long altogether. */
const collectWindow = { quietMs: 2_000, longestMs: 10_000 } as const;
/** As in contracts, which workflows cannot import: it is made of zod. */
const messageLimits = { text: 32_000, attachments: 20 } as const;

/** How many messages at the head of the line make one order: one person's, as many as fit one message. */
export function collectable(inbox: readonly InboundMessage[]): number {
  const [head] = inbox;
  if (head?.queue !== 'collect') return Math.min(1, inbox.length);
  let text = 0;
  let attachments = 0;
  const end = inbox.findIndex((message) => {
    text += message.text.length + 1;
    attachments += message.attachments?.length ?? 0;
    const isHers = message.queue === 'collect' && message.sender.id === head.sender.id;
    return !isHers || text > messageLimits.text + 1 || attachments > messageLimits.attachments;
  });
  return end < 0 ? inbox.length : Math.max(1, end);
}

/** Waits until the head of the line is complete. */
export async function gathered(inbox: readonly InboundMessage[]): Promise<void> {
  const { longestMs, quietMs } = collectWindow;
  const until = Date.now() + left(inbox[0], longestMs);
  for (;;) {
    const count = collectable(inbox);
    const wait = Math.min(left(inbox[count - 1], quietMs), until - Date.now());
    if (wait <= 0 || !(await condition(() => collectable(inbox) > count, wait))) return;
  }
}

/** Several messages as one order: in the place, and with the address, of the last. */
export function joined(earlier: readonly InboundMessage[], last: InboundMessage): InboundMessage {
  if (earlier.length === 0) return last;
  const messages = [...earlier, last];
  const attachments = messages.flatMap((message) => message.attachments ?? []);
  return {
    ...last,
    text: messages
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join('\n'),
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}

/** What is left of a time since a message was accepted. Clocks differ: never more than the time, nor less than none. */
function left(message: InboundMessage | undefined, ms: number): number {
  if (!message) return 0;
  return Math.max(0, Math.min(ms, Date.parse(message.acceptedAt) + ms - Date.now()));
}
