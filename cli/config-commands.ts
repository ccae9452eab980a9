import type { Command } from 'commander';
import { configView, loadSettings } from '../services/settings/index.ts';

/** `config show` and `config validate`. */
export function addConfigCommands(config: Command): void {
  config
    .command('show')
    .description('every value with its source; secrets are masked')
    .action(async () => {
      const settings = await loadSettings({
        argv: process.argv.slice(2),
        env: process.env,
        cwd: process.cwd(),
      });
      console.log(JSON.stringify(configView(settings), null, 2));
    });
  config
    .command('validate')
    .description('check the configuration without starting anything')
    .action(async () => {
      await loadSettings({ argv: process.argv.slice(2), env: process.env, cwd: process.cwd() });
      console.log('The configuration is valid.');
    });
}
