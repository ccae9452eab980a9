import { TestWorkflowEnvironment } from '@temporalio/testing';
import { searchAttributes } from '../../contracts/index.ts';

/** `temporal.api.enums.v1.IndexedValueType` */
const keyword = 2;

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
    searchAttributes: Object.fromEntries(Object.values(searchAttributes).map((name) => [name, keyword])),
  });
  return environment;
}
