import { z } from 'zod';
import { accountId, conversationId, flowId } from './ids.ts';

/** An intent by which a person reaches a flow of its own from any flow that asks for intents. */
export const boundIntent = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'lower-case letters, digits and _, at most 40'),
  description: z.string().min(1).max(1_000),
  examples: z.array(z.string().max(500)).max(20).optional(),
});
export type BoundIntent = z.infer<typeof boundIntent>;

/**
 * Which flow answers where: everywhere or in an account, in one conversation, or for an intent. The most specific
 * counts; what an account's configuration names is the last resort.
 */
export const flowBinding = z
  .strictObject({
    flow: flowId,
    account: accountId.optional(),
    conversation: conversationId.optional(),
    intent: boundIntent.optional(),
  })
  .superRefine(({ account, conversation, intent }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (conversation === undefined) return;
    if (account === undefined) refuse('account', 'a conversation is one of an account: name it');
    if (intent) refuse('conversation', 'an intent is bound in an account or everywhere; leave it out');
  });
export type FlowBinding = z.infer<typeof flowBinding>;

/** Intents are offered to a model in one prompt. */
const maximumIntents = 20;

/** All of them: one document, replaced as a whole. */
export const flowBindings = z
  .array(flowBinding)
  .max(1_000)
  .superRefine((bindings, context) => {
    const places = new Set<string>();
    for (const [index, { account, conversation, intent }] of bindings.entries()) {
      const place = JSON.stringify([account ?? null, conversation ?? null, intent?.name ?? null]);
      if (places.has(place)) {
        context.addIssue({ code: 'custom', path: [index], message: 'this place is bound already' });
      }
      places.add(place);
    }
    if (bindings.filter(({ intent }) => intent).length > maximumIntents) {
      context.addIssue({
        code: 'custom',
        path: [],
        message: `at most ${maximumIntents} intents can be bound`,
      });
    }
  });
