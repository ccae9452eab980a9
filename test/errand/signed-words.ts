import { robotSign } from '../../channels/dingtalk/signature.ts';
import { sign as feishuSign } from '../../channels/feishu/signature.ts';
import { sign as slackSign } from '../../channels/slack/signature.ts';
import { aesKeyOf, encrypt, signatureOf } from '../../channels/wecom/encryption.ts';
import { secrets } from './channel-canaries.ts';

/** A genuine message on each account that hears any, as its platform signs it. */
export function spokenAt(
  origin: string,
): Record<string, { body: string; headers?: Record<string, string>; query?: string }> {
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
    sessionWebhook: `${origin}/robot/sendBySession?session=${secrets.session}`,
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
    response_url: `${origin}/cgi-bin/aibot/response?response_code=${secrets.session}`,
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
    tg: {
      body: JSON.stringify({
        update_id: 1,
        message: {
          message_id: 1,
          date: Number(seconds),
          from: { id: 7, is_bot: false, first_name: 'Ada' },
          chat: { id: 7, type: 'private', first_name: 'Ada' },
          text: 'hello',
        },
      }),
      headers: { 'x-telegram-bot-api-secret-token': secrets.telegramHeader },
    },
    wcbot: { body: JSON.stringify({ encrypt: ofBot.encrypted }), query: ofBot.query },
  };
}
