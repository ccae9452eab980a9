/**
 * The node catalogue. Validation, OpenAPI and the editor's form follow from these entries; how a kind is carried out
 * is in workflows/nodes and activities. A kind whose service does not exist is not here.
 */
import { condition, dispatch, transform, wait } from './control.ts';
import type { NodeKind } from './kind.ts';
import { aggregate, decompose, intent, model } from './models.ts';
import { http, notify } from './outside.ts';
import { triggerMessage, triggerWebhook } from './triggers.ts';

export type { NodeKind } from './kind.ts';

export const nodeKinds: ReadonlyMap<string, NodeKind> = new Map<string, NodeKind>(
  [
    triggerMessage,
    triggerWebhook,
    intent,
    decompose,
    dispatch,
    aggregate,
    notify,
    model,
    http,
    condition,
    transform,
    wait,
  ].map((entry) => [entry.kind, entry]),
);
