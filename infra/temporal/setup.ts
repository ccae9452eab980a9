import { setTimeout as delay } from 'node:timers/promises';
import { type ConnectionLike, isGrpcServiceError } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { TemporalSetupFailed } from '../errors.ts';
import { createAttributesCommands, searchAttributeTypes } from './search-attributes.ts';

/** gRPC status codes. */
const notFound = 5;
const alreadyExists = 6;
const hourMs = 3_600_000;
/** What is kept of closed workflows in a namespace that is created on a server of somebody else's. */
const externalHours = 72;
const pollMs = 100;
/** A cluster's frontends take up new namespaces and attributes when their caches expire. */
const usableWithinMs = 90_000;

export interface TemporalSetupOptions {
  namespace: string;
  /** Absent: an existing namespace keeps its own, as befits a server that is not ours. */
  retentionHours?: number;
}

/**
 * Makes the namespace and the search attributes exist and waits until they can be used. Changes nothing that is
 * there already, except a different retention. Throws `TemporalSetupFailed`.
 */
export async function setUpTemporal(
  connection: ConnectionLike,
  options: TemporalSetupOptions,
): Promise<void> {
  const { namespace } = options;
  const deadline = Date.now() + usableWithinMs;
  const hours = await existingRetentionHours(connection, namespace);
  if (hours === undefined) await registerNamespace(connection, options);
  else if (options.retentionHours !== undefined && hours !== options.retentionHours) {
    await setRetention(connection, namespace, options.retentionHours);
  }
  if (await attributesUsable(connection, namespace)) return;
  await addAttributes(connection, namespace, deadline);
  while (!(await attributesUsable(connection, namespace))) {
    if (Date.now() > deadline) throw failed(namespace, 'the search attributes do not become usable');
    await delay(pollMs);
  }
}

/** Sets how many hours the namespace keeps closed workflows. */
export async function setRetention(
  connection: ConnectionLike,
  namespace: string,
  hours: number,
): Promise<void> {
  try {
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(hours * hourMs) },
    });
  } catch (error) {
    throw failed(namespace, `its retention cannot be set to ${hours} h`, error);
  }
}

/** Undefined when there is no such namespace. */
async function existingRetentionHours(
  connection: ConnectionLike,
  namespace: string,
): Promise<number | undefined> {
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    return tsToMs(config?.workflowExecutionRetentionTtl ?? undefined) / hourMs;
  } catch (error) {
    if (hasCode(error, notFound)) return undefined;
    throw failed(namespace, 'it cannot be read', error);
  }
}

async function registerNamespace(connection: ConnectionLike, options: TemporalSetupOptions): Promise<void> {
  const { namespace, retentionHours = externalHours } = options;
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs(retentionHours * hourMs),
    });
  } catch (error) {
    if (!hasCode(error, alreadyExists)) throw failed(namespace, 'it cannot be created', error);
  }
}

/** Adds those that are missing. A new namespace may take a while to be known. */
async function addAttributes(connection: ConnectionLike, namespace: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      const { customAttributes = {} } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = Object.entries(searchAttributeTypes).filter(([name]) => !(name in customAttributes));
      // Somebody else has just added them; an empty request is refused.
      if (missing.length === 0) return;
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing),
      });
      return;
    } catch (error) {
      if (hasCode(error, alreadyExists)) return;
      if (!hasCode(error, notFound) || Date.now() > deadline) {
        const commands = createAttributesCommands(namespace);
        throw failed(namespace, `search attributes cannot be added; create them with: ${commands}`, error);
      }
      await delay(pollMs);
    }
  }
}

/** A query that names all of them is refused while one is unknown. */
async function attributesUsable(connection: ConnectionLike, namespace: string): Promise<boolean> {
  const query = Object.keys(searchAttributeTypes)
    .map((name) => `${name} = ''`)
    .join(' AND ');
  return connection.workflowService.countWorkflowExecutions({ namespace, query }).then(
    () => true,
    () => false,
  );
}

function hasCode(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && error.code === code;
}

function failed(namespace: string, what: string, error?: unknown): TemporalSetupFailed {
  const reason = isGrpcServiceError(error) ? `: ${error.details}` : '';
  return new TemporalSetupFailed(`The Temporal namespace ${namespace} is not ready: ${what}${reason}`, {
    cause: error,
  });
}
