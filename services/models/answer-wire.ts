import { z } from 'zod';
import { toolCallPiece } from './tool-calls.ts';

/** Endpoints make numbers up, too: what cannot be a count is none. */
const tokenCount = z.number().nonnegative().max(1_000_000_000).transform(Math.ceil).catch(0);
const usage = z.object({ prompt_tokens: tokenCount, completion_tokens: tokenCount }).nullish();
const words = z.string().nullish();

/** Text; or blocks, of which some are thinking. */
const content = z
  .union([
    z.string(),
    z.array(
      z.object({
        type: z.string(),
        text: words,
        thinking: z.union([z.string(), z.array(z.unknown())]).nullish(),
      }),
    ),
  ])
  .nullish();
type WireContent = z.infer<typeof content>;

const said = {
  content,
  reasoning_content: words,
  reasoning: words,
  refusal: words,
  tool_calls: z.array(toolCallPiece).nullish(),
};

/** One event of a streamed completion: https://platform.openai.com/docs/api-reference/chat-streaming */
export const chunk = z.object({
  choices: z.array(z.object({ delta: z.object(said).nullish(), finish_reason: words })).nullish(),
  usage,
  error: z.unknown().optional(),
});

/** A completion in one piece. */
export const completion = z.object({
  choices: z.array(z.object({ message: z.object(said), finish_reason: words })).min(1),
  usage,
});

/** What was said at once, whole or in part. */
export type WireSaid = z.infer<typeof completion>['choices'][number]['message'];

/** The text and the thinking in a content. */
export function partsOf(given: WireContent): { text: string; thinking: string } {
  if (!Array.isArray(given)) return { text: given ?? '', thinking: '' };
  const parts = { text: '', thinking: '' };
  for (const { type, text, thinking } of given) {
    if (type === 'text') parts.text += text ?? '';
    else parts.thinking += typeof thinking === 'string' ? thinking : (text ?? textsOf(thinking));
  }
  return parts;
}

const textBlock = z.object({ text: z.string() });

function textsOf(blocks: unknown[] | null | undefined): string {
  return (blocks ?? []).map((block) => textBlock.safeParse(block).data?.text ?? '').join('');
}
