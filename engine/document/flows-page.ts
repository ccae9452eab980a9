import { errorTypes, nonRetryableErrorTypes } from '../../contracts/errors.ts';
import { flowLimits } from '../../contracts/flow-limits.ts';
import { nodeKinds } from '../../contracts/node-kinds/index.ts';
import { userMessages } from '../../contracts/user-messages.ts';
import { conversions } from '../cel/conversions.ts';
import { macroNames } from '../cel/macros.ts';
import { methods } from '../cel/methods.ts';
import { expressionLimits, runLimits } from '../limits.ts';
import { kindSection, table } from './kind-section.ts';

/** docs/flows.md, from the catalogue of kinds, the types of errors and the limits. Markdown. */
export function flowsPage(): string {
  return `${[
    opening,
    documents,
    '## Kinds of nodes',
    ...[...nodeKinds.values()].map(kindSection),
    expressions(),
    errors(),
    limits(),
    parts,
    resume,
  ].join('\n\n')}\n`;
}

const opening = `# Flows

A flow is a JSON document of nodes and edges. It is drafted, validated, published as numbered versions and run: by a
message, by a call of its webhook or of the API, by another flow. This page is generated from the catalogue of kinds that
the engine itself uses; \`GET /api/v1/node-kinds\` gives the same to programs.`;

const documents = `## Documents

\`\`\`json
{
  "schemaVersion": 1,
  "id": "greeter",
  "name": { "en": "Greeter", "zh": "问候" },
  "nodes": [
    { "id": "message", "kind": "trigger.message" },
    { "id": "answer", "kind": "model", "config": { "prompt": "Greet {{ trigger.sender.name }}." },
      "retry": { "maximumAttempts": 2, "when": "error.type != 'ModelRejected'" }, "onError": { "action": "branch" } },
    { "id": "say", "kind": "notify", "config": { "text": "{{ nodes.answer.output.text }}" } },
    { "id": "apology", "kind": "notify", "config": { "text": "{{ nodes.answer.error.userMessage }}" } }
  ],
  "edges": [
    { "from": "message", "to": "answer" },
    { "from": "answer", "to": "say" },
    { "from": "answer", "on": "error", "to": "apology" }
  ],
  "onFailure": { "flow": "alarm" }
}
\`\`\`

**Nodes** have an \`id\` (letters, digits, \`_\`), a \`kind\` and its \`config\`; besides, all optional:

- \`title\`: a text, or one for each language.
- \`timeout\`: of one attempt, such as \`90s\`.
- \`retry\`: Temporal's own names. Without it 3 attempts, 1 s apart, twice as long each time, at most 10 s.
  \`when\` is an expression over \`error\`; false ends the retries.
- \`onError\`: \`fail\` (the flow fails and cancels what is under way), \`continue\` (success edges fire, the output is
  null), \`fallback\` (success edges fire, the output is \`value\`) or \`branch\` (only \`error\` edges fire). What is
  handled does not fail the flow.
- \`pinned\`: an output for tests; drafts only.

**Edges** leave by a port: \`on\`, without it \`success\`. \`success\` fires whatever other port a node leaves by. With
\`when\` an edge fires only if the expression is true. A node begins when every edge to it has fired or is dead and one
has fired; with all dead it is skipped, and so are the edges from it. Only \`join\` begins earlier.

**\`model\`** is the id of the configured model that its nodes ask first. A conversation's own choice (\`/model\`) goes before it,
and what a node names before both; the other models stand in. **\`whenUnavailable\`**: while no model answers, nodes \`fail\`,
which is the default, or \`wait\` up to a day: the person is told at once and answered later.

**\`onFailure\`** names a flow that is run when a run of this one fails; its \`trigger.input\` is
\`{run, flow, node, error, text}\`.

\`POST /api/v1/flows/validate\` tells everything that is wrong with a document at once, each with node, field and what to
do about it. A document of a newer \`schemaVersion\` is refused as \`newer_schema\`.`;

