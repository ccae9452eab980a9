import { loadSettings } from '../services/settings/index.ts';
import { banner } from './banner.ts';
import { type Role, startErrand } from './start.ts';

const roles: readonly Role[] = ['all', 'api', 'worker'];

/** `errand start`: runs until it is told to stop, then drains. A second signal ends it at once. */
export async function startCommand(flags: { role: string }): Promise<void> {
  const role = roles.find((known) => known === flags.role);
  if (!role) throw new Error(`--role is one of ${roles.join(', ')}`);
  // `--port` and `--host` are read as settings, so that their source is known.
  const settings = await loadSettings({ argv: process.argv.slice(2), env: process.env, cwd: process.cwd() });
  const errand = await startErrand({
    settings,
    role,
    onProgress: (line) => console.error(line),
    ownsProcess: true,
  });
  console.error(banner(errand, settings));
  await new Promise<void>((resolve, reject) => {
    const stop = (signal: NodeJS.Signals): void => {
      console.error(`${signal}: taking no new work, finishing what is under way…`);
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      errand.stop().then(resolve, reject);
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    errand.failed.catch(reject);
  });
}
