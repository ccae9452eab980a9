import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { attachment } from '../../contracts/message.ts';
import { messageRunId } from '../../services/runs/index.ts';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { robotHeaders } from '../fakes/dingtalk/sayings.ts';
import { type FakeDingtalk, startFakeDingtalk } from '../fakes/dingtalk/start-fake-dingtalk.ts';

const png = Buffer.from('\x89PNG\r\n\x1a\n a picture', 'latin1');
const list = z.object({ attachments: z.array(attachment) });

let ding: FakeDingtalk;
let errand: TestErrand;
beforeAll(async () => {
  ding = await startFakeDingtalk();
  errand = await startTestErrand({
    models: [],
    channels: [{ id: 'ding', kind: 'dingtalk', mode: 'webhook', flow: 'looks', ...ding.account }],
  });
  await errand.publish(
    flow(
      'looks',
      [
        message,
        node('say', 'notify', {
          text: "{{ trigger.attachments.map(a, has(a.key) ? a.kind + ' ' + a.mimeType : a.problem) }}",
        }),
      ],
      ['message>say'],
    ),
  );
});
afterAll(async () => {
  await errand.end();
  await ding.close();
});

let said = 0;
async function send(content: object): Promise<string> {
  const msgId = `with-${said++}`;
  const response = await fetch(`${errand.url}/webhooks/ding`, {
    method: 'POST',
    headers: robotHeaders(ding.account.appSecret),
    body: JSON.stringify(ding.saying(content, { msgId })),
  });
  expect(response.status).toBe(200);
  return messageRunId('ding', msgId);
}
const picture = (downloadCode: string) => ({ msgtype: 'picture', content: { downloadCode } });

it('a picture is fetched before the flow sees it, and can be saved from the console', async () => {
  ding.files.set('p1', { body: png, type: 'text/html' });
  const runId = await send(picture('p1'));
  expect((await errand.ended(runId)).answer).toContain('image image/png');

  const { attachments } = list.parse(await (await errand.api(`/api/v1/runs/${runId}/attachments`)).json());
  const key = `attachments/ding/${runId}/0`;
  expect(attachments).toEqual([{ kind: 'image', mimeType: 'image/png', bytes: png.byteLength, key }]);
  const response = await errand.api(`/api/v1/runs/${runId}/attachments/0`);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': expect.stringMatching(/^attachment;/),
    'x-content-type-options': 'nosniff',
  });
  expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
  expect((await errand.api(`/api/v1/runs/${runId}/attachments/1`)).status).toBe(404);
  expect((await errand.api(`/api/v1/runs/${'a'.repeat(26)}/attachments/0`)).status).toBe(404);
});

it('what is a page is given out as bytes to be saved, under a name that is one', async () => {
  ding.files.set('f1', { body: Buffer.from('<script>alert(1)</script>'), type: 'text/html' });
  const runId = await send({
    msgtype: 'file',
    content: { downloadCode: 'f1', fileName: '../"页\u202e面.html' },
  });
  await errand.ended(runId);
  const { headers } = await errand.api(`/api/v1/runs/${runId}/attachments/0`);
  expect(headers.get('content-type')).toBe('application/octet-stream');
  const [, name = ''] = /filename\*=UTF-8''(\S+)$/.exec(headers.get('content-disposition') ?? '') ?? [];
  expect(decodeURIComponent(name)).toBe('.._"页_面.html');
});

it('what cannot be fetched is told to the flow in words, and the flow goes on', async () => {
  const runId = await send(picture('expired'));
  const { answer, status } = await errand.ended(runId);
  expect([status, answer]).toEqual([
    'answered',
    expect.stringMatching(/could not be downloaded|未能从平台下载/),
  ]);
});
