import { z } from 'zod';
import { durationText } from '../duration-text.ts';
import { flowId } from '../ids.ts';
import { json } from '../json.ts';
import { field, type NodeKind, template, text } from './kind.ts';
import { address, addressFields } from './outside.ts';

const duration = z.union([durationText, template], 'a duration like 10m or 2d, or one {{ expression }}');

export const wait = {
  kind: 'wait',
  title: { en: 'Wait', zh: '等待' },
  help: {
    en: 'Goes on after a time, at a time, or when an event comes in.',
    zh: '等待一段时间、到指定时间，或等到某个事件后继续。',
  },
  config: z
    .strictObject({
      for: duration.optional(),
      until: z
        .union(
          [z.iso.datetime({ offset: true }), template],
          'a time like 2026-12-24T18:00:00+08:00, or one {{ expression }}',
        )
        .optional(),
      event: z.string().min(1).max(200).optional(),
    })
    .refine(
      (value) => [value.for, value.until, value.event].filter((given) => given !== undefined).length === 1,
      'exactly one of `for`, `until` and `event`',
    ),
  fields: {
    for: field(['For', '时长'], ['A duration such as 10m or 2d.', '时长，如 10m、2d。']),
    until: field(
      ['Until', '直到'],
      ['A time such as 2026-12-24T18:00:00+08:00.', '时间点，如 2026-12-24T18:00:00+08:00。'],
    ),
    event: field(
      ['Event', '事件'],
      [
        'Name of an event that is sent to the run. One that came before is taken at once.',
        '发送给本次运行的事件名称；已提前到达的事件立即生效。',
      ],
    ),
  },
  ports: [],
  output: '{until}, or {event, data, at}',
  example: { for: '10m' },
  defaultTimeout: '30d',
  traits: { inline: true, waits: true, ownRun: true },
} satisfies NodeKind;

export const approval = {
  kind: 'approval',
  title: { en: 'Approval', zh: '审批' },
  help: {
    en: 'Asks a person for a yes or no and waits for it. Leaves by `approved` or by `denied`.',
    zh: '请人批准并等待答复，从 approved 或 denied 端口离开。',
  },
  config: z
    .strictObject({
      text: text.min(1),
      approvers: z.array(z.string().min(1).max(256)).max(50).optional(),
      expiresAfter: duration.optional(),
      default: z.enum(['approve', 'deny']).default('deny'),
      remindEvery: duration.optional(),
      escalateAfter: duration.optional(),
      escalateTo: address.optional(),
    })
    .superRefine(({ escalateAfter, escalateTo }, context) => {
      if ((escalateAfter === undefined) === (escalateTo === undefined)) return;
      const missing = escalateTo === undefined ? 'escalateTo' : 'escalateAfter';
      const message = '`escalateAfter` and `escalateTo` go together: set both, or neither';
      context.addIssue({ code: 'custom', path: [missing], message });
    }),
  fields: {
    text: field(['Text', '内容'], ['What is asked.', '请求审批的内容。']),
    approvers: field(
      ['Approvers', '审批人'],
      [
        'Ids of those who may decide. Without them, whoever is asked.',
        '有权审批者的 id；不填则由被询问者决定。',
      ],
    ),
    expiresAfter: field(
      ['Expires after', '有效期'],
      [
        'A duration such as 2d; without it the approval waits as long as the run may.',
        '时长，如 2d；不填则一直等待到运行期限。',
      ],
    ),
    default: field(
      ['When it expires', '到期默认'],
      ['The decision that is taken then.', '到期后采用的决定。'],
    ),
    remindEvery: field(['Remind every', '提醒间隔'], ['A duration such as 4h.', '时长，如 4h。']),
    escalateAfter: field(
      ['Escalate after', '升级时间'],
      ['Then another conversation is asked as well.', '超过该时间后同时询问另一会话。'],
    ),
    escalateTo: field(['Escalate to', '升级到'], ['Who is asked then.', '升级时询问的会话。'], addressFields),
  },
  ports: ['approved', 'denied'],
  output: "{decision: 'approve' | 'deny', by, note, at, expired}",
  example: { text: 'Pay {{ trigger.input.amount }}?', expiresAfter: '2d', remindEvery: '4h' },
  defaultTimeout: '30d',
  traits: {
    inline: true,
    waits: true,
    ownRun: true,
    outputPort: { field: 'decision', ports: { approve: 'approved', deny: 'denied' } },
  },
} satisfies NodeKind;

export const subflow = {
  kind: 'subflow',
  title: { en: 'Subflow', zh: '子流程' },
  help: {
    en: 'Runs another flow and goes on with its result.',
    zh: '运行另一个流程，并使用其结果继续。',
  },
  config: z.strictObject({
    flow: flowId,
    version: z.number().int().positive().optional(),
    input: json.optional(),
  }),
  fields: {
    flow: field(['Flow', '流程'], ['Id of the flow.', '流程的 id。']),
    version: field(
      ['Version', '版本'],
      [
        'Without it, the newest that is published when the node begins.',
        '不填则使用节点开始时最新的已发布版本。',
      ],
    ),
    input: field(
      ['Input', '输入'],
      ['Its `trigger.input`, with templates.', '作为其 trigger.input，可使用模板。'],
    ),
  },
  ports: [],
  output: 'the output of the flow',
  example: { flow: 'send-invoice', input: { order: '{{ trigger.input.order }}' } },
  defaultTimeout: '30d',
  traits: { inline: true, ownRun: true },
} satisfies NodeKind;
