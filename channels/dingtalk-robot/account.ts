import type { AccountOf } from '../../contracts/index.ts';
import { secretText } from '../secret-text.ts';

export type DingtalkRobotAccount = AccountOf<'dingtalk-robot'>;

const secretForm = /^SEC\S+$/;

/** Why an account cannot start. */
export function problemsOf({ accessToken, secret }: DingtalkRobotAccount): string[] {
  const token = secretText(accessToken);
  return [
    ...(token !== undefined && /^[\w-]+$/.test(token)
      ? []
      : ['`accessToken` has to be what follows `access_token=` in the robot’s Webhook address']),
    ...(secretForm.test(secretText(secret) ?? '')
      ? []
      : ['`secret` has to be the secret of the robot’s signature (加签), which begins with SEC']),
  ];
}
