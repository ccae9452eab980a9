import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { keyOf } from '../channels/webhook/account.ts';
import { sign } from '../channels/webhook/signature.ts';
import { run as runSchema } from '../contracts/run.ts';
import { createEgress } from '../services/egress/index.ts';
import { messageRunId } from '../services/runs/index.ts';
import { ensureLocalSecrets, loadSettings } from '../services/settings/index.ts';

interface SendOptions {
  conversation: string;
  timeout: string;
}

const account = 'hook';
const pollMs = 200;

/** Signs an order, posts it to the `hook` account of the Errand on this machine, and prints the answer from its run. */
export async function sendCommand(text: string, options: SendOptions): Promise<void> {
  const settings = await loadSettings({ env: process.env, cwd: process.cwd() });
  const { adminToken, accounts } = await ensureLocalSecrets(settings, settings.dataDir);
  const hook = accounts.find(({ id }) => id === account);
  const key = hook?.kind === 'webhook' ? keyOf(hook) : undefined;
  if (!key) throw new Error(`no webhook account \`${account}\` with a usable secret is configured`);
  const egress = createEgress({ allow: [] });
  const base = `http://${settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host}:${settings.port}`;
  try {
    const id = `cli_${randomUUID()}`;
    const body = JSON.stringify({ conversation: options.conversation, sender: { id: 'cli' }, text });
    const timestamp = Math.floor(Date.now() / 1_000);
    const posted = await egress.fetchTrusted(`${base}/webhooks/${account}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': sign(key, id, timestamp, body),
      },
      body,
      timeoutMs: 15_000,
      maxBytes: 64_000,
    });
    if (posted.status !== 202) throw new Error(`not accepted (${posted.status}): ${textOf(posted.body)}`);
    console.log(await answerOf(messageRunId(account, id)));
  } finally {
    await egress.close();
  }

  async function answerOf(runId: string): Promise<string> {
    const deadline = Date.now() + Number(options.timeout) * 1_000;
    while (Date.now() < deadline) {
      const response = await egress.fetchTrusted(`${base}/api/v1/runs/${runId}`, {
        method: 'GET',
        headers: { authorization: `Bearer ${adminToken}` },
        timeoutMs: 10_000,
        maxBytes: 1_000_000,
      });
      if (response.status === 200) {
        const run = runSchema.parse(JSON.parse(textOf(response.body)));
        if (run.finishedAt !== null) return run.answer ?? run.error?.userMessage ?? `(${run.status})`;
      } else if (response.status !== 404) throw new Error(`asking for the run failed (${response.status})`);
      await delay(pollMs);
    }
    throw new Error(`no answer within ${options.timeout} s; the run is ${runId} and goes on`);
  }
}

const textOf = (body: Uint8Array): string => Buffer.from(body).toString();
