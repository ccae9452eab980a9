import { z } from 'zod';
import { flowLimits } from '../flow-limits.ts';
import { accountId, conversationId } from '../ids.ts';
import { json } from '../json.ts';
import { field, type NodeKind, template, text } from './kind.ts';

/** A conversation of an account. Either may be, or contain, templates. */
export const address = z.strictObject({
  account: z.union([accountId, template], 'the id of an account, or one {{ expression }}'),
  conversation: z.union([conversationId, text.regex(/\{\{/).min(1)]),
});

export const addressFields = {
  account: field(['Account', '账号'], ['Id of a configured account.', '已配置账号的 id。']),
  conversation: field(['Conversation', '会话'], ['The chat as its platform names it.', '平台侧的会话标识。']),
};

export const notify = {
  kind: 'notify',
  title: { en: 'Notify', zh: '通知' },
  help: {
    en: 'Says something to the person who asked, or to other conversations.',
    zh: '回复提出请求的人，或通知其他会话。',
  },
  config: z.strictObject({
    text: text.min(1),
    to: z
      .union(
        [template, address, z.array(address).min(1).max(flowLimits.notifyTargets)],
        `an address of account and conversation, a list of up to ${flowLimits.notifyTargets}, or one {{ expression }}`,
      )
      .optional(),
  }),
  fields: {
    text: field(['Text', '内容'], ['What is said. Templates are filled in.', '要发送的内容，可使用模板。']),
    to: field(
      ['To', '发送到'],
      [
        'One address or up to 20. Without it, the person who asked.',
        '一个地址，或最多 20 个地址；不填则回复提出请求的人。',
      ],
      addressFields,
    ),
  },
  ports: [],
  output: '{text, final}; to others: {text, targets}',
  example: { text: 'Done: {{ trigger.text }}', to: { account: 'hook', conversation: 'operations' } },
  defaultTimeout: '10s',
  traits: { delivers: true, effect: true },
} satisfies NodeKind;

export const http = {
  kind: 'http',
  title: { en: 'HTTP request', zh: 'HTTP 请求' },
  help: {
    en: 'Calls a web service. Anything but 2xx fails as HttpStatus; 408, 429 and 5xx are tried again.',
    zh: '调用 Web 服务。非 2xx 视为 HttpStatus 错误；408、429、5xx 会重试。',
  },
  config: z.strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).default('GET'),
    url: z.string().min(1).max(4_000),
    headers: z.record(z.string(), z.string().max(8_000)).default({}),
    query: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()], 'a text, a number, true or false'))
      .default({}),
    body: z.union([json, template]).optional(),
  }),
  fields: {
    method: field(
      ['Method', '方法'],
      [
        'All but GET and HEAD count as effects: a dry run only records them.',
        '除 GET 和 HEAD 外均视为有副作用，试运行时只记录不执行。',
      ],
    ),
    url: field(
      ['Address', '地址'],
      [
        'http or https. Private addresses have to be allowed by the operator.',
        'http 或 https；内网地址需由运维人员放行。',
      ],
    ),
    headers: field(['Headers', '请求头'], ['Sent with the request.', '随请求发送。']),
    query: field(['Query', '查询参数'], ['Added to the address, escaped.', '转义后附加到地址。']),
    body: field(
      ['Body', '请求体'],
      ['Text goes as it is, everything else as JSON.', '文本原样发送，其他类型以 JSON 发送。'],
    ),
  },
  ports: [],
  output: '{status, headers, body}',
  example: { method: 'POST', url: 'https://example.com/orders', body: { text: '{{ trigger.text }}' } },
  defaultTimeout: '30s',
  traits: { effect: { field: 'method', harmless: ['GET', 'HEAD'] } },
} satisfies NodeKind;
