import type { Delivery } from '../../contracts/index.ts';
import { dingtalkMarkdown } from '../dingtalk/dialect.ts';
import { parts } from '../dingtalk/parts.ts';
import { titleOf } from '../dingtalk/title.ts';

/** In bytes; the platform takes 20,000 with all that is around it. */
const limit = 12_000;

export interface Words {
  title: string;
  text: string;
}

/** The messages of a delivery. Progress is not worth one of the robot's twenty messages a minute. */
export function compose({ text, type }: Delivery): Words[] {
  if (type === 'progress') return [];
  return parts(text, limit).map((part) => ({ title: titleOf(part), text: dingtalkMarkdown(part) }));
}
