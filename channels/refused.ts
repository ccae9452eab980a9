import type { Problem } from '../contracts/index.ts';
import type { ReceiveResult } from './channel.ts';

const titles = {
  'bad-request': 'Bad request',
  'method-not-allowed': 'Method not allowed',
  'signature-invalid': 'The signature is not valid',
};

/** A callback that is not taken. `detail` says why to whoever sets the account up, and repeats nothing of the request. */
export function refused(
  status: number,
  name: keyof typeof titles,
  detail: string,
): Extract<ReceiveResult, { type: 'refused' }> {
  const problem: Problem = {
    type: `https://errand.dev/problems/${name}`,
    title: titles[name],
    status,
    detail,
  };
  return { type: 'refused', status, problem };
}
