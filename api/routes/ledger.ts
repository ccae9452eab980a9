import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Ledger } from '../../contracts/index.ts';
import type { ApiEnv } from '../context.ts';
import { ledger } from '../named-schemas.ts';
import { commonProblems, jsonBody } from './describe.ts';

const show = createRoute({
  method: 'get',
  path: '/api/v1/ledger',
  tags: ['runs'],
  summary: 'Show the ledger',
  description:
    '`accepted` equals the sum of the others once the last second’s writes are in; a lasting difference is listed by message id.',
  responses: { 200: jsonBody(ledger, 'The books.'), ...commonProblems },
});

export function addLedger(app: OpenAPIHono<ApiEnv>, read: () => Promise<Ledger>): void {
  app.openapi(show, async (c) => c.json(await read(), 200));
}
