import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { robotSign } from '../../channels/dingtalk/signature.ts';
import { sign as feishuSign } from '../../channels/feishu/signature.ts';
import { sign as slackSign } from '../../channels/slack/signature.ts';
import { aesKeyOf, encrypt, signatureOf } from '../../channels/wecom/encryption.ts';
import { freePort } from '../../infra/index.ts';
import { contentsOf, textOf } from '../errand/canaries.ts';
import { type RoleProcess, startRoleProcess } from '../errand/role-process.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { createNamespace } from '../servers/index.ts';

const canary = (): string => randomBytes(24).toString('hex');
/** What is configured, and the tokens that platforms give for it. */
const secrets = {
  dingtalk: canary(),
  dingtalkToken: canary(),
  robotToken: canary(),
  robotSecret: `SEC${canary()}`,
  session: canary(),
  feishu: canary(),
  feishuKey: canary(),
  feishuVerification: canary(),
  feishuToken: canary(),
  slackBot: `xoxb-${canary()}`,
  slackSigning: canary(),
  wecom: canary(),
  wecomToken: canary().slice(0, 32),
  wecomAes: canary().slice(0, 43),
  wecomAccess: canary(),
  botToken: canary().slice(0, 32),
  botAes: canary().slice(0, 43),
};

function leaksIn(text: string): string[] {
  return Object.entries(secrets)
    .filter(([, value]) => text.includes(value.slice(4, 24)) || text.includes(value.slice(-20)))
    .map(([name]) => name);
}

/** A platform that gives tokens, and repeats in its refusals all that it was asked with; or breaks off. */
let breaksOff = false;
function answer(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    const url = request.url ?? '';
    const given = tokenOf(url);
    if (!given && breaksOff) {
      request.socket.destroy();
      return;
    }
    const echo = `${url} ${JSON.stringify(request.headers)} ${body}`;
    const refusal = {
      ok: false,
      error: echo,
      code: 7,
      errcode: 40_999,
      errmsg: echo,
      msg: echo,
      message: echo,
    };
    response.writeHead(given ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(given ?? refusal));
  });
}

function tokenOf(url: string): object | undefined {
  if (url.includes('tenant_access_token'))
    return { code: 0, tenant_access_token: secrets.feishuToken, expire: 7_200 };
  if (url.includes('/oauth2/accessToken')) return { accessToken: secrets.dingtalkToken, expireIn: 7_200 };
  if (url.includes('/gettoken')) return { errcode: 0, access_token: secrets.wecomAccess, expires_in: 7_200 };
  return undefined;
}

let directory: string;
let platform: LoopbackServer;
let model: ModelServer;
let errand: RoleProcess;
let connection: Connection;
let temporal: Client;
let url: string;
const adminToken = canary();
const conversations = {
  ding: 'user:staff',
  robot: 'team',
  fs: 'oc_1',
  sl: 'D1',
  wc: 'ada',
  wcbot: 'user:ada',
};

beforeAll(async () => {
  const { address } = inject('temporal');
  directory = await mkdtemp(join(tmpdir(), 'errand-channel-secrets-'));
  platform = await startLoopbackServer(answer);
  model = await startModelServer();
  const baseUrl = platform.origin;
  const channels = [
    {
      id: 'ding',
      kind: 'dingtalk',
      mode: 'webhook',
      appKey: 'ding1',
      appSecret: secrets.dingtalk,
      oapiBaseUrl: baseUrl,
    },
    {
      id: 'robot',
      kind: 'dingtalk-robot',
      accessToken: secrets.robotToken,
      secret: secrets.robotSecret,
      oapiBaseUrl: baseUrl,
    },
    {
      id: 'fs',
      kind: 'feishu',
      mode: 'webhook',
      appId: 'cli_1',
      appSecret: secrets.feishu,
      encryptKey: secrets.feishuKey,
      verificationToken: secrets.feishuVerification,
    },
    {
      id: 'sl',
      kind: 'slack',
      mode: 'webhook',
      botToken: secrets.slackBot,
      signingSecret: secrets.slackSigning,
    },
    {
      id: 'wc',
      kind: 'wecom',
      corpId: 'ww1',
      agentId: 1,
      secret: secrets.wecom,
      token: secrets.wecomToken,
      encodingAesKey: secrets.wecomAes,
    },
    {
      id: 'wcbot',
      kind: 'wecom-bot',
      mode: 'webhook',
      token: secrets.botToken,
      encodingAesKey: secrets.botAes,
    },
  ].map((account) => (account.id === 'robot' ? account : { ...account, baseUrl }));
  const file = join(directory, 'errand.json');
  await writeFile(
    file,
    JSON.stringify({ models: [{ id: 'm', endpoint: model.endpoint, model: 'fake' }], channels }),
  );
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  const namespace = await createNamespace(address);
  errand = await startRoleProcess([], {
    DATA_DIR: join(directory, 'data'),
    ERRAND_CONFIG: file,
    PORT: port,
    LOG_LEVEL: 'debug',
    ADMIN_TOKEN: adminToken,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  });
  connection = await Connection.connect({ address });
  temporal = new Client({ connection, namespace });
}, 120_000);

afterAll(async () => {
  await errand.kill();
  await connection.close();
  await Promise.all([model.close(), platform.close()]);
  await rm(directory, { recursive: true, force: true });
});

async function api(path: string, body?: object): Promise<string> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
  return (await fetch(`${url}${path}`, init)).text();
}

