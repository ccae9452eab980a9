import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type Fields, type NodeKind, nodeKinds } from '../../contracts/index.ts';
import type { ApiEnv } from '../context.ts';
import { commonProblems, jsonBody } from './describe.ts';

const texts = z.object({ en: z.string(), zh: z.string() });
const fields: z.ZodType<Fields> = z
  .record(
    z.string(),
    z.object({
      title: texts,
      help: texts,
      get fields() {
        return fields.optional();
      },
    }),
  )
  .meta({ id: 'FieldTexts' });
const describedKind = z.object({
  kind: z.string(),
  title: texts,
  help: texts,
  ports: z.array(z.string()).describe('Where edges may leave it, besides `success` and `error`.'),
  casePorts: z
    .string()
    .nullable()
    .describe('The config field whose entries name further ports, each as its `port`.'),
  trigger: z.boolean().describe('Starts a flow; takes no incoming edge.'),
  capabilities: z.object({
    waits: z.boolean().describe('Waits for a person, a time or an event.'),
    ownRun: z.boolean().describe('Takes its flow out of the conversation, into a run of its own.'),
    effect: z.boolean().describe('Changes something outside; a dry run only records it.'),
    fanOut: z.boolean().describe('Does the same for each item of a list.'),
    join: z.boolean().describe('Begins as soon as enough of the edges to it have fired.'),
    delivers: z.boolean().describe('Says something to people.'),
    memory: z.boolean().describe('Knows what was said before.'),
  }),
  defaultTimeout: z.string().describe('Of one attempt.'),
  output: z.string().describe('The shape of its output.'),
  example: z.record(z.string(), z.unknown()).describe('A `config` that works.'),
  config: z.record(z.string(), z.unknown()).describe('JSON Schema (2020-12) of `config`, with defaults.'),
  fields: fields.describe('Title and help of each field of `config`, in the order of a form.'),
});

const list = createRoute({
  method: 'get',
  path: '/api/v1/node-kinds',
  tags: ['flows'],
  summary: 'List the kinds of nodes',
  responses: {
    200: jsonBody(z.object({ kinds: z.array(describedKind) }), 'The catalogue.'),
    ...commonProblems,
  },
});

export function addNodeKinds(app: OpenAPIHono<ApiEnv>): void {
  let kinds: z.infer<typeof describedKind>[] | undefined;
  app.openapi(list, (c) => {
    kinds ??= [...nodeKinds.values()].map(describe);
    return c.json({ kinds }, 200);
  });
}

function describe(entry: NodeKind): z.infer<typeof describedKind> {
  const { kind, title, help, ports, traits, defaultTimeout, output, example, config, fields } = entry;
  const { waits, ownRun, effect, fanOut, join, delivers, memory } = traits;
  return {
    kind,
    title,
    help,
    ports,
    casePorts: traits.cases ?? null,
    trigger: traits.trigger === true,
    capabilities: {
      waits: waits === true,
      ownRun: ownRun === true,
      effect: effect !== undefined,
      fanOut: fanOut !== undefined,
      join: join !== undefined,
      delivers: delivers === true,
      memory: memory === true,
    },
    defaultTimeout,
    output,
    example,
    config: z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }),
    fields,
  };
}
