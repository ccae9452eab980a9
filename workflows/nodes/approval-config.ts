import { ApplicationFailure } from '@temporalio/workflow';
import type { Decision } from '../../contracts/approval.ts';
import type { DeliveryTarget } from '../../contracts/delivery.ts';
import { durationMs } from '../../contracts/duration.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import type { Json } from '../../contracts/json.ts';
import { targetsOf } from '../telling-others.ts';

/** Shortest time between reminders, in milliseconds: what a template yields was checked by nobody. */
const leastBetweenReminders = 1_000;

/** An approval node's config as it was bound. Times in milliseconds. */
export interface ApprovalConfig {
  text: string;
  approvers: string[];
  expiresAfter: number | undefined;
  atExpiry: Decision['decision'];
  remindEvery: number | undefined;
  escalation: { after: number; to: DeliveryTarget } | undefined;
}

/** Throws `InvalidInput` where a template yields no duration or no address. */
export function readApprovalConfig({ config }: Pick<ExecuteCommand, 'config'>): ApprovalConfig {
  const remindEvery = duration(config.remindEvery, 'remindEvery');
  const after = duration(config.escalateAfter, 'escalateAfter');
  const [to] = targetsOf(config.escalateTo) ?? [];
  return {
    text: String(config.text ?? ''),
    approvers: Array.isArray(config.approvers) ? config.approvers.map(String) : [],
    expiresAfter: duration(config.expiresAfter, 'expiresAfter'),
    atExpiry: config.default === 'approve' ? 'approve' : 'deny',
    remindEvery: remindEvery === undefined ? undefined : Math.max(remindEvery, leastBetweenReminders),
    escalation: after === undefined || to === undefined ? undefined : { after, to },
  };
}

function duration(value: Json | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  try {
    return durationMs(String(value));
  } catch {
    throw ApplicationFailure.nonRetryable(`\`${name}\` must be a duration such as 2d`, 'InvalidInput');
  }
}
