import { describe, expect, it } from 'vitest';
import { ResponseUrls } from './response-urls.ts';

const address = (responseUrl: string, expires = 1_000, chat = 'user:ada') => ({ chat, responseUrl, expires });

describe('ResponseUrls', () => {
  it("gives a message's own first, then the newest of its chat, and none twice", () => {
    const urls = new ResponseUrls();
    for (const name of ['a', 'b', 'c']) urls.note('bot', address(name));
    expect(urls.usable('bot', address('b'), 0)).toEqual(['b', 'c', 'a']);
    urls.spend('b');
    urls.spend('c');
    expect(urls.usable('bot', address('b'), 0)).toEqual(['a']);
  });

  it('knows one that came to another process', () => {
    const urls = new ResponseUrls();
    expect(urls.usable('bot', address('a'), 0)).toEqual(['a']);
  });

  it('gives none that is over, of another chat or of another bot', () => {
    const urls = new ResponseUrls();
    urls.note('bot', address('a', 10));
    expect(urls.usable('bot', { chat: 'user:ada' }, 9)).toEqual(['a']);
    expect(urls.usable('bot', { chat: 'user:ada' }, 10)).toEqual([]);
    expect(urls.usable('bot', { chat: 'group:ada' }, 9)).toEqual([]);
    expect(urls.usable('other', { chat: 'user:ada' }, 9)).toEqual([]);
  });

  it('remembers which delivery may have gone out by one', () => {
    const urls = new ResponseUrls();
    urls.note('bot', address('a'));
    urls.doubt('a', 'k1');
    expect(urls.isDoubted('a', 'k1')).toBe(true);
    expect(urls.isDoubted('a', 'k2')).toBe(false);
  });

  it('does not grow without end', () => {
    const urls = new ResponseUrls();
    for (let index = 0; index < 10_005; index++) urls.note('bot', address(`u${index}`));
    expect(urls.usable('bot', { chat: 'user:ada' }, 0)).toHaveLength(10_000);
  });
});
