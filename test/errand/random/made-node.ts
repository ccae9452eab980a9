import type { FlowNode } from '../../../contracts/flow.ts';

/** How a node ends once it begins, as the documents say of its kind. `output` may hold matchers. */
export type NodeEnd =
  | { output: unknown; value: number; port?: string; items?: Record<string, number> }
  | { error: string; items?: Record<string, number> };

/** A node in the making: what stands in the document, and what the reference interpreter has to know of it. */
export interface MadeNode extends Pick<FlowNode, 'kind' | 'config' | 'timeout' | 'retry'> {
  /** The number in its output, as an expression. */
  value: string;
  /** Ports of its own. */
  ports?: string[];
  /** An event that has to be sent for it. */
  event?: { name: string; data: { v: number } };
  /** Attempts that it takes where nothing is killed. */
  attempts?: number;
  /** `n`: the number that it is given. */
  end(n: number): NodeEnd;
}

/** What a maker may use. */
export interface Making {
  id: string;
  /** An expression for the number that the node is given: 0 to 996. */
  n: string;
  /** Decides whatever else is to be decided. */
  chance: number;
  fans: FanOutSpec;
  origin: string;
}

export type Maker = (making: Making) => MadeNode;

/** What is random about a fan-out. */
export interface FanOutSpec {
  items: { n: number; fails: boolean; deps: number[] }[];
  concurrency: number;
  strict: boolean;
  /** Of so many items that they go in batches. */
  crowd: number;
}
