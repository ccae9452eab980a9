import type { KnownBlock } from '@slack/web-api';
import type { PostDependencies, SendReceipt } from '../channel.ts';
import type { SlackAccount } from './account.ts';
import type { Words } from './compose.ts';
import { callSlack } from './web-api.ts';

/** Says one message, or changes one. Slack knows no idempotency key. */
export async function post(
  { to, text, buttons, edits }: Words,
  account: SlackAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  const { channel, thread } = to;
  const blocks = buttons ? { blocks: blocksOf(text, buttons) } : {};
  if (edits !== undefined) {
    await callSlack('changing a message', account, dependencies, ({ chat }) =>
      chat.update({ channel, ts: edits, text, ...blocks }),
    );
    return { providerId: edits };
  }
  const { ts } = await callSlack('sending a message', account, dependencies, ({ chat }) =>
    chat.postMessage({
      channel,
      text,
      ...(thread === undefined ? {} : { thread_ts: thread }),
      ...blocks,
      unfurl_links: false,
      unfurl_media: false,
    }),
  );
  return ts === undefined ? {} : { providerId: ts };
}

function blocksOf(text: string, buttons: NonNullable<Words['buttons']>): KnownBlock[] {
  return [
    { type: 'section', text: { type: 'mrkdwn', text } },
    {
      type: 'actions',
      elements: buttons.map((button, index) => ({
        type: 'button',
        action_id: `decide-${index}`,
        text: { type: 'plain_text', text: button.text },
        style: button.style,
        value: button.value,
      })),
    },
  ];
}
