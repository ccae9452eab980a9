import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  type PairedPerson,
  type PendingPairing,
  pairedPerson,
  pendingPairing,
} from '../../contracts/index.ts';

/** How long a code can be approved, ms. */
export const codeLivesMs = 3_600_000;
/** More strangers than this at once are not answered: whoever tries many names learns nothing and fills nothing. */
const mostPending = 3;
const mostPeople = 10_000;
/** 32 letters and digits, none taken for another. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Who was let in to an account, and who waits for it. */
export const pairingDocument = z.object({
  people: z.array(pairedPerson).max(mostPeople),
  pending: z.array(pendingPairing),
});
export type PairingDocument = z.infer<typeof pairingDocument>;
export const emptyPairing: PairingDocument = { people: [], pending: [] };

export type Stranger = Pick<PendingPairing, 'account' | 'sender' | 'conversation' | 'language'>;

export function alive({ pending }: PairingDocument, now: number): PendingPairing[] {
  return pending.filter(({ expiresAt }) => Date.parse(expiresAt) > now);
}

/** The code of somebody who asked already, as long as it lives; undefined with `isFull` when too many others wait. */
export function codeOf(document: PairingDocument, sender: string, now: number) {
  const pending = alive(document, now);
  const code = pending.find((one) => one.sender.id === sender)?.code;
  return { code, isFull: code === undefined && pending.length >= mostPending };
}

/** Somebody new waits. */
export function withStranger(document: PairingDocument, stranger: Stranger, now: number): PairingDocument {
  const pending: PendingPairing = {
    ...stranger,
    code: newCode(),
    askedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + codeLivesMs).toISOString(),
  };
  return { ...document, pending: [...alive(document, now), pending] };
}

/** Lets somebody in; the one who was let in first leaves when there are too many. */
export function withPerson(
  document: PairingDocument,
  { code, sender }: PendingPairing,
  by: string,
  now: number,
): PairingDocument {
  const person: PairedPerson = { ...sender, since: new Date(now).toISOString(), by };
  const others = document.people.filter(({ id }) => id !== sender.id);
  return { ...withoutCode(document, code), people: [...others, person].slice(-mostPeople) };
}

export function withoutCode(document: PairingDocument, code: string): PairingDocument {
  return { ...document, pending: document.pending.filter((one) => one.code !== code) };
}

export function withoutPerson(document: PairingDocument, sender: string): PairingDocument {
  return { ...document, people: document.people.filter(({ id }) => id !== sender) };
}

function newCode(): string {
  return Array.from(randomBytes(8), (byte) => alphabet[byte % alphabet.length]).join('');
}
