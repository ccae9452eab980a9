import { splitMarkdown, utf8Bytes } from '../markdown/index.ts';
import { dingtalkMarkdown } from './dialect.ts';

/** What JSON and the dialect add, as a rule. */
const growth = 1.25;

/**
 * A text in parts of at most `limit` bytes, as JSON in DingTalk's markdown. A part that grows beyond it on the way there
 * (a table, as a rule) is split once more.
 */
export function parts(text: string, limit: number, sourceLimit: number = limit / growth): string[] {
  return splitMarkdown(text, sourceLimit, utf8Bytes)
    .filter((part) => part.trim() !== '')
    .flatMap((part) =>
      sourceLimit > limit / 16 && writtenBytes(part) > limit ? parts(part, limit, sourceLimit / 2) : [part],
    );
}

/** As JSON, which needs more for quotes and line breaks. */
function writtenBytes(part: string): number {
  return utf8Bytes(JSON.stringify(dingtalkMarkdown(part)));
}
