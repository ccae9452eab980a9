import type { Container, Leaf } from './leaves.ts';
import type { Piece } from './pieces.ts';

/** A leaf, or what is left of it once a part ended within. */
export interface Fragment {
  leaf: Leaf;
  /** Absent: all of it. */
  pieces?: readonly Piece[];
  /** It began in an earlier part. */
  isContinued?: true;
}

/** The source of consecutive fragments. What an earlier part began to list is not listed again. */
export function joinFragments(fragments: readonly Fragment[]): string {
  const begun = new Set<Container>();
  let out = '';
  let previous: { leaf: Leaf; containers: readonly Container[] } | undefined;
  for (const { leaf, pieces, isContinued } of fragments) {
    const begins = isContinued ? none : leaf.begins;
    for (const container of begins) begun.add(container);
    const containers = leaf.path.filter((container) => container.kind === 'quote' || begun.has(container));
    const body = pieces ? leaf.join(pieces) : leaf.whole;
    if (body === '') continue;
    if (previous) out += separator(previous, { leaf, containers, begins });
    const isText = leaf.kind === 'paragraph';
    const first = containers.map((container) => firstPrefix(container, begins, isText)).join('');
    const later = containers.map(laterPrefix).join('');
    out += first + body.replace(/\n(?=[^\n])/g, `\n${later}`).replace(/\n(?=\n)/g, `\n${later.trimEnd()}`);
    previous = { leaf, containers };
  }
  return out;
}

const none: ReadonlySet<Container> = new Set();

function firstPrefix(container: Container, begins: ReadonlySet<Container>, isText: boolean): string {
  if (container.kind === 'quote' || !begins.has(container)) return laterPrefix(container);
  return container.mark + (isText ? container.box : '');
}

function laterPrefix(container: Container): string {
  return container.kind === 'quote' ? '> ' : ' '.repeat(container.mark.length);
}

/** A blank line within what both are in, or none between the items of a list that has none. */
function separator(
  previous: { leaf: Leaf; containers: readonly Container[] },
  { containers, begins }: { leaf: Leaf; containers: readonly Container[]; begins: ReadonlySet<Container> },
): string {
  const shared = containers.findIndex((container, depth) => container !== previous.containers[depth]);
  const common = containers.slice(0, shared < 0 ? containers.length : shared);
  const next = containers[common.length];
  const earlier = previous.containers[common.length];
  if (next?.kind === 'item' && next.isTight && begins.has(next) && previous.leaf.kind === 'paragraph') {
    const isSibling = earlier?.kind === 'item' && earlier.list === next.list;
    const isChild = common.at(-1)?.kind === 'item' && !earlier && /^(?:\D|1\D)/.test(next.mark);
    if (isSibling || isChild) return '\n';
  }
  return `\n${common.map(laterPrefix).join('').trimEnd()}\n`;
}
