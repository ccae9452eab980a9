import { describe, expect, it } from 'vitest';
import { type Delivery, wecomBotAccount } from '../../contracts/index.ts';
import { compose } from './compose.ts';

const connected = wecomBotAccount.parse({
  id: 'b',
  kind: 'wecom-bot',
  mode: 'connection',
  botId: 'aib1',
  secret: 's',
});
const called = wecomBotAccount.parse({
  id: 'b',
  kind: 'wecom-bot',
  mode: 'webhook',
  token: 't',
  encodingAesKey: 'k',
});
const replyTo = { chat: 'user:ada', reqId: 'req-1' };

function delivery(change: Partial<Delivery> = {}): Delivery {
  return {
    key: 'k'.repeat(43),
    type: 'reply',
    account: 'b',
    conversation: 'user:ada',
    replyTo,
    runId: 'r'.repeat(26),
    text: 'The answer.',
    final: true,
    ...change,
  };
}

function saysOf(change: Partial<Delivery> = {}, account = connected) {
  return compose(delivery(change), account).map(({ say }) => say);
}

describe('over a long connection', () => {
  it('progress and answer are states of one message', () => {
    const [working, on] = ['Working on it', 'Still working'].map(
      (text) => saysOf({ type: 'progress', final: false, text })[0],
    );
    const [answer] = saysOf();
    const streams = [working, on, answer].map((say) => (say?.type === 'stream' ? say.stream : undefined));
    expect(new Set(streams.map((stream) => stream?.id)).size).toBe(1);
    expect(streams.map((stream) => stream?.finish)).toEqual([false, false, true]);
    expect(streams[2]?.content).toBe('The answer.');
  });

  it('another run, or another message, has a message of its own', () => {
    const idOf = (change: Partial<Delivery>) => {
      const [say] = saysOf(change);
      return say?.type === 'stream' ? say.stream.id : undefined;
    };
    const ids = [{}, { runId: 's'.repeat(26) }, { replyTo: { ...replyTo, reqId: 'req-2' } }].map(idOf);
    expect(new Set(ids).size).toBe(3);
  });

  it('what is not the last word, and what answers no callback, is a message of its own', () => {
    expect(saysOf({ final: false })).toEqual([
      { type: 'message', message: { msgtype: 'markdown', markdown: { content: 'The answer.' } } },
    ]);
    expect(saysOf({ replyTo: { chat: 'user:ada' } })[0]?.type).toBe('message');
  });

  it('an approval has two buttons under its text', () => {
    const says = saysOf({ type: 'approval', final: false, approval: { id: 'abcd2345' }, language: 'zh' });
    expect(says).toMatchObject([
      { type: 'message', message: { msgtype: 'markdown' } },
      {
        type: 'message',
        message: {
          msgtype: 'template_card',
          template_card: {
            card_type: 'button_interaction',
            task_id: `errand-${'k'.repeat(43)}`,
            button_list: [
              { text: '批准', key: 'approve:abcd2345:zh' },
              { text: '拒绝', key: 'deny:abcd2345:zh' },
            ],
          },
        },
      },
    ]);
  });

  it('a long answer goes on in further messages, each within the limit in bytes and none with half a character', () => {
    const text = Array.from(
      { length: 2_000 },
      (_, index) => `第 ${index} 段：🙂 שלום عالم ${'测试'.repeat(5)}`,
    ).join('\n\n');
    const says = saysOf({ text });
    const contents = says.map((say) =>
      say.type === 'stream'
        ? say.stream.content
        : String((say.message.markdown as { content: string }).content),
    );
    expect(says.map(({ type }) => type)).toEqual(['stream', ...Array(says.length - 1).fill('message')]);
    expect(says.length).toBeGreaterThan(4);
    for (const content of contents) {
      expect(Buffer.byteLength(content)).toBeLessThanOrEqual(20_480);
      expect(content).not.toMatch(/\p{Surrogate}/u);
    }
    const isWhole = contents.join('').replace(/\s/g, '') === text.replace(/\s/g, '');
    expect(isWhole).toBe(true);
  });
});

describe('in a group', () => {
  it.each([
    ['Hello', '<@ada> Hello'],
    ['# Title', '<@ada>\n\n# Title'],
    ['1. one', '<@ada>\n\n1. one'],
    ['```\ncode\n```', '<@ada>\n\n```\ncode\n```'],
  ])('who asked is mentioned before %j', (text, expected) => {
    const [say] = saysOf({ text, asker: { id: 'ada' } });
    expect(say?.type === 'stream' && say.stream.content).toBe(expected);
  });

  it('nobody is called by what a model wrote', () => {
    const [say] = saysOf({ text: 'Hey <@all>, look' });
    expect(say?.type === 'stream' && say.stream.content).not.toContain('<@all>');
  });
});

describe('by callback', () => {
  it('there is one message for an answer, and none for progress', () => {
    expect(saysOf({ type: 'progress', final: false }, called)).toEqual([]);
    expect(saysOf({}, called)).toEqual([
      { type: 'message', message: { msgtype: 'markdown', markdown: { content: 'The answer.' } } },
    ]);
    expect(saysOf({ type: 'approval', final: false, approval: { id: 'abcd2345' } }, called)).toHaveLength(1);
  });

  it.each([
    ['en', 'x'.repeat(100_000), 'Cut off'],
    ['zh', '这是很长的一句话。'.repeat(4_000), '截断'],
  ])('what is too long for it is cut, and says so (%s)', (_, text, note) => {
    const [say, ...rest] = saysOf({ text }, called);
    const content =
      say?.type === 'message' ? String((say.message.markdown as { content: string }).content) : '';
    expect(rest).toEqual([]);
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(20_480);
    expect(Buffer.byteLength(content)).toBeGreaterThan(10_000);
    expect(content).toContain(note);
  });
});
