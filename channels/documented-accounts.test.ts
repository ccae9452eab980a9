import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadSettings } from '../services/settings/index.ts';
import { channelOf } from './index.ts';

const pages = fileURLToPath(new URL('../docs/channels/', import.meta.url));

/** What a reader of the pages has in the environment. */
const env = {
  DINGTALK_APP_SECRET: 'secret-of-the-app',
  DINGTALK_ROBOT_SECRET: 'SECsecret-of-the-robot',
  DINGTALK_ROBOT_TOKEN: 'token-of-the-robot',
  FEISHU_APP_SECRET: 'secret-of-the-app',
  FEISHU_ENCRYPT_KEY: 'key-of-the-app',
  FEISHU_VERIFICATION_TOKEN: 'token-of-the-app',
  SLACK_APP_TOKEN: 'xapp-1-A0-token',
  SLACK_BOT_TOKEN: 'xoxb-1-token',
  SLACK_SIGNING_SECRET: 'secret-of-the-app',
  TELEGRAM_BOT_TOKEN: '123456789:AAtokenAAtokenAAtokenAAtokenAAtoken',
  TELEGRAM_SECRET: 'secret-of-the-webhook',
  WECOM_AES_KEY: 'a'.repeat(43),
  WECOM_BOT_AES_KEY: 'b'.repeat(43),
  WECOM_BOT_SECRET: 'secret-of-the-bot',
  WECOM_BOT_TOKEN: 'token',
  WECOM_SECRET: 'secret-of-the-app',
  WECOM_TOKEN: 'token',
};

/** The entries on a page, without what indents them in a list. */
function entriesOn(page: string): string[] {
  return [...page.matchAll(/^([ \d.]*)```yaml\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', yaml = '']) =>
    yaml.replace(new RegExp(`^ {0,${indent.length}}`, 'gm'), ''),
  );
}

/** With what a reader has in the place of rows of x, and of what the overview leaves out. */
function filledIn(yaml: string): string {
  return yaml
    .replace(/x{8,}/gi, (row) => '0'.repeat(row.length))
    .replace('# …', 'botToken: { env: SLACK_BOT_TOKEN }\n    appToken: { env: SLACK_APP_TOKEN }');
}

const names = (await readdir(pages)).filter((name) => name.endsWith('.md'));

it.each(names)('every account that %s shows can be configured as it stands there', async (name) => {
  const page = await readFile(join(pages, name), 'utf8');
  const entries = entriesOn(page).filter((yaml) => yaml.startsWith('channels:'));
  expect(entries.length).toBe(page.split('```yaml').length - 1);
  expect(entries.length).toBeGreaterThan(0);
  const cwd = await mkdtemp(join(tmpdir(), 'errand-documented-'));
  for (const [index, yaml] of entries.entries()) {
    const file = join(cwd, `${index}.yaml`);
    await writeFile(file, filledIn(yaml));
    const { config } = await loadSettings({ env: { ...env, ERRAND_CONFIG: file }, cwd });
    expect(config.channels.length).toBeGreaterThan(0);
    for (const account of config.channels) expect(channelOf(account.kind)?.problems(account)).toEqual([]);
  }
  await rm(cwd, { recursive: true });
});
