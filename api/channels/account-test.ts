import type { AccountCheck } from '../../channels/channel.ts';
import { channelOf } from '../../channels/index.ts';
import type { AccountConfig, ChannelStatus, ChannelTest, TestChannel } from '../../contracts/index.ts';
import { randomRunId } from '../../services/runs/index.ts';
import type { ApiDependencies } from '../dependencies.ts';

/** For all that the platform is asked, and again for the message. */
const askMs = 20_000;
const greeting =
  'A test message from Errand: what you see here arrives. · 这是 Errand 的测试消息，看到它说明消息可以送达。';

type Dependencies = Pick<ApiDependencies, 'egress' | 'tokens' | 'send' | 'clock'>;

/**
 * Looks at everything that can be wrong with an account: what keeps it from starting, what the platform says of its
 * credentials, its connection, the last thing that came, and whether a message arrives where one is to be sent.
 */
export async function testAccount(
  account: AccountConfig | undefined,
  status: ChannelStatus,
  { conversation, text = greeting }: TestChannel,
  deps: Dependencies,
): Promise<ChannelTest> {
  const checks: AccountCheck[] = [
    ...status.problems.map((detail) => ({ name: 'configuration', ok: false, detail })),
    ...(account ? [{ name: 'configuration', ok: true, detail: 'Complete.' }] : []),
    ...(account ? await askPlatform(account, status.callbackUrl, deps) : []),
    ...connectionCheck(status),
    ...arrivalCheck(status),
    ...(account && conversation !== undefined ? [await sendCheck(account, conversation, text, deps)] : []),
  ];
  return { ...status, ok: checks.every(({ ok }) => ok), checks };
}

async function askPlatform(
  account: AccountConfig,
  callbackUrl: string | null,
  { egress, tokens, clock }: Dependencies,
): Promise<AccountCheck[]> {
  const signal = AbortSignal.timeout(askMs);
  try {
    const asked = channelOf(account.kind)?.check?.(account, {
      ...{ egress, tokens, signal, now: clock() },
      ...(callbackUrl === null ? {} : { callbackUrl }),
    });
    return (await asked) ?? [];
  } catch (error) {
    return [{ name: 'platform', ok: false, detail: `It could not be asked: ${messageOf(error)}` }];
  }
}

function connectionCheck({ mode, connectedSince, lastError }: ChannelStatus): AccountCheck[] {
  if (mode !== 'connection') return [];
  if (connectedSince) return [{ name: 'connection', ok: true, detail: `Connected since ${connectedSince}.` }];
  return [
    { name: 'connection', ok: false, detail: `Not connected. ${lastError ?? 'No worker has tried yet.'}` },
  ];
}

/** What came last says whether the platform's side is set up; that nothing came yet is no fault. */
function arrivalCheck({ mode, lastEvent, callbackUrl }: ChannelStatus): AccountCheck[] {
  if (mode !== 'callback' && mode !== 'connection') return [];
  const name = 'last event';
  if (!lastEvent) {
    const where = callbackUrl ? ` The platform has to call ${callbackUrl}.` : '';
    return [{ name, ok: true, detail: `Nothing has come yet.${where}` }];
  }
  const { at, verdict, reason } = lastEvent;
  const ok = verdict === 'taken' || verdict === 'ignored';
  return [{ name, ok, detail: `At ${at}: ${verdict}.${reason ? ` ${reason}` : ''}` }];
}

async function sendCheck(
  account: AccountConfig,
  conversation: string,
  text: string,
  { send }: Dependencies,
): Promise<AccountCheck> {
  const name = 'test message';
  const runId = randomRunId();
  try {
    await send(
      { key: runId, type: 'reply', account: account.id, conversation, runId, text, final: true },
      { signal: AbortSignal.timeout(askMs) },
    );
    return { name, ok: true, detail: 'The platform took it.' };
  } catch (error) {
    return { name, ok: false, detail: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
