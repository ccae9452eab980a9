import { randomUUID } from 'node:crypto';
import { cardSign, robotSign } from '../../../channels/dingtalk/signature.ts';

export interface Saying {
  /** Absent: a direct chat. */
  group?: string;
  staff?: string;
  name?: string;
  msgId?: string;
  /** Absent: a message without one. */
  sessionWebhook?: string;
  /** Epoch milliseconds. */
  until?: number;
  robotCode?: string;
}

/** The body of what somebody says to the robot, as the platform writes it. */
export function robotBody(content: string | object, saying: Saying = {}): Record<string, unknown> {
  const { group, staff = 'staff-1', name = '小明', msgId = `msg${randomUUID()}==`, robotCode } = saying;
  return {
    senderPlatform: 'Mac',
    conversationId: group ?? 'cidDirect0000000000000==',
    ...(group
      ? { conversationTitle: '测试群', isInAtList: true, atUsers: [{ dingtalkId: '$:LWCP_v1:$bot' }] }
      : {}),
    conversationType: group ? '2' : '1',
    chatbotCorpId: 'ding9f50b15bccd16741',
    chatbotUserId: '$:LWCP_v1:$bot',
    msgId,
    createAt: Date.now(),
    senderNick: name,
    isAdmin: false,
    senderCorpId: 'ding9f50b15bccd16741',
    senderId: `$:LWCP_v1:$${staff}`,
    senderStaffId: staff,
    ...(robotCode ? { robotCode } : {}),
    ...(saying.sessionWebhook
      ? {
          sessionWebhook: saying.sessionWebhook,
          sessionWebhookExpiredTime: saying.until ?? Date.now() + 5_400_000,
        }
      : {}),
    ...(typeof content === 'string'
      ? { msgtype: 'text', text: { content: group ? ` ${content}` : content } }
      : content),
  };
}

/** The body of a touched card. */
export function pressBody(outTrackId: string, action: string, staff = 'staff-1'): Record<string, unknown> {
  return {
    type: 'actionCallback',
    outTrackId,
    corpId: 'ding9f50b15bccd16741',
    userId: staff,
    content: JSON.stringify({ cardPrivateData: { actionIds: ['button-1'], params: { action } } }),
  };
}

/** The headers of a robot's callback. */
export function robotHeaders(secret: string, now = Date.now()): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    timestamp: `${now}`,
    sign: robotSign(secret, now),
  };
}

/** The headers of a card's callback. */
export function cardHeaders(secret: string, now = Date.now()): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-ddpaas-signature-timestamp': `${now}`,
    'x-ddpaas-signature': cardSign(secret, now),
  };
}
