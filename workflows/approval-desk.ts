import { upsertSearchAttributes } from '@temporalio/workflow';
import type { Approval, Decision, DecisionResult, HeldApproval } from '../contracts/approval.ts';
import { keywordListKey } from '../contracts/search-attributes.ts';
import { approvalsAttribute } from '../contracts/workflows.ts';

const attribute = keywordListKey(approvalsAttribute);

/** What a run has asked of people. Those that wait for a decision are found by a search attribute. */
export class ApprovalDesk {
  private readonly held: Map<string, HeldApproval>;
  private published: string;

  constructor(held: readonly HeldApproval[] = []) {
    this.held = new Map(held.map((one) => [one.id, one]));
    this.published = this.pendingIds().join();
  }

  /** Puts an approval up for decision, or finds it where an earlier execution did. */
  hold(approval: Approval): HeldApproval {
    const known = this.held.get(approval.id);
    if (known) return known;
    const held = { ...approval, said: [] };
    this.held.set(approval.id, held);
    this.publish();
    return held;
  }

  /** It has been gone on from, or is not asked for any more. */
  release(id: string): void {
    this.held.delete(id);
    this.publish();
  }

  decide(decision: Decision): DecisionResult {
    const held = this.held.get(decision?.id);
    if (!held || held.decision || isOver(held)) return 'notPending';
    if (decision.decision !== 'approve' && decision.decision !== 'deny') return 'notPending';
    if (held.approvers.length > 0 && !held.approvers.includes(decision.by)) return 'notAllowed';
    held.decision = decision;
    this.publish();
    return 'decided';
  }

  /** Those that wait for a decision. */
  pending(): Approval[] {
    return this.undecided().map(({ said: _, decision: __, ...approval }) => approval);
  }

  /** For the next execution. */
  all(): HeldApproval[] {
    return [...this.held.values()];
  }

  private undecided(): HeldApproval[] {
    return this.all().filter((held) => !held.decision && !isOver(held));
  }

  private pendingIds(): string[] {
    return this.all().flatMap((held) => (held.decision ? [] : [held.id]));
  }

  private publish(): void {
    const ids = this.pendingIds();
    if (ids.join() === this.published) return;
    this.published = ids.join();
    upsertSearchAttributes([{ key: attribute, value: ids.length > 0 ? ids : null }]);
  }
}

function isOver({ expiresAt }: Approval): boolean {
  return expiresAt !== null && Date.now() >= Date.parse(expiresAt);
}
