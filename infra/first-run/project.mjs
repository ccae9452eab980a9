import { fileURLToPath } from 'node:url';

/** The project's root, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** `package.json` asks for no less. */
const oldestNode = [20, 19];

/** A refusal that people can act on: its message is all that is shown. */
export class Refusal extends Error {}

/** One line of what is going on, apart from a command's own output. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a script's work and sets the exit code; a refusal is shown without a stack. */
export async function main(work) {
  try {
    requireNode();
    process.exitCode = await work(process.argv.slice(2));
  } catch (error) {
    say(error instanceof Refusal ? error.message : String(error?.stack ?? error));
    process.exitCode = 1;
  }
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Refusal(
    `Errand needs Node.js ${oldestNode.join('.')} or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org and try again.`,
  );
}
