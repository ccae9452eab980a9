import { describe, expect, it } from 'vitest';
import { wecomAccount } from '../../contracts/index.ts';
import { vector } from '../../test/fakes/wecom/vector.ts';
import { wecom } from './index.ts';

const { token, encodingAesKey, corpId, agentId } = vector;

function account(change: object = {}) {
  const base = { id: 'wc', kind: 'wecom', corpId, agentId, secret: 's', token, encodingAesKey };
  return wecomAccount.parse({ ...base, ...change });
}

describe('problems', () => {
  it('has none for a good account, and one for each thing that is missing or malformed, without repeating it', () => {
    expect(wecom.problems(account())).toEqual([]);
    const bad = account({ secret: ' ', token: '', encodingAesKey: 'hunter22', agentId: 'app' });
    const problems = wecom.problems(bad);
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain('hunter22');
  });
});
