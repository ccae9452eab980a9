import { expect } from 'vitest';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
import type { TestErrand } from './start-test-errand.ts';

/** Waits until a conversation has nothing to do and is kept in its snapshot alone. */
export async function idle({ temporal }: TestErrand, conversation: string): Promise<void> {
  const handle = temporal.workflow.getHandle(conversationWorkflowId('hook', conversation));
  await expect.poll(async () => (await handle.describe()).status.name, { timeout: 20_000 }).toBe('COMPLETED');
}
