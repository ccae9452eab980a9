import { checkNames, runChecks } from './checks.mjs';
import { ensureInstalled } from './install.mjs';
import { main, Refusal } from './project.mjs';

/** `npm run check`, or some of the checks by name. */
await main(async (args) => {
  const unknown = args.filter((name) => !checkNames.includes(name));
  if (unknown.length > 0)
    throw new Refusal(`No check ${unknown.join(', ')}. There are: ${checkNames.join(', ')}.`);
  await ensureInstalled();
  const failed = await runChecks(args.length > 0 ? args : checkNames);
  return failed === 0 ? 0 : 1;
});
