import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type NodeKind, nodeKinds } from '../../contracts/index.ts';
import type { ApiEnv } from '../context.ts';
import { commonProblems, jsonBody } from './describe.ts';

const texts = z.object({ en: z.string(), zh: z.string() });
const describedKind = z.object({
  kind: z.string(),
  title: texts,
  help: texts,
  ports: z.array(z.string()).describe('Where edges may leave it, besides `success` and `error`.'),
  trigger: z.boolean().describe('Starts a flow; takes no incoming edge.'),
  defaultTimeout: z.string().describe('Of one attempt.'),
  config: z.record(z.string(), z.unknown()).describe('JSON Schema (2020-12) of `config`, with defaults.'),
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

function describe({ kind, title, help, ports, traits, defaultTimeout, config }: NodeKind) {
  return {
    kind,
    title,
    help,
    ports,
    trigger: traits.trigger === true,
    defaultTimeout,
    config: z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }),
  };
}
