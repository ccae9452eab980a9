import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectDependencies, ParsedMessage } from '../../channel.ts';
import type { DingtalkAccount } from '../account.ts';
import { type Parsed, parseMessage } from '../parse.ts';
import { parsePress, pressAnswer } from '../press.ts';
import { answerTo, type Frame, frameOf, jsonOf, topics } from './frame.ts';

/** What can be done on the connection that a frame came by. */
interface Way {
  answer(text: string): void;
  /** The platform is about to end it. */
  leave(): void;
}

interface FrameTaker {
  take(text: string, way: Way): void;
  /** What cannot be made durable at once is not tried again. */
  close(): void;
  /** Resolves when nothing is being taken. */
  idle(): Promise<void>;
}

/** Takes what frames bring, and answers each frame once that is durable: not before, and not at all when it is not. */
export function createFrameTaker(
  account: DingtalkAccount,
  { take, ignored, logger }: ConnectDependencies,
  retryMs: readonly number[],
): FrameTaker {
  const taking = new Set<Promise<void>>();
  const closing = new AbortController();

  async function takeCallback(frame: Frame, parsed: Parsed, answer: unknown, way: Way): Promise<void> {
    if (parsed.type === 'message') {
      if (!(await takeDurably(parsed.message))) return;
    } else {
      ignored(parsed.type === 'ignored' ? parsed.reason : parsed.detail);
    }
    way.answer(answerTo(frame, JSON.stringify({ response: answer })));
  }

  /** The platform pushes a robot's message once, by what it documents: nobody but us can try again. */
  async function takeDurably(message: ParsedMessage): Promise<boolean> {
    for (const waitMs of [0, ...retryMs]) {
      try {
        if (waitMs > 0) await pause(waitMs, undefined, { signal: closing.signal });
        await take(message);
        return true;
      } catch (error) {
        if (closing.signal.aborted) break;
        logger.warn({ err: error, account: account.id }, 'a message was not taken, to be tried again');
      }
    }
    logger.error({ account: account.id, messageId: message.id }, 'a message was not taken');
    return false;
  }

  function track(work: Promise<void>): void {
    taking.add(work);
    void work.finally(() => taking.delete(work));
  }

  return {
    take(text, way) {
      const frame = frameOf(text);
      if (!frame) return ignored('a frame that makes no sense');
      const { topic, messageId = '' } = frame.headers;
      const data = jsonOf(frame.data);
      if (topic === 'ping') way.answer(answerTo(frame, frame.data ?? '{}'));
      else if (topic === 'disconnect') way.leave();
      else if (topic === topics.robot) track(takeCallback(frame, parseMessage(data, account), null, way));
      else if (topic === topics.card)
        track(takeCallback(frame, parsePress(data, messageId), pressAnswer, way));
    },
    close: () => closing.abort(),
    async idle() {
      while (taking.size > 0) await Promise.all(taking);
    },
  };
}
