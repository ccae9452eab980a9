import { z } from 'zod';

/*
 * What the platform takes, as strictly as it says in its documents. A call that is not of this form is answered with
 * code 230001, and the fake keeps the reason.
 */

export const tokenCall = z.strictObject({ app_id: z.string().min(1), app_secret: z.string().min(1) });
export const endpointCall = z.strictObject({ AppID: z.string().min(1), AppSecret: z.string().min(1) });

const messageType = z.enum(['text', 'post', 'interactive']);
const content = z.string().min(2);
const uuid = z.string().min(1).max(50).optional();

export const createCall = z.strictObject({
  receive_id: z.string().startsWith('oc_'),
  msg_type: messageType,
  content,
  uuid,
});
export const replyCall = z.strictObject({
  msg_type: messageType,
  content,
  reply_in_thread: z.boolean().optional(),
  uuid,
});
export const patchCall = z.strictObject({ content });
export const reactionCall = z.strictObject({
  reaction_type: z.strictObject({ emoji_type: z.enum(['OnIt', 'Typing', 'OK', 'DONE', 'Get', 'OneSecond']) }),
});

const text = z.strictObject({ text: z.string().min(1) });
const post = z.strictObject({
  zh_cn: z.strictObject({
    title: z.string().optional(),
    content: z
      .array(z.array(z.strictObject({ tag: z.literal('md'), text: z.string().min(1) })).length(1))
      .min(1),
  }),
});

const button = z.strictObject({
  tag: z.literal('button'),
  type: z.enum(['default', 'primary', 'danger']),
  text: z.strictObject({ tag: z.literal('plain_text'), content: z.string().min(1).max(100) }),
  behaviors: z
    .array(z.strictObject({ type: z.literal('callback'), value: z.record(z.string(), z.unknown()) }))
    .length(1),
});
const columns = z.strictObject({
  tag: z.literal('column_set'),
  columns: z.array(
    z.strictObject({
      tag: z.literal('column'),
      width: z.enum(['auto', 'weighted']),
      elements: z.array(button),
    }),
  ),
});
const markdown = z.strictObject({ tag: z.literal('markdown'), content: z.string().min(1) });
const card = z.strictObject({
  schema: z.literal('2.0'),
  config: z.strictObject({
    update_multi: z.literal(true),
    summary: z.strictObject({ content: z.string().max(200) }).optional(),
  }),
  body: z.strictObject({
    elements: z
      .array(z.discriminatedUnion('tag', [markdown, columns]))
      .min(1)
      .max(200),
  }),
});

export interface FakeButton {
  label: string;
  value: Record<string, unknown>;
}

/** What a person sees of a message. */
export interface Shown {
  text: string;
  buttons: FakeButton[];
}

/** Reads the content of a message of any type as the platform's client shows it. Throws when it would not be taken. */
export function shownOf(type: z.infer<typeof messageType>, json: string): Shown {
  const given: unknown = JSON.parse(json);
  if (type === 'text') return { text: withMentions(text.parse(given).text), buttons: [] };
  if (type === 'post') {
    const lines = post.parse(given).zh_cn.content.flat();
    return { text: withMentions(lines.map((line) => line.text).join('\n')), buttons: [] };
  }
  const { elements } = card.parse(given).body;
  return {
    text: withMentions(
      elements
        .map((one) => (one.tag === 'markdown' ? one.content : ''))
        .join('\n')
        .trim(),
    ),
    buttons: elements.flatMap((one) =>
      one.tag === 'column_set'
        ? one.columns.flatMap((column) =>
            column.elements.map(({ text: label, behaviors }) => ({
              label: label.content,
              value: behaviors[0]?.value ?? {},
            })),
          )
        : [],
    ),
  };
}

/** `<at user_id="ou_1"></at>` and `<at id=ou_1></at>` call a person. */
function withMentions(shown: string): string {
  return shown.replace(
    /<at (?:user_id="([^"]+)"|id=([^>\s]+))>[^<]*<\/at>/g,
    (_, one, other) => `@${one ?? other}`,
  );
}