function expressions(): string {
  const calls = ['has', 'matches', ...conversions.keys()].map((name) => `\`${name}()\``);
  const called = [...macroNames, ...methods.keys()].map((name) => `\`.${name}()\``);
  return `## Expressions

Conditions, and templates between \`{{\` and \`}}\`, are [CEL](https://cel.dev). A string that is one template keeps its
value's type; otherwise values are put into the text, and null is empty.

${table(
  ['name', 'is'],
  [
    [
      '`trigger`',
      '`text`, `sender {id, name}`, `conversation`, `attachments`, `input`; null where there is none',
    ],
    ['`nodes.<id>.output`', 'null unless the node has succeeded'],
    ['`nodes.<id>.error`', '`{type, message, userMessage}`, null unless the node has failed'],
    ['`item`, `index`', 'in what a fan-out does with each item'],
    ['`now`', 'when the run started'],
    ['`error`', "in a retry's `when` only"],
  ],
)}

Functions: ${calls.join(', ')}.
Methods: ${called.join(', ')}.

Numbers from JSON and literals mix. An expression that fails, or a condition that is not a boolean, fails its node as \`ExpressionError\`; of an edge's \`when\`, the node that
it leaves. A node sees what had ended when it began: behind a \`join\` that did not wait for it, an output may be null.`;
}

function errors(): string {
  const rows = errorTypes.map((type) => {
    const { en, zh } = userMessages[type];
    return [`\`${type}\``, nonRetryableErrorTypes.includes(type) ? 'no' : 'yes', `${en} · ${zh}`];
  });
  return `## Errors

\`nodes.<id>.error.type\` is one of these; \`userMessage\` is the text, in the person's language.

${table(['type', 'tried again', 'text'], rows)}`;
}

function limits(): string {
  const count = (value: number) => value.toLocaleString('en');
  return `## Limits

${table(
  ['what', 'at most'],
  [
    ['nodes, edges of a flow', `${count(flowLimits.nodes)}, ${count(flowLimits.edges)}`],
    ['bytes of a document', count(flowLimits.documentBytes)],
    [
      'items of a fan-out',
      `${count(flowLimits.fanOut)}; above ${runLimits.unbatched} they go in batches, each a workflow of its own`,
    ],
    ['items under way at once', count(runLimits.concurrency)],
    ['bytes of what a run is started with', count(flowLimits.inputBytes)],
    ['bytes of what a node is given', count(runLimits.taskInputBytes)],
    ['bytes of the output of a node or an item', count(flowLimits.nodeOutputBytes)],
    ['bytes of all outputs of a run', count(runLimits.outputBytes)],
    ['flows within flows', count(flowLimits.subflowDepth)],
    ['days of a run', count(flowLimits.runDays)],
    ['characters of an expression', count(expressionLimits.length)],
    ['steps of work of one evaluation', count(expressionLimits.work)],
  ],
)}

What goes over fails its node as \`RunLimit\`, an expression as \`ExpressionError\`.`;
}

const parts = `## Trying parts

A node of a draft can be run by itself, with outputs of other nodes given by hand: the edges to it fire whatever they
would say. A flow can be run up to a node: what leads to it is done, nothing else. Outputs that are \`pinned\` in the
draft, or given, are taken instead of doing their nodes; a node with ports leaves by the one that its output says. A dry
run records what nodes with effects would do.`;

const resume = `## Going on from a failed run

\`POST /api/v1/runs/:id/resume {fromNode?, version?, overrides?}\` starts a new run that keeps what the old one finished.

- Done again is \`fromNode\` and everything behind it; without it, what failed or was cancelled and everything behind.
- Of a fan-out, only the items that did not succeed; an item whose value is not what it was is done again too.
- \`overrides\` are outputs by node id that are taken instead; what is behind them is done again.
- \`version\`: without it the newest that is published, so that the corrected flow goes on. A version that lacks the node
  to go on from is refused, and the answer names the node. A node that is of another kind by now is done again.`;