/** A genuine message on each account that hears any, as its platform signs it. */
function spoken(): Record<string, { body: string; headers?: Record<string, string>; query?: string }> {
  const ms = String(Date.now());
  const seconds = String(Math.floor(Date.now() / 1_000));
  const ding = {
    msgId: 'm1',
    msgtype: 'text',
    conversationId: 'cid1',
    conversationType: '1',
    senderId: 'u1',
    senderStaffId: 'staff',
    robotCode: 'ding1',
    sessionWebhook: `${platform.origin}/robot/sendBySession?session=${secrets.session}`,
    sessionWebhookExpiredTime: Date.now() + 3_600_000,
    text: { content: 'hello' },
  };
  const feishu = JSON.stringify({
    schema: '2.0',
    header: {
      event_id: 'e1',
      event_type: 'im.message.receive_v1',
      token: secrets.feishuVerification,
      app_id: 'cli_1',
    },
    event: {
      sender: { sender_id: { open_id: 'ou_1' }, sender_type: 'user' },
      message: {
        message_id: 'om_1',
        chat_id: 'oc_1',
        chat_type: 'p2p',
        message_type: 'text',
        content: '{"text":"hello"}',
      },
    },
  });
  const slack = JSON.stringify({
    type: 'event_callback',
    event_id: 'E1',
    token: secrets.slackSigning,
    event: { type: 'message', user: 'U1', text: 'hello', ts: `${seconds}.000100`, channel: 'D1' },
  });
  const xml = `<xml><ToUserName>ww1</ToUserName><FromUserName>ada</FromUserName><CreateTime>${seconds}</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId><AgentID>1</AgentID><Content>hello</Content></xml>`;
  const bot = JSON.stringify({
    msgid: 'b1',
    chattype: 'single',
    from: { userid: 'ada' },
    msgtype: 'text',
    text: { content: 'hello' },
    response_url: `${platform.origin}/cgi-bin/aibot/response?response_code=${secrets.session}`,
  });
  const sealed = (text: string, token: string, aes: string, receiveId: string) => {
    const aesKey = aesKeyOf(aes);
    if (!aesKey) throw new Error('the key is none');
    const encrypted = encrypt({ token, aesKey, receiveId }, text);
    const signature = signatureOf(token, seconds, 'nonce', encrypted);
    return { encrypted, query: `?msg_signature=${signature}&timestamp=${seconds}&nonce=nonce` };
  };
  const app = sealed(xml, secrets.wecomToken, secrets.wecomAes, 'ww1');
  const ofBot = sealed(bot, secrets.botToken, secrets.botAes, '');
  return {
    ding: { body: JSON.stringify(ding), headers: { timestamp: ms, sign: robotSign(secrets.dingtalk, ms) } },
    fs: {
      body: feishu,
      headers: {
        'x-lark-request-timestamp': seconds,
        'x-lark-request-nonce': 'nonce',
        'x-lark-signature': feishuSign(secrets.feishuKey, seconds, 'nonce', feishu),
      },
    },
    sl: {
      body: slack,
      headers: {
        'x-slack-request-timestamp': seconds,
        'x-slack-signature': slackSign(secrets.slackSigning, seconds, Buffer.from(slack)),
      },
    },
    wc: { body: `<xml><Encrypt>${app.encrypted}</Encrypt></xml>`, query: app.query },
    wcbot: { body: JSON.stringify({ encrypt: ofBot.encrypted }), query: ofBot.query },
  };
}

it('no secret of an account, nor a token got for it, is in what Errand says, logs or keeps', async () => {
  const messages = Object.entries(spoken());
  for (const [id, { body, headers = {}, query = '' }] of messages) {
    const response = await fetch(`${url}/webhooks/${id}${query}`, { method: 'POST', headers, body });
    expect(`${id} ${response.status}`).toBe(`${id} 200`);
    const others = await fetch(`${url}/webhooks/${id === 'sl' ? 'fs' : 'sl'}${query}`, {
      method: 'POST',
      headers,
      body,
    });
    expect(`${id} elsewhere ${others.status}`).toBe(`${id} elsewhere 401`);
    expect(leaksIn(await others.text())).toEqual([]);
  }
  await expect
    .poll(async () => JSON.parse(await api('/api/v1/dead-letters')).deadLetters.length, { timeout: 30_000 })
    .toBe(messages.length);
  for (const breaks of [false, true]) {
    breaksOff = breaks;
    for (const [id, conversation] of Object.entries(conversations)) {
      const tested = await api(`/api/v1/channels/${id}/test`, { conversation });
      expect(JSON.parse(tested)).toMatchObject({ id, ok: false });
      expect(`${id} ${leaksIn(tested)}`).toBe(`${id} `);
      expect(leaksIn(await api(`/api/v1/channels/${id}`))).toEqual([]);
    }
  }
  for (const path of [
    '/api/v1/channels',
    '/api/v1/dead-letters',
    '/api/v1/runs',
    '/api/v1/ledger',
    '/metrics',
  ]) {
    expect(`${path} ${leaksIn(await api(path))}`).toBe(`${path} `);
  }

  // Where an answer goes is part of its message: by its session, which is the platform's word for the place.
  const beyondSession = (text: string) => leaksIn(text).filter((name) => name !== 'session');
  for await (const { workflowId, runId } of temporal.workflow.list()) {
    const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    expect(`${workflowId} ${beyondSession(textOf(history))}`).toBe(`${workflowId} `);
  }
  const written = await readdir(join(directory, 'data'), { recursive: true, withFileTypes: true });
  for (const entry of written.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    expect(`${path} ${beyondSession(await contentsOf(path))}`).toBe(`${path} `);
  }
  expect(errand.output()).toContain('delivery failed');
  expect(leaksIn(errand.output())).toEqual([]);
}, 120_000);
