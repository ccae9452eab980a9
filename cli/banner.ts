import { join } from 'node:path';
import type { Settings } from '../services/settings/index.ts';
import type { RunningErrand } from './start.ts';

/** What a person who has just started Errand needs to know next. */
export function banner({ port, demo, temporalAddress }: RunningErrand, settings: Settings): string {
  const token = settings.adminToken ? 'ADMIN_TOKEN' : join(settings.dataDir, 'admin-token');
  const lines = ['', 'Errand is ready.'];
  if (port === undefined) lines.push(`  worker of       ${temporalAddress}`);
  else {
    lines.push(`  console         http://${settings.host}:${port}/`);
    lines.push(`  admin token     ${token}   (npm run errand -- token)`);
  }
  if (port !== undefined && settings.config.channels.length === 0) {
    lines.push('  a first order   npm run errand -- send "Plan a team lunch for eight people"');
    lines.push('                  npm run errand -- send "你好，你能做什么？"');
  }
  if (demo) {
    lines.push(
      '  model           the built-in demo: set MODEL_ENDPOINT, MODEL_API_KEY and MODEL_NAME for a real one',
    );
  }
  return `${lines.join('\n')}\n`;
}
