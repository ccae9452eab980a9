import { describe, expect, it } from 'vitest';
import { conversationAttribute, conversationWorkflowId } from './workflow-ids.ts';

describe('conversationWorkflowId', () => {
  it('names account and thread as they are when they are plain', () => {
    expect(conversationWorkflowId('hook', 'oc_5ce6d572455d361153b7cb51da133945')).toBe(
      'conversation:hook:oc_5ce6d572455d361153b7cb51da133945',
    );
  });

  it('percent-encodes what could be mistaken for structure', () => {
    expect(conversationWorkflowId('hook', 'a:b/c 群')).toBe('conversation:hook:a%3Ab%2Fc%20%E7%BE%A4');
  });

  it('hashes a thread whose encoded form is above 200 bytes, and tells two of them apart', () => {
    const first = conversationWorkflowId('hook', '群'.repeat(100));
    const second = conversationWorkflowId('hook', `${'群'.repeat(99)}组`);
    expect(first).toMatch(/^conversation:hook:sha256:[0-9a-f]{64}$/);
    expect(second).not.toBe(first);
    expect(conversationWorkflowId('hook', 'a'.repeat(200))).toBe(`conversation:hook:${'a'.repeat(200)}`);
  });

  it('takes a thread with half a surrogate pair', () => {
    expect(conversationWorkflowId('hook', 'a\ud800')).toBe('conversation:hook:a%EF%BF%BD');
  });
});

describe('conversationAttribute', () => {
  it('keeps the platform’s own name, and hashes what a database would cut or refuse', () => {
    expect(conversationAttribute('cid+群/1==')).toBe('cid+群/1==');
    expect(conversationAttribute('x'.repeat(201))).toMatch(/^sha256:/);
    expect(conversationAttribute('a\u0000b')).toMatch(/^sha256:/);
  });
});
