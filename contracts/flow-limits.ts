/** Bounds of a flow document and of what runs from it. Apart from the schemas, so that workflows can load it. */
export const flowLimits = {
  nodes: 500,
  edges: 2_000,
  documentBytes: 1_000_000,
  /** Items of one fan-out. */
  fanOut: 1_000,
  /** JSON length of one node's output. */
  nodeOutputBytes: 5_000_000,
  /** What a run is started with from outside. */
  inputBytes: 256_000,
  /** Flows around a flow. */
  subflowDepth: 5,
  runDays: 30,
  /** Conversations that one notify tells: more are a list to loop over. */
  notifyTargets: 20,
} as const;
