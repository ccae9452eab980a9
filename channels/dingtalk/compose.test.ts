import { describe, expect, it } from 'vitest';
import { dingtalkAccount } from '../../contracts/accounts.ts';
import { type Delivery, delivery } from '../../contracts/delivery.ts';
import { approvalOf } from './approval-card.ts';
import { compose, type Words } from './compose.ts';

const given = { id: 'ding', kind: 'dingtalk', appKey: 'dingkey', appSecret: 's' };
const plain = dingtalkAccount.parse(given);
const withCards = dingtalkAccount.parse({ ...given, cardTemplateId: 'abc.schema' });
const person = { to: 'person', staff: 'staff-1' };
const group = { to: 'group', conversation: 'cid5o+bbZdK/80y1V5ESE5Trw==' };
const runId = 'a'.repeat(26);

function said(change: Partial<Delivery>): Delivery {
  return delivery.parse({
    key: 'k'.repeat(43),
    type: 'reply',
    account: 'ding',
    conversation: 'user:staff-1',
    replyTo: person,
    runId,
    text: 'hello',
    final: true,
    ...change,
  });
}

function texts(words: Words[]): string[] {
  return words.map((one) => (one.as === 'card' ? one.content : one.text));
}

describe('an answer without cards', () => {
  it('is said as it is when it has no marks', () => {
    expect(compose(said({ text: 'one\ntwo' }), plain)).toEqual([
      { as: 'message', to: person, title: 'one', text: 'one\ntwo', isPlain: true },
    ]);
  });

  it('is in DingTalk’s markdown when it has', () => {
    const text = '# Plan\n\n**bold** and ~~gone~~\nnext line\n\n| a | b |\n|---|---|\n| 1 | 2 |';
    const [words] = compose(said({ text }), plain);
    expect(words).toMatchObject({ title: 'Plan', isPlain: false });
    expect(words).toMatchObject({ text: '# Plan\n\n**bold** and gone  \nnext line\n\n**1**  \n- b: 2' });
  });

  it('keeps the lines of code', () => {
    const [words] = compose(said({ text: '```js\na\nb\n```' }), plain);
    expect(words).toMatchObject({ text: '```js\na\nb\n```' });
  });

  it('names the asker once', () => {
    const words = compose(
      said({ text: 'word '.repeat(5_000), asker: { id: 'staff-1', name: '小明' } }),
      plain,
    );
    expect(words.length).toBeGreaterThan(1);
    expect(words.map((one) => 'mention' in one)).toEqual([true, ...words.slice(1).map(() => false)]);
  });

  it('of 100 KB is split into messages that the platform takes, and loses nothing', () => {
    const text = Array.from(
      { length: 2_000 },
      (_, line) => `第${line}行 مرحبا 👨‍👩‍👧‍👦 and more of it.`,
    ).join('\n\n');
    const words = compose(said({ text }), plain);
    for (const one of texts(words)) {
      expect(Buffer.byteLength(JSON.stringify(one))).toBeLessThan(12_100);
      expect(one).not.toMatch(/\p{Surrogate}/u);
    }
    expect(
      texts(words)
        .join('\n\n')
        .match(/第\d+行/g),
    ).toHaveLength(2_000);
  });

  it('fits even where it grows on the way: a table as a list', () => {
    const rows = Array.from({ length: 200 }, (_, row) => `| ${row} | x | y |`).join('\n');
    const head = `| n | ${'long name '.repeat(20)} | ${'another name '.repeat(20)} |\n|---|---|---|`;
    for (const one of texts(compose(said({ text: `${head}\n${rows}` }), plain))) {
      expect(Buffer.byteLength(JSON.stringify(one))).toBeLessThan(12_100);
    }
  });

  it('asks for a decision by links that say it, where nobody has to be mentioned', () => {
    const asked = {
      type: 'approval' as const,
      final: false,
      approval: { id: 'abcd2345' },
      text: '/approve abcd2345',
    };
    const [direct] = compose(said({ ...asked, language: 'en' }), plain);
    expect(direct).toMatchObject({
      text: expect.stringContaining(
        '[Approve](dtmd://dingtalkclient/sendMessage?content=%2Fapprove%20abcd2345)',
      ),
    });
    const [inGroup] = compose(said({ ...asked, replyTo: group }), plain);
    expect(inGroup).toMatchObject({ text: '/approve abcd2345' });
  });
});

