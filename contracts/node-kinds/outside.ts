import { z } from 'zod';
import { json } from '../json.ts';
import { type NodeKind, template, text } from './kind.ts';

export const notify = {
  kind: 'notify',
  title: { en: 'Notify', zh: '通知' },
  help: { en: 'Says something to the person who asked.', zh: '回复提出请求的人。' },
  config: z.strictObject({ text: text.min(1) }),
  ports: [],
  defaultTimeout: '10s',
  traits: { delivers: true },
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
    query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    body: z.union([json, template]).optional(),
  }),
  ports: [],
  defaultTimeout: '30s',
  traits: {},
} satisfies NodeKind;
