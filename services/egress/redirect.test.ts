import { describe, expect, it } from 'vitest';
import { type Hop, nextHop } from './redirect.ts';

const post: Hop = {
  url: new URL('https://a.example/start'),
  method: 'POST',
  headers: { authorization: 'Bearer x', cookie: 'c=1', 'content-type': 'application/json', accept: '*/*' },
  body: '{}',
};

describe('nextHop', () => {
  it.each([301, 302, 303])('turns a POST into a GET without body at %i', (status) => {
    const next = nextHop(post, status, '/next');
    expect(next).toMatchObject({ method: 'GET', body: undefined });
    expect(next?.url.href).toBe('https://a.example/next');
    expect(next?.headers).not.toHaveProperty('content-type');
  });

  it.each([307, 308])('repeats method and body at %i', (status) => {
    expect(nextHop(post, status, '/next')).toMatchObject({
      method: 'POST',
      body: '{}',
      headers: post.headers,
    });
  });

  it('keeps other methods at 301 and HEAD at 303', () => {
    expect(nextHop({ ...post, method: 'PUT' }, 301, '/next')?.method).toBe('PUT');
    expect(nextHop({ ...post, method: 'HEAD' }, 303, '/next')?.method).toBe('HEAD');
  });

  it('keeps credentials within an origin and drops them across', () => {
    expect(nextHop(post, 307, '/next')?.headers.authorization).toBe('Bearer x');
    for (const location of ['https://b.example/', 'http://a.example/', 'https://a.example:8443/']) {
      expect(nextHop(post, 307, location)?.headers).toEqual({
        'content-type': 'application/json',
        accept: '*/*',
      });
    }
  });

  it('sees no redirect in other statuses, or without a readable location', () => {
    expect(nextHop(post, 200, '/next')).toBeUndefined();
    expect(nextHop(post, 304, '/next')).toBeUndefined();
    expect(nextHop(post, 302, undefined)).toBeUndefined();
    expect(nextHop(post, 302, 'http://[')).toBeUndefined();
  });
});
