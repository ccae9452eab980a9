import type { Nodes, Root } from 'mdast';

/** Turns `[text][name]` into links with the address of `[name]: …`, in place. The parser makes none without one. */
export function resolveReferences(root: Root): void {
  const urls = new Map<string, string>();
  collect(root, urls);
  if (urls.size > 0) resolve(root, urls);
}

/** The first one of a name counts. */
function collect(node: Nodes, urls: Map<string, string>): void {
  if (node.type === 'definition' && !urls.has(node.identifier)) urls.set(node.identifier, node.url);
  if ('children' in node) for (const child of node.children) collect(child, urls);
}

function resolve(node: Nodes, urls: ReadonlyMap<string, string>): void {
  if (node.type === 'linkReference')
    Object.assign(node, { type: 'link', url: urls.get(node.identifier) ?? '' });
  if (node.type === 'imageReference')
    Object.assign(node, { type: 'image', url: urls.get(node.identifier) ?? '' });
  if ('children' in node) for (const child of node.children) resolve(child, urls);
}
