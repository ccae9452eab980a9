import { apiBaseUrl } from '../wecom/account.ts';
import type { BotAccount } from './account.ts';
import type { ReplyAddress } from './reply-address.ts';

/** https://developer.work.weixin.qq.com/document/path/101138: one message within an hour. */
export const responseUrlLifeMs = 3_600_000;
const maximumUrls = 10_000;

/** Whether an address that came in a message leads to the platform. */
export function isVendorAddress(url: string, { baseUrl }: Pick<BotAccount, 'baseUrl'>): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, username, password } = new URL(url);
  const origins = [apiBaseUrl, ...(baseUrl === undefined ? [] : [baseUrl])].map(
    (base) => new URL(base).origin,
  );
  return username === '' && password === '' && origins.includes(origin);
}

interface Known {
  place: string;
  expires: number;
  spent: boolean;
  /** The key of a delivery that may have arrived by it. */
  doubted?: string;
}

/**
 * What this process knows of the addresses that came with messages: which ones are spent, and which other of the same
 * chat is not. Lost with the process; then an answer has its own message's address alone.
 */
export class ResponseUrls {
  readonly #known = new Map<string, Known>();

  /** A message came with an address. */
  note(account: string, { chat, responseUrl, expires = 0 }: ReplyAddress): void {
    if (responseUrl === undefined || this.#known.has(responseUrl)) return;
    this.#known.set(responseUrl, { place: placeOf(account, chat), expires, spent: false });
    if (this.#known.size <= maximumUrls) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }

  /** What can still be answered with, in the order to try: the message's own, then the chat's, newest first. */
  usable(account: string, address: ReplyAddress, now: number): string[] {
    this.note(account, address);
    const place = placeOf(account, address.chat);
    const good = [...this.#known].filter(
      ([, known]) => known.place === place && !known.spent && now < known.expires,
    );
    const urls = good.map(([url]) => url).reverse();
    const own = urls.filter((url) => url === address.responseUrl);
    return [...own, ...urls.filter((url) => url !== address.responseUrl)];
  }

  /** It took a message, or takes none. */
  spend(url: string): void {
    const known = this.#known.get(url);
    if (known) known.spent = true;
  }

  /** A delivery went out with it, and nobody knows what became of that. */
  doubt(url: string, key: string): void {
    const known = this.#known.get(url);
    if (known) known.doubted = key;
  }

  /** Whether the same delivery may have arrived by it. */
  isDoubted(url: string, key: string): boolean {
    return this.#known.get(url)?.doubted === key;
  }
}

function placeOf(account: string, chat: string): string {
  return `${account}\0${chat}`;
}

/** Those of this process. */
export const responseUrls = new ResponseUrls();
