import { describe, expect, it } from 'vitest';
import { robotBody } from '../../test/fakes/dingtalk/sayings.ts';
import { account, group, messageOf, now, outcome, request, session } from './callbacks.suite.ts';
import { dingtalk } from './index.ts';
import { receive } from './receive.ts';

describe('what somebody says to the robot', () => {
  it('is a message of the person, answered by its session', () => {
    expect(messageOf('你好', { msgId: 'm1' })).toMatchObject({
      id: 'm1',
      chat: { id: 'user:staff-1', type: 'direct' },
      mentioned: true,
      sender: { id: 'staff-1', name: '小明' },
      text: '你好',
      language: 'zh',
      replyTo: { to: 'person', staff: 'staff-1', session: { url: session, until: now + 5_400_000 } },
    });
  });

  it('in a group comes without the blank that its mention left', () => {
    expect(messageOf('what can you do?', { group })).toMatchObject({
      chat: { id: group, type: 'group' },
      mentioned: true,
      text: 'what can you do?',
      language: 'en',
      replyTo: { to: 'group', conversation: group },
    });
  });

  it('is answered in the form that says nothing in the chat', () => {
    const result = receive(request(robotBody('hello')), account());
    if (result.type !== 'message') throw new Error(result.type);
    expect(result.respond()).toMatchObject({ status: 200, body: '{"msgtype":"empty"}' });
  });

  it('is taken whatever the whitespace', () => {
    expect(outcome(request(JSON.stringify(robotBody('hello'), null, 2)))).toBe('message');
  });

  it('keeps the event for diagnosis, without the address that would let its reader speak', () => {
    const { raw } = messageOf('hello', { msgId: 'm1' });
    expect(raw).toMatchObject({ msgId: 'm1', senderNick: '小明' });
    expect(JSON.stringify(raw)).not.toContain('sendBySession');
  });

  it('can be of somebody outside the organisation, whom only the session reaches', () => {
    const message = messageOf('hello', { staff: '' });
    expect(message).toMatchObject({ sender: { id: '$:LWCP_v1:$' }, replyTo: { to: 'session' } });
    expect(message.chat.id).toBe('stranger:cidDirect0000000000000==');
    const place = { chat: message.chat.id };
    expect(() => dingtalk.addressOf(account(), place)).toThrow(/only when they write/);
  });

  it('is found again by the id of its chat', () => {
    for (const saying of [{}, { group }]) {
      const { chat, replyTo } = messageOf('hello', saying);
      const { session: _, ...address } = replyTo;
      expect(dingtalk.addressOf(account(), { chat: chat.id })).toEqual(address);
    }
  });

  it('names the message that it answers', () => {
    const text = { content: 'why?', isReplyMsg: true, repliedMsg: { msgId: 'm0', msgType: 'text' } };
    expect(messageOf({ msgtype: 'text', text }).quotes).toBe('m0');
  });

  it('of the robot itself is marked', () => {
    expect(messageOf({ msgtype: 'text', text: { content: 'x' }, senderId: '$:LWCP_v1:$bot' }).fromBot).toBe(
      true,
    );
  });

  it('without a mention in a group is told apart', () => {
    const body = { ...robotBody('hello', { group }), isInAtList: false };
    const result = receive(request(body), account());
    expect(result).toMatchObject({ type: 'message', message: { mentioned: false } });
  });

  it('loses what has no form in storage, not the rest', () => {
    expect(messageOf('a\u0000b\ud800c').text).toBe('a\ufffdb\ufffdc');
  });
});

describe('what comes besides text', () => {
  it.each([
    ['a picture', 'picture', { downloadCode: 'd1', pictureDownloadCode: 'p1' }, '', [{ kind: 'image' }]],
    [
      'an audio with its words',
      'audio',
      { downloadCode: 'd1', recognition: '查天气' },
      '查天气',
      [{ kind: 'audio' }],
    ],
    [
      'a video',
      'video',
      { downloadCode: 'd1', videoType: 'mp4', duration: 3 },
      '',
      [{ kind: 'video', mimeType: 'video/mp4' }],
    ],
    [
      'a file',
      'file',
      { downloadCode: 'd1', fileName: '报告.pdf', fileId: '1' },
      '',
      [{ kind: 'file', name: '报告.pdf' }],
    ],
  ])('is an attachment: %s', (_, msgtype, content, text, attachments) => {
    expect(messageOf({ msgtype, content })).toMatchObject({
      text,
      language: 'zh',
      attachments: attachments.map((one) => ({ ...one, source: { downloadCode: 'd1' } })),
    });
  });

  it('is put together of the parts of a rich text, without the mention', () => {
    const content = {
      richText: [
        { text: '@助手 ' },
        { text: '看看' },
        { type: 'picture', downloadCode: 'd1', pictureDownloadCode: 'p1' },
        { text: '这张图' },
        { type: 'picture', downloadCode: 'd2' },
      ],
    };
    const { text, attachments } = messageOf({ msgtype: 'richText', content }, { group });
    expect(text).toBe('看看这张图');
    expect(attachments?.map(({ source }) => source)).toEqual([
      { downloadCode: 'd1' },
      { downloadCode: 'd2' },
    ]);
  });

  it('is named when nobody told us of it, so that it is answered', () => {
    expect(messageOf({ msgtype: 'unknownMsgType', content: { any: 'thing' } }).text).toBe('[unknownMsgType]');
  });

  it('is ignored when there is nothing in it', () => {
    expect(outcome(request(robotBody(' ')))).toBe('ignored: the message is empty');
    expect(outcome(request({ ...robotBody('x'), text: undefined }))).toBe('ignored: the message is empty');
  });

  it('says so when the platform withholds it', () => {
    const body = { ...robotBody('x'), text: undefined, errorMessage: '受调用量超量影响' };
    expect(outcome(request(body))).toMatch(/ignored: DingTalk withholds/);
  });
});
