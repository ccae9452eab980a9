import { TestWorkflowEnvironment } from '@temporalio/testing';
import { searchAttributeTypes } from '../../infra/index.ts';

/**
 * The time-skipping server, for workflow timers only: no schedules, no listing, one test at a time. The search
 * attributes are registered first, as it wants them.
 */
export async function startTimeSkipping(binary: string): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: binary } },
  });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: searchAttributeTypes,
  });
  return environment;
}
