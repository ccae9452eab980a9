import { describe, expect, it } from 'vitest';
import { cardHeaders, pressBody, robotBody, robotHeaders } from '../../test/fakes/dingtalk/sayings.ts';
import { approvalCard } from './approval-card.ts';
import { account, group, now, request, secret } from './callbacks.suite.ts';
import { receive } from './receive.ts';

describe('a pressed button', () => {
  const card = approvalCard({ approval: 'abcd2345', language: 'en', group }, 'delivery-key') ?? '';
  const press = (body: unknown, headers = cardHeaders(secret, now)) =>
    receive(request(body, { headers }), account());

  it('is the command that it stands for, in the chat of its card', () => {
    expect(press(pressBody(card, 'approve', 'boss'))).toMatchObject({
      type: 'message',
      message: {
        text: '/approve abcd2345',
        pressed: true,
        sender: { id: 'boss' },
        chat: { id: group, type: 'group' },
        language: 'en',
        replyTo: { to: 'group', conversation: group },
      },
    });
  });

  it('in a direct chat is of the person who pressed', () => {
    const direct = approvalCard({ approval: 'abcd2345', language: 'zh' }, 'key') ?? '';
    expect(press(pressBody(direct, 'deny', 'boss'))).toMatchObject({
      message: { text: '/deny abcd2345', chat: { id: 'user:boss', type: 'direct' }, language: 'zh' },
    });
  });

  it('is known by the id of the button too', () => {
    const content = JSON.stringify({ cardPrivateData: { actionIds: ['deny'] } });
    expect(press({ ...pressBody(card, ''), content })).toMatchObject({ message: { text: '/deny abcd2345' } });
  });

  it('goes for whoever pressed it, and stays for others', () => {
    const result = press(pressBody(card, 'approve'));
    if (result.type !== 'message') throw new Error(result.type);
    expect(JSON.parse(result.respond().body)).toEqual({
      cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
      userPrivateData: { cardParamMap: { approval: '' } },
    });
  });

  it('is the same message when the same request comes again, and another one when it is pressed again', () => {
    const idOf = (result: ReturnType<typeof press>) =>
      result.type === 'message' ? result.message.id : result.type;
    const first = idOf(press(pressBody(card, 'approve')));
    expect(idOf(press(pressBody(card, 'approve')))).toBe(first);
    const later = receive(
      request(pressBody(card, 'approve'), { headers: cardHeaders(secret, now + 5) }),
      account(),
    );
    expect(idOf(later)).not.toBe(first);
  });

  it('of anything else is ignored', () => {
    expect(press(pressBody('some-other-card', 'approve')).type).toBe('ignored');
    expect(press(pressBody(card, 'explode')).type).toBe('ignored');
    expect(press({ ...pressBody(card, ''), content: 'no JSON' }).type).toBe('ignored');
  });

  it('needs the signature of a card, as a message needs that of a robot', () => {
    expect(press(pressBody(card, 'approve'), robotHeaders(secret, now))).toMatchObject({ status: 400 });
    expect(press(robotBody('/approve abcd2345'))).toMatchObject({ status: 400 });
    expect(press(pressBody(card, 'approve'), cardHeaders('another', now))).toMatchObject({ status: 401 });
    expect(press(pressBody(card, 'approve'), cardHeaders(secret, now - 3_600_001))).toMatchObject({
      status: 401,
    });
  });
});
