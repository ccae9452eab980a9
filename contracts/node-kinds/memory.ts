import { z } from 'zod';
import { field, type NodeKind, template, text } from './kind.ts';

/** Which field goes with which action; the others are left out. */
const fieldOf = { read: 'limit', remember: 'text', forget: 'id' } as const;

export const memory = {
  kind: 'memory',
  title: { en: 'Memory', zh: '记忆' },
  help: {
    en: 'Reads what was said and noted in this conversation, notes something, or forgets a note.',
    zh: '读取本会话的对话与备忘，记下一条备忘，或删除一条备忘。',
  },
  config: z
    .strictObject({
      action: z.enum(['read', 'remember', 'forget']),
      text: text.min(1).optional(),
      id: z.string().min(1).max(4_000).optional(),
      limit: z
        .union(
          [z.number().int().min(1).max(100), template],
          'a whole number from 1 to 100, or one {{ expression }}',
        )
        .optional(),
    })
    .superRefine((value, context) => {
      for (const [action, name] of Object.entries(fieldOf)) {
        const isGiven = value[name] !== undefined;
        if (action !== value.action && isGiven)
          context.addIssue({
            code: 'custom',
            path: [name],
            message: `\`${name}\` goes with \`${action}\`; leave it out`,
          });
        if (action === value.action && !isGiven && name !== 'limit')
          context.addIssue({ code: 'custom', path: [name], message: `\`${action}\` needs \`${name}\`` });
      }
    }),
  fields: {
    action: field(
      ['Action', '操作'],
      ['`read`, `remember` or `forget`.', 'read 读取，remember 记下，forget 删除。'],
    ),
    text: field(['Text', '内容'], ['What is noted.', '要记下的内容。']),
    id: field(['Note', '备忘 id'], ['Id of the note to forget.', '要删除的备忘 id。']),
    limit: field(
      ['At most', '条数上限'],
      ['How many messages are read, the newest.', '读取最近多少条消息。'],
    ),
  },
  ports: [],
  output: 'read: {messages: [{role, text, at}], notes: [{id, text, at}]}; remember: {id}; forget: null',
  example: { action: 'remember', text: 'Prefers reports as a table.' },
  defaultTimeout: '10s',
  traits: { memory: true, effect: { field: 'action', harmless: ['read'] } },
} satisfies NodeKind;
