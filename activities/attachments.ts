import { Context } from '@temporalio/activity';
import { type AttachmentDependencies, fetchAll } from '../channels/attachments/index.ts';
import type { AccountConfig } from '../contracts/accounts.ts';
import type { AttachmentActivities } from '../contracts/activities.ts';
import { failureOf } from './failure.ts';

interface AttachmentActivityDependencies extends AttachmentDependencies {
  accounts: ReadonlyMap<string, AccountConfig>;
}

const heartbeatEveryMs = 3_000;
/** Less than the activity has: what is not there by then is told as such. */
const deadlineMs = 50_000;

/** What people sent with a message, fetched before its flow begins. */
export function createAttachmentActivities(deps: AttachmentActivityDependencies): AttachmentActivities {
  return {
    async fetchAttachments({ account: id, attachments, language, runId }) {
      const context = Context.current();
      const signal = AbortSignal.any([context.cancellationSignal, AbortSignal.timeout(deadlineMs)]);
      const beat = setInterval(() => context.heartbeat(), heartbeatEveryMs);
      try {
        const account = deps.accounts.get(id);
        if (!account) throw new Error(`no account ${id} is configured here`);
        return await fetchAll(attachments, { ...deps, account, runId, language, signal });
      } catch (thrown) {
        throw failureOf(thrown, 'StoreUnavailable');
      } finally {
        clearInterval(beat);
      }
    },
  };
}