describe('a run with cards', () => {
  it('is one card: shown with its progress, written anew, and finished with the answer', () => {
    const [first] = compose(said({ type: 'progress', final: false, text: 'working' }), withCards);
    if (first?.as !== 'card') throw new Error('no card');
    expect(first).toMatchObject({ shown: { title: 'working' }, content: 'working', isFinal: false });
    const edits = first.outTrackId;
    const [second] = compose(said({ type: 'progress', final: false, text: 'more', edits }), withCards);
    expect(second).toEqual({ as: 'card', to: person, outTrackId: edits, content: 'more', isFinal: false });
    const [last] = compose(said({ text: 'done', edits }), withCards);
    expect(last).toMatchObject({ as: 'card', outTrackId: edits, content: 'done', isFinal: true });
    expect(last).not.toHaveProperty('shown');
  });

  it('has the same card whenever it is shown, and another run has another', () => {
    const cardOf = (change: Partial<Delivery>) => {
      const [words] = compose(said(change), withCards);
      return words?.as === 'card' ? words.outTrackId : '';
    };
    expect(cardOf({})).toBe(cardOf({ type: 'progress', final: false }));
    expect(cardOf({ runId: 'b'.repeat(26) })).not.toBe(cardOf({}));
    expect(cardOf({}).length).toBeLessThanOrEqual(64);
  });

  it('goes on in messages where the answer is longer than a card', () => {
    const text = Array.from({ length: 300 }, (_, line) => `Paragraph ${line} of the answer.`).join('\n\n');
    const words = compose(said({ text }), withCards);
    expect(words.map(({ as }) => as)).toEqual(['card', 'message']);
    expect(Buffer.byteLength(texts(words)[0] ?? '')).toBeLessThanOrEqual(3_000);
    expect(
      texts(words)
        .join('\n\n')
        .match(/Paragraph \d+/g),
    ).toHaveLength(300);
  });

  it('says what is neither progress nor the end as a message', () => {
    expect(compose(said({ final: false }), withCards)).toMatchObject([{ as: 'message' }]);
  });

  it('speaks in messages to people whom cards do not reach', () => {
    const session = {
      to: 'session',
      session: { url: 'https://oapi.dingtalk.com/robot/sendBySession', until: 1 },
    };
    expect(compose(said({ replyTo: session }), withCards)).toMatchObject([{ as: 'message' }]);
    const again = said({ replyTo: session, type: 'progress', final: false, edits: 'x' });
    expect(compose(again, withCards)).toEqual([]);
  });

  it('asks for a decision with buttons, on a card whose id says what is asked and where', () => {
    const asked = { type: 'approval' as const, final: false, approval: { id: 'abcd2345' }, text: '可以吗？' };
    const [words] = compose(said({ ...asked, replyTo: group }), withCards);
    if (words?.as !== 'card') throw new Error('no card');
    expect(words.shown?.variables).toEqual({ approval: 'abcd2345', approve: '批准', deny: '拒绝' });
    expect(approvalOf(words.outTrackId)).toEqual({
      approval: 'abcd2345',
      language: 'zh',
      group: group.conversation,
    });
    expect(words.outTrackId.length).toBeLessThanOrEqual(64);
    const [reminder] = compose(said({ ...asked, key: 'r'.repeat(43), replyTo: group }), withCards);
    expect(reminder).not.toMatchObject({ outTrackId: words.outTrackId });
  });

  it('asks in a message where the group’s id is too long for that', () => {
    const far = { to: 'group', conversation: `cid${'x'.repeat(60)}` };
    const asked = { type: 'approval' as const, final: false, approval: { id: 'abcd2345' }, replyTo: far };
    expect(compose(said(asked), withCards)).toMatchObject([{ as: 'message' }]);
  });
});
