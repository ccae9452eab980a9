import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { main, root } from './project.mjs';
import { become } from './run.mjs';

/** From a fresh clone to a running script of the build: installs and compiles what is missing, then becomes it. */
export function launch(script, ...leading) {
  return main(async (args) => {
    await ensureInstalled();
    await ensureBuilt();
    return become(process.execPath, [join(root, 'dist', script), ...leading, ...args]);
  });
}
