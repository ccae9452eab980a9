import { describe, expect, it } from 'vitest';
import { wecomAccount } from '../../contracts/index.ts';
import { verification } from '../../test/fakes/wecom/callbacks.ts';
import { vector } from '../../test/fakes/wecom/vector.ts';
import type { ReceiveResult } from '../channel.ts';
import { receive } from './receive.ts';

const { token, encodingAesKey, corpId, agentId } = vector;
const account = wecomAccount.parse({
  id: 'wc',
  kind: 'wecom',
  corpId,
  agentId,
  secret: 's',
  token,
  encodingAesKey,
});
const secrets = { token, encodingAesKey, receiveId: corpId };
const timestamp = Number(vector.message.timestamp);
const now = timestamp * 1_000;

function statusOf(result: ReceiveResult): number | string {
  return result.type === 'refused' ? result.status : result.type;
}

describe('the verification of the address', () => {
  const { verification: known } = vector;
  const query = {
    msg_signature: known.signature,
    timestamp: known.timestamp,
    nonce: known.nonce,
    echostr: known.encrypted,
  };
  const get = (change: object = {}, at = 1_409_659_589_000) =>
    receive(
      { method: 'GET', headers: {}, query: { ...query, ...change }, rawBody: Buffer.alloc(0), now: at },
      account,
    );

  it("answers the vendor's known question with the bare plain text", () => {
    const result = get();
    if (result.type !== 'ignored') throw new Error(result.type);
    expect(result.respond()).toMatchObject({ status: 200, body: '1616140317555161061' });
  });

  it('answers nobody who does not know the Token', () => {
    expect(statusOf(get({ msg_signature: known.signature.replace('5', '6') }))).toBe(401);
    expect(statusOf(get({ echostr: undefined }))).toBe(401);
    expect(statusOf(get({ msg_signature: undefined }))).toBe(401);
  });

  it('answers nothing that is for another corp', () => {
    const { query: foreign } = verification({ ...secrets, receiveId: 'ww-other' }, '123', { timestamp });
    const result = receive(
      { method: 'GET', headers: {}, query: foreign, rawBody: Buffer.alloc(0), now },
      account,
    );
    expect(statusOf(result)).toBe(401);
  });
});
