import type { Language, Texts } from '../contracts/errors.ts';
import type { FlowPlan, PlanNode } from '../contracts/flow-plan.ts';
import type { FlowState, ItemState, NodeState, NodeStatus } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { brief } from './brief.ts';

const marks: Record<NodeStatus, string> = {
  pending: '·',
  running: '…',
  waiting: '⏸',
  succeeded: '✓',
  failed: '✗',
  skipped: '–',
  cancelled: '⊘',
};

/** A long list says less than its beginning. */
const shownItems = 10;

/** What is going on in a flow, as its person reads it: a line for each node that began or is still to come. */
export function progressText(plan: FlowPlan, state: FlowState, language: Language): string {
  return plan.nodes
    .filter(isOfInterest(state))
    .flatMap((node) => linesOf(node, state, language))
    .join('\n');
}

/** What starts a flow has happened, what was skipped will not, and what speaks is heard. */
function isOfInterest({ nodes }: FlowState) {
  return ({ id, traits }: PlanNode): boolean =>
    !traits.trigger && !traits.delivers && nodes[id]?.status !== 'skipped';
}

function linesOf({ id, title }: PlanNode, { nodes }: FlowState, language: Language): string[] {
  const node: NodeState = nodes[id] ?? { status: 'pending', attempts: 0 };
  const name = typeof title === 'string' ? title : title[language];
  if (!node.items) return [`${marks[node.status]} ${name}`];
  const done = node.items.filter(({ status }) => status === 'succeeded').length;
  const titles = titlesOf(nodes, node.items.length);
  const items = node.items.slice(0, shownItems).map((item, index) => itemLine(item, titles?.[index], index));
  const more = node.items.length - items.length;
  return [
    `${marks[node.status]} ${name} ${done}/${node.items.length}`,
    ...(titles || more <= 0 ? items : []),
    ...(more > 0 && titles ? [`- … +${more}`] : []),
  ];
}

function itemLine({ status, output }: ItemState, title: string | undefined, index: number): string {
  const result = status === 'succeeded' ? textOf(output) : '';
  return `- ${marks[status]} ${title ?? index + 1}${result ? `: ${brief(result, 80)}` : ''}`;
}

/** What a node before them called the items: the titles of a list as long. */
function titlesOf(nodes: FlowState['nodes'], count: number): string[] | undefined {
  for (const { output } of Object.values(nodes)) {
    if (!isObject(output)) continue;
    for (const list of Object.values(output)) {
      if (!Array.isArray(list) || list.length !== count) continue;
      const titles = list.map((one) => (isObject(one) && typeof one.title === 'string' ? one.title : ''));
      if (titles.every((title) => title !== '')) return titles.map((title) => brief(title, 60));
    }
  }
  return undefined;
}

function textOf(output: Json | undefined): string {
  if (typeof output === 'string') return output;
  return isObject(output) && typeof output.text === 'string' ? output.text : '';
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const headings = {
  working: { en: 'Working on it…', zh: '正在处理…' },
  done: { en: 'How it went:', zh: '处理过程：' },
} satisfies Record<string, Texts>;

/** What stands above the nodes of an order that is worked on in its conversation. */
export function workingText(language: Language): string {
  return headings.working[language];
}

/** What stands there once the last word is said. */
export function doneText(language: Language): string {
  return headings.done[language];
}
