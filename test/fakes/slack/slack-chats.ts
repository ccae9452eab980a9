import { EventEmitter, on } from 'node:events';
import { z } from 'zod';

/** A message as a person sees it, changes applied. */
export interface ShownMessage {
  channel: string;
  ts: string;
  text: string;
  thread?: string;
  edited: number;
  buttons: { text: string; value: string }[];
}

const ts = z.string().regex(/^\d{10}\.\d{6}$/);
const block = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('section'),
    text: z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3_000) }),
  }),
  z.strictObject({
    type: z.literal('actions'),
    elements: z
      .array(
        z.strictObject({
          type: z.literal('button'),
          action_id: z.string().min(1).max(255),
          text: z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(75) }),
          style: z.enum(['primary', 'danger']),
          value: z.string().max(2_000),
        }),
      )
      .min(1)
      .max(25),
  }),
]);
const json = z.string().transform((text) => JSON.parse(text) as unknown);
const message = z.strictObject({
  channel: z.string().regex(/^[CDG][A-Z0-9]+$/),
  // Slack cuts what is longer.
  text: z.string().min(1).max(40_000),
  thread_ts: ts.optional(),
  ts: ts.optional(),
  blocks: json.pipe(z.array(block).max(50)).optional(),
  unfurl_links: z.literal('false').optional(),
  unfurl_media: z.literal('false').optional(),
});

/** The chats of a workspace: what its people see. */
export class SlackChats {
  readonly messages: ShownMessage[] = [];
  private readonly shown = new EventEmitter().setMaxListeners(0);
  private last = 0;

  /** Does what a call asks for, or says Slack's error. */
  take(method: 'chat.postMessage' | 'chat.update', body: Record<string, string>): object | { error: string } {
    const parsed = message.safeParse(body);
    if (!parsed.success) {
      return { error: 'invalid_arguments', detail: z.prettifyError(parsed.error) };
    }
    const { channel, text, thread_ts, ts: changed, blocks = [] } = parsed.data;
    const buttons = blocks.flatMap((one) =>
      one.type === 'actions'
        ? one.elements.map(({ text: { text: label }, value }) => ({ text: label, value }))
        : [],
    );
    if (method === 'chat.update') {
      const old = this.messages.find((one) => one.channel === channel && one.ts === changed);
      if (!old) return { error: 'message_not_found' };
      Object.assign(old, { text, buttons, edited: old.edited + 1 });
      this.shown.emit('shown');
      return { channel, ts: old.ts, text };
    }
    this.last += 1;
    const ts = `${1_700_000_000 + this.last}.${String(this.last).padStart(6, '0')}`;
    this.messages.push({
      channel,
      ts,
      text,
      edited: 0,
      buttons,
      ...(thread_ts ? { thread: thread_ts } : {}),
    });
    this.shown.emit('shown');
    return { channel, ts, message: { text } };
  }

  async waitFor(predicate: (message: ShownMessage) => boolean, timeoutMs = 20_000): Promise<ShownMessage> {
    const signal = AbortSignal.timeout(timeoutMs);
    const changes = on(this.shown, 'shown', { signal });
    for (;;) {
      const found = this.messages.find(predicate);
      if (found) return found;
      await changes.next();
    }
  }
}
