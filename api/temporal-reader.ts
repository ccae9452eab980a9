import {
  type Client,
  isGrpcServiceError,
  QueryRejectCondition,
  QueryRejectedError,
  ServiceError,
  WorkflowClient,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import {
  type HeldStatus,
  queryNames,
  type Run,
  type RunQuery,
  type RunSignal,
  searchAttributes,
  signalNames,
  workflowTypes,
} from '../contracts/index.ts';
import { conversationAttribute } from '../services/temporal/workflow-ids.ts';

/** How long a workflow may take to answer a query, and the server to take a signal. */
export const queryMs = 3_000;

/** An open run workflow, as visibility lists it. */
export interface OpenRunWorkflow {
  workflowId: string;
  /** Temporal's run id. */
  executionId: string;
  /** Epoch milliseconds. */
  startedAt: number;
  attributes: Partial<Record<keyof typeof searchAttributes, string>>;
}

const fromOutside: ReadonlySet<string> = new Set(['TERMINATED', 'TIMED_OUT', 'CANCELLED', 'FAILED']);

/** Whether an error says that Temporal, or the worker behind a query, did not answer. */
export function isTemporalUnavailable(error: unknown): boolean {
  return error instanceof ServiceError || isGrpcServiceError(error);
}

/** The API's questions to Temporal, each with a deadline. `undefined` means that no such workflow is open. */
export class TemporalReader {
  readonly #workflows: WorkflowClient;

  constructor({ connection, options }: Client) {
    const { namespace, identity, dataConverter } = options;
    // A closed workflow answers queries as it stood when it was ended, by hand perhaps: it holds nothing any more.
    const queryRejectCondition = QueryRejectCondition.NOT_OPEN;
    this.#workflows = new WorkflowClient({
      connection,
      namespace,
      identity,
      ...(dataConverter ? { dataConverter } : {}),
      queryRejectCondition,
    });
  }

  /** Asks a run workflow, or a conversation for one of its runs. Null: the conversation does not hold it. */
  async run(workflowId: string, runId: string, ms = queryMs): Promise<Run | null | undefined> {
    return this.#ask(ms, () =>
      this.#workflows.getHandle(workflowId).query<Run | null, [string]>(queryNames.run, runId),
    );
  }

  /** Which of these messages a conversation holds, and how. */
  async holds(
    workflowId: string,
    messageIds: string[],
    ms = queryMs,
  ): Promise<Record<string, HeldStatus> | undefined> {
    return this.#ask(ms, () =>
      this.#workflows
        .getHandle(workflowId)
        .query<Record<string, HeldStatus>, [string[]]>(queryNames.holds, messageIds),
    );
  }

  /** Whether there is, or was, a workflow of this id. */
  async exists(workflowId: string): Promise<boolean> {
    const found = await this.#ask(queryMs, () => this.#workflows.getHandle(workflowId).describe());
    return found !== undefined;
  }

  /** A workflow that Temporal, not its own code, has brought to an end. */
  async endedFromOutside(
    workflowId: string,
  ): Promise<{ workflow: OpenRunWorkflow; closedAt: Date; how: string } | undefined> {
    const found = await this.#ask(queryMs, () => this.#workflows.getHandle(workflowId).describe());
    if (!found?.closeTime || !fromOutside.has(found.status.name)) return undefined;
    return { workflow: asListed(found), closedAt: found.closeTime, how: found.status.name };
  }

  /** Asks a workflow to cancel a run. False when it is not open, or does not exist. */
  async cancelRun(workflowId: string, ...runId: [] | [string]): Promise<boolean> {
    const taken = await this.#ask(queryMs, async () => {
      await this.#workflows.getHandle(workflowId).signal<[] | [string]>(signalNames.cancelRun, ...runId);
      return true;
    });
    return taken ?? false;
  }

  /** Tells a run of an event. False when its workflow is not open, or does not exist. */
  async tellRun(workflowId: string, letter: RunSignal): Promise<boolean> {
    const taken = await this.#ask(queryMs, async () => {
      await this.#workflows.getHandle(workflowId).signal<[RunSignal]>(signalNames.mail, letter);
      return true;
    });
    return taken ?? false;
  }

  /** Open run workflows, newest first: at most `maximum`, started not after `notAfter` (epoch milliseconds). */
  async openRuns(query: RunQuery, notAfter: number | undefined, maximum: number): Promise<OpenRunWorkflow[]> {
    const found: OpenRunWorkflow[] = [];
    const deadline = Date.now() + queryMs;
    await this.#workflows.withDeadline(deadline, async () => {
      const list = this.#workflows.list({ query: listFilter(query, notAfter), pageSize: 200 });
      for await (const execution of list) {
        found.push(asListed(execution));
        if (found.length >= maximum) break;
      }
    });
    return found;
  }

  async #ask<T>(ms: number, question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#workflows.withDeadline(Date.now() + ms, question);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError) return undefined;
      throw error;
    }
  }
}

const attributeNames = new Map<string, keyof typeof searchAttributes>(
  Object.entries(searchAttributes).map(([name, key]) => [key, name as keyof typeof searchAttributes]),
);

/** A list filter of Temporal's. Values that would need quoting are left to be compared by the caller. */
function listFilter(query: RunQuery, notAfter: number | undefined): string {
  const wanted: [string, string | undefined][] = [
    [searchAttributes.channel, query.channel],
    [searchAttributes.account, query.account],
    [searchAttributes.conversation, query.conversation && conversationAttribute(query.conversation)],
    [searchAttributes.user, query.user],
    [searchAttributes.flow, query.flow],
  ];
  return [
    `WorkflowType = '${workflowTypes.run}'`,
    `ExecutionStatus = 'Running'`,
    ...wanted
      .filter(([, value]) => value !== undefined && /^[\w.:@+=/-]{1,200}$/.test(value))
      .map(([name, value]) => `${name} = '${value}'`),
    ...(notAfter === undefined ? [] : [`StartTime <= '${new Date(notAfter).toISOString()}'`]),
  ].join(' AND ');
}

function asListed(
  execution: Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'startTime' | 'typedSearchAttributes'>,
): OpenRunWorkflow {
  const attributes: OpenRunWorkflow['attributes'] = {};
  for (const { key, value } of execution.typedSearchAttributes.getAll()) {
    const name = attributeNames.get(key.name);
    if (name && typeof value === 'string') attributes[name] = value;
  }
  return {
    workflowId: execution.workflowId,
    executionId: execution.runId,
    startedAt: execution.startTime.getTime(),
    attributes,
  };
}
