import { randomUUID } from 'node:crypto';
import { robotSign } from '../../../channels/dingtalk/signature.ts';
import { apiRefusal, webhookRefusal } from './fault.ts';
import type { Ledger } from './ledger.ts';
import { groupSend, personSend, webhookMessage } from './schemas.ts';

const perMinute = 20;
const shutMs = 600_000;
const maximumBytes = 20_000;

export interface GroupRobot {
  accessToken: string;
  secret: string;
}

interface Session {
  chat: string;
  until: number;
}

/** What robots say: by the session of a message, by the OpenAPI, and by the signed address of a group's own robot. */
export class Robots {
  readonly sessions = new Map<string, Session>();
  /** People whom the app may not write to. */
  readonly strangers = new Set<string>();
  private readonly ledger: Ledger;
  private readonly clock: () => number;
  private readonly recent = new Map<string, number[]>();
  private readonly shutUntil = new Map<string, number>();
  private readonly uuids = new Set<string>();

  constructor(ledger: Ledger, clock: () => number) {
    this.ledger = ledger;
    this.clock = clock;
  }

  openSession(chat: string, until: number): string {
    const id = randomUUID();
    this.sessions.set(id, { chat, until });
    return id;
  }

  bySession(query: URLSearchParams, body: string): object {
    const session = this.sessions.get(query.get('session') ?? '');
    if (!session || session.until < this.clock())
      throw webhookRefusal(300001, 'session is not exist or expired');
    return this.sayByAddress(session.chat, 'session', body);
  }

  byAddress(robot: GroupRobot, query: URLSearchParams, body: string): object {
    const names = [...query.keys()].sort().join();
    if (query.get('access_token') !== robot.accessToken) throw webhookRefusal(300005, 'token is not exist');
    if (names !== 'access_token,sign,timestamp') throw webhookRefusal(310000, 'sign not match');
    const timestamp = query.get('timestamp') ?? '';
    if (Math.abs(this.clock() - Number(timestamp)) > 3_600_000) {
      throw webhookRefusal(310000, 'invalid timestamp');
    }
    if (query.get('sign') !== robotSign(robot.secret, timestamp)) {
      throw webhookRefusal(
        310000,
        'sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]',
      );
    }
    return this.sayByAddress('robot', 'robot', body);
  }

  byApi(robotCode: string, to: 'group' | 'person', body: unknown): object {
    const result = (to === 'group' ? groupSend : personSend).safeParse(body);
    if (!result.success) throw apiRefusal(400, 'invalidParameter.param.invalid');
    const sent = result.data;
    if (sent.robotCode !== robotCode) throw apiRefusal(400, 'invalidParameter.robotCode.auth');
    const [staff = ''] = 'userIds' in sent ? sent.userIds : [];
    if (this.strangers.has(staff)) return { processQueryKey: randomUUID(), invalidStaffIdList: [staff] };
    const chat = 'openConversationId' in sent ? `group ${sent.openConversationId}` : `person ${staff}`;
    const said =
      sent.msgKey === 'sampleText'
        ? { kind: 'text' as const, title: '', text: sent.msgParam.content }
        : { kind: 'markdown' as const, ...sent.msgParam };
    this.ledger.add({ chat, ...said, mentions: [], via: 'api' });
    return { processQueryKey: randomUUID(), invalidStaffIdList: [], flowControlledStaffIdList: [] };
  }

  private sayByAddress(chat: string, via: 'session' | 'robot', text: string): object {
    if (Buffer.byteLength(text) > maximumBytes)
      throw webhookRefusal(460101, 'message too long, exceed 20000 bytes');
    const result = webhookMessage.safeParse(JSON.parse(text));
    if (!result.success) throw webhookRefusal(400105, 'unsupported msgtype');
    const message = result.data;
    if (message.msgUuid !== undefined && this.uuids.has(message.msgUuid)) return { errcode: 0, errmsg: 'ok' };
    this.count(chat);
    if (message.msgUuid !== undefined) this.uuids.add(message.msgUuid);
    const said =
      message.msgtype === 'text'
        ? { kind: 'text' as const, title: '', text: message.text.content }
        : { kind: 'markdown' as const, ...message.markdown };
    const mentions = (message.at?.atUserIds ?? []).filter((id) => said.text.includes(`@${id}`));
    this.ledger.add({ chat, ...said, mentions, via });
    return { errcode: 0, errmsg: 'ok' };
  }

  /** Above 20 a minute nothing more is taken for 10 minutes. */
  private count(chat: string): void {
    const now = this.clock();
    if ((this.shutUntil.get(chat) ?? 0) > now) throw webhookRefusal(410100, 'robot is limited');
    const recent = (this.recent.get(chat) ?? []).filter((at) => now - at < 60_000);
    if (recent.length >= perMinute) {
      this.shutUntil.set(chat, now + shutMs);
      throw webhookRefusal(130101, 'send too fast, exceed 20 times per minute');
    }
    this.recent.set(chat, [...recent, now]);
  }
}
