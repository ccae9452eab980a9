import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readAttachment, readAttachments } from '../../channels/attachments/index.ts';
import { attachment, runId } from '../../contracts/index.ts';
import type { ApiEnv } from '../context.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { dataHeaders, ProblemError } from '../problems.ts';
import type { RunReader } from '../runs.ts';
import { commonProblems, jsonBody, notFoundProblem } from './describe.ts';

const tags = ['runs'];
/** Types that a browser may know by name: none that can hold a script. */
const shownAs = /^(image\/(png|jpeg|gif|webp|bmp|avif)|audio\/[\w.-]+|video\/[\w.-]+|application\/pdf)$/;

const list = createRoute({
  method: 'get',
  path: '/api/v1/runs/{id}/attachments',
  tags,
  summary: 'List what came with the message that asked for a run',
  request: { params: z.object({ id: runId }) },
  responses: {
    200: jsonBody(
      z.object({ attachments: z.array(attachment) }),
      'In the order of the message, each with the reason where it is not there. They are kept for a month.',
    ),
    ...commonProblems,
    ...notFoundProblem,
  },
});

const show = createRoute({
  method: 'get',
  path: '/api/v1/runs/{id}/attachments/{n}',
  tags,
  summary: 'Download one of them',
  request: { params: z.object({ id: runId, n: z.coerce.number().int().min(0).max(19) }) },
  responses: {
    200: {
      description: 'Its bytes, to be saved; `n` counts from 0.',
      content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function addAttachments(
  app: OpenAPIHono<ApiEnv>,
  { objects }: Pick<ApiDependencies, 'objects'>,
  runs: RunReader,
): void {
  async function ownerOf(id: string) {
    const account = (await runs.get(id))?.account;
    if (!account)
      throw new ProblemError('not-found', { detail: 'No message is known that asked for this run.' });
    return { account, runId: id };
  }

  app.openapi(list, async (c) => {
    const owner = await ownerOf(c.req.valid('param').id);
    return c.json({ attachments: await readAttachments(objects, owner) }, 200);
  });

  app.openapi(show, async (c) => {
    const { id, n } = c.req.valid('param');
    const found = await readAttachment(objects, await ownerOf(id), n);
    if (!found)
      throw new ProblemError('not-found', { detail: 'This attachment is not there, or not any more.' });
    const { mimeType = '', name = `attachment-${n}` } = found.attachment;
    return new Response(found.body, {
      headers: {
        ...dataHeaders,
        'content-type': shownAs.test(mimeType) ? mimeType : 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${encodedName(name)}`,
      },
    });
  });
}

/** RFC 8187, without what would name a folder or hide an ending. */
function encodedName(name: string): string {
  const safe = name.replace(/[\p{Cc}\p{Cf}\p{Cs}/\\]/gu, '_');
  return encodeURIComponent(safe).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
