/**
 * The node catalogue. Validation, OpenAPI, the editor's form and docs/flows.md follow from these entries; how a kind is
 * carried out is in workflows/nodes and activities. A kind whose service does not exist is not here.
 */
import { condition, join, switchKind, transform } from './control.ts';
import { dispatch, loop } from './fan-out.ts';
import type { NodeKind } from './kind.ts';
import { memory } from './memory.ts';
import { aggregate, decompose, intent, model } from './models.ts';
import { http, notify } from './outside.ts';
import { triggerMessage, triggerWebhook } from './triggers.ts';
import { approval, subflow, wait } from './waiting.ts';

export type { Fields, FieldTexts, NodeKind } from './kind.ts';

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
    memory,
    condition,
    switchKind,
    transform,
    loop,
    join,
    wait,
    approval,
    subflow,
  ].map((entry) => [entry.kind, entry]),
);
