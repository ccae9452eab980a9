import type { FlowPlan, FlowRef, Json, RunInput } from '../contracts/index.ts';
import { plan as planOf, validate } from '../engine/document.ts';
import { givenPresets, partial, pinnedOf } from '../engine/index.ts';
import { FlowInvalid, FlowNotFound } from '../services/flows/index.ts';
import type { ApiDependencies } from './dependencies.ts';

type Flows = ApiDependencies['flows'];

/** Which flow is run, and which part of it. */
export interface FlowStart {
  id: string;
  /** The newest published version without. */
  version?: number | 'draft';
  /** One node, or all that leads to it. */
  part?: { node: string; mode: 'only' | 'upTo' };
  /** By node id: taken instead of doing the nodes. What a draft has pinned is besides. */
  outputs?: Record<string, Json>;
}

type StartInput = Pick<RunInput, 'plan' | 'start'> & { flow: FlowRef };

/**
 * What a run of a flow, or of a part of it, is started with. A draft is checked whole, for what is wrong in one place
 * would be met in another. Throws `FlowNotFound`, `FlowInvalid`, `ResumeRefused` for a node that the flow lacks.
 */
export async function flowStart(
  flows: Flows,
  { id, version, part, outputs = {} }: FlowStart,
): Promise<StartInput> {
  if (await flows.isArchived(id)) throw new FlowNotFound(id);
  if (version === 'draft') {
    const { plan, pinned } = await draftPlan(flows, id);
    return partOf(plan, { ...pinned, ...outputs }, part);
  }
  const flow = version === undefined ? await flows.current(id) : { id, version };
  if (part) return partOf(await flows.plan(flow), outputs, part);
  await flows.version(flow.id, flow.version);
  return { flow };
}

function partOf(plan: FlowPlan, outputs: Record<string, Json>, part: FlowStart['part']): StartInput {
  const start = part ? partial(plan, { ...part, outputs }) : { presets: givenPresets(plan, outputs) };
  return { flow: plan.flow, plan, start };
}

async function draftPlan(
  flows: Flows,
  id: string,
): Promise<{ plan: FlowPlan; pinned: Record<string, Json> }> {
  const draft = await flows.draft(id);
  if (!draft) throw new FlowNotFound(id);
  const result = validate(draft.document);
  if (!result.valid) throw new FlowInvalid(id, result.errors);
  const plan = planOf(result.document, 0);
  return { plan: { ...plan, flow: { ...plan.flow, draft: true } }, pinned: pinnedOf(result.document) };
}
