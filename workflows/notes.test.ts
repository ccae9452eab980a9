import { describe, expect, it } from 'vitest';
import { memoryText, rememberedText } from './memory-texts.ts';
import { Notes } from './notes.ts';

const note = (id: string, text = `text of ${id}`) => ({ id, text, at: 1, by: 'u1' });

describe('the notes of a conversation', () => {
  it('hold what they were asked to, once, and let go of it', () => {
    const notes = new Notes();
    expect(notes.remember(note('a', '  tea, not coffee '))).toBe('remembered');
    expect(notes.remember(note('a', 'something else'))).toBe('remembered');
    expect(notes.all()).toEqual([note('a', 'tea, not coffee')]);
    expect(notes.forget('a')).toMatchObject({ text: 'tea, not coffee' });
    expect(notes.forget('a')).toBeUndefined();
    expect(notes.forget('__proto__')).toBeUndefined();
    expect(notes.all()).toEqual([]);
  });

  it('are 200 of 1,000 characters at most, as people count them', () => {
    const notes = new Notes();
    expect(notes.remember(note('long', '🙂'.repeat(1_000)))).toBe('remembered');
    expect(notes.remember(note('longer', '🙂'.repeat(1_001)))).toBe('tooLong');
    expect(notes.remember(note('blank', ' \n '))).toBe('empty');
    const results = Array.from({ length: 300 }, (_, index) => notes.remember(note(`n${index}`)));
    expect(results.filter((result) => result === 'remembered')).toHaveLength(199);
    expect(results.at(-1)).toBe('full');
    expect(notes.all()).toHaveLength(200);
  });

  it('say what no snapshot holds yet', () => {
    const notes = new Notes();
    expect(notes.since()).toBeUndefined();
    notes.recall([note('kept'), note('gone')]);
    expect(notes.since()).toEqual({ count: 2, added: [], forgotten: [] });
    notes.remember(note('new'));
    notes.forget('gone');
    expect(notes.since()).toEqual({ count: 2, added: [note('new')], forgotten: ['gone'] });
    const next = new Notes(notes.state().notes, notes.state().notesSaved);
    expect(next.since()).toEqual(notes.since());
    next.markSaved(['kept', 'new']);
    expect(next.since()).toEqual({ count: 2, added: [], forgotten: [] });
  });

  it('that were taken while nothing could be read follow what is read later', () => {
    const notes = new Notes();
    notes.remember(note('meanwhile'));
    notes.recall([note('before')]);
    expect(notes.all().map(({ id }) => id)).toEqual(['before', 'meanwhile']);
    expect(notes.since()?.added).toEqual([note('meanwhile')]);
  });
});

describe('what is said of them', () => {
  it.each([
    ['en', /^Noted \(a\)\. \/forget a removes it\.$/],
    ['zh', /^已记住（编号 a）。发送 \/忘记 a 可删除。$/],
  ] as const)('names the id (%s)', (language, words) => {
    expect(rememberedText('remembered', note('a'), language)).toMatch(words);
  });

  it('is one short line each, the newest fifty', () => {
    const notes = Array.from({ length: 200 }, (_, index) => note(`n${index}`, 'x\n'.repeat(500)));
    const lines = memoryText(12, notes, '', 'en').split('\n');
    expect(lines[0]).toBe('I have the last 12 messages of this conversation at hand, and 200 notes:');
    expect(lines[1]).toBe('(150 older ones are not shown)');
    expect(lines).toHaveLength(52);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100);
  });

  it('picks those that contain a word, in any case', () => {
    const notes = [note('a', 'Tea at five'), note('b', 'coffee')];
    expect(memoryText(0, notes, 'tea', 'en')).toBe('1 note of 2 with “tea”.\na  Tea at five');
    expect(memoryText(0, notes, 'tea', 'zh')).toBe('共 2 条备忘，其中 1 条包含“tea”。\na  Tea at five');
  });
});
