import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const canary = (): string => randomBytes(24).toString('hex');
/** What is configured, and the tokens that platforms give for it. */
export const secrets = {
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
  telegram: `123456789:${canary()}`,
  telegramHeader: canary(),
  botToken: canary().slice(0, 32),
  botAes: canary().slice(0, 43),
};

/** Which of them a text has in it, in part at least. */
export function leaksIn(text: string): string[] {
  return Object.entries(secrets)
    .filter(([, value]) => text.includes(value.slice(4, 24)) || text.includes(value.slice(-20)))
    .map(([name]) => name);
}

/** A platform that gives tokens, and repeats in its refusals all that it was asked with; or breaks off. */
export const vendor = {
  breaksOff: false,
  answer(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const url = request.url ?? '';
      const given = tokenOf(url);
      if (!given && vendor.breaksOff) {
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
        description: echo,
        error_code: 400,
      };
      // Slack refuses with 200.
      response.writeHead(given || url.startsWith('/api/') ? 200 : 400, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify(given ?? refusal));
    });
  },
};

function tokenOf(url: string): object | undefined {
  if (url.includes('tenant_access_token'))
    return { code: 0, tenant_access_token: secrets.feishuToken, expire: 7_200 };
  if (url.includes('/oauth2/accessToken')) return { accessToken: secrets.dingtalkToken, expireIn: 7_200 };
  if (url.includes('/gettoken')) return { errcode: 0, access_token: secrets.wecomAccess, expires_in: 7_200 };
  return undefined;
}

/** An account of each kind that has secrets. */
export function accountsAt(baseUrl: string): object[] {
  return [
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
    {
      id: 'tg',
      kind: 'telegram',
      mode: 'webhook',
      botToken: secrets.telegram,
      secretToken: secrets.telegramHeader,
    },
  ].map((account) => (account.id === 'robot' ? account : { ...account, baseUrl }));
}

/** A conversation of each. */
export const conversations = {
  ding: 'user:staff',
  robot: 'team',
  fs: 'oc_1',
  sl: 'D1',
  wc: 'ada',
  wcbot: 'user:ada',
  tg: '7',
};
