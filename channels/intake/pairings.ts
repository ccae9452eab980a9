import type { AccountConfig, PairedPerson, PendingPairing } from '../../contracts/index.ts';
import { encodeKeySegment, type ObjectStore, PreconditionFailed } from '../../services/objects/index.ts';
import { randomRunId } from '../../services/runs/index.ts';
import type { Logger } from '../../services/telemetry/index.ts';
import { deliveryKey } from '../delivery-key.ts';
import type { Send } from '../send.ts';
import {
  alive,
  codeOf,
  emptyPairing,
  type PairingDocument,
  pairingDocument,
  type Stranger,
  withoutCode,
  withoutPerson,
  withPerson,
  withStranger,
} from './pairing-document.ts';
import { welcomeText } from './texts.ts';

const maxBytes = 8_000_000;
/** How long a change that another process made may not be known yet. */
const knownForMs = 2_000;
/** Rival changes of one account: each lost race means that another one was made. */
const tries = 8;
const tellingMs = 15_000;

export interface PairingDependencies {
  objects: ObjectStore;
  accounts: ReadonlyMap<string, AccountConfig>;
  send: Send;
  logger: Logger;
  /** Epoch milliseconds. */
  clock(): number;
}

/** Who was let in to accounts whose people are not all known beforehand. All throw `ObjectStoreUnavailable`. */
export interface Pairings {
  /** At most two seconds old. */
  isPaired(account: string, sender: string): Promise<boolean>;
  /** A stranger's code, the same for an hour; undefined when too many wait already. */
  ask(stranger: Stranger): Promise<string | undefined>;
  /** Of all accounts, those that live. */
  pending(): Promise<PendingPairing[]>;
  /** Lets in who has this code, in one account or any, and tells them. Undefined when nobody has. */
  approve(code: string, by: string, account?: string): Promise<PendingPairing | undefined>;
  /** False when nobody has this code. */
  refuse(code: string): Promise<boolean>;
  people(account: string): Promise<PairedPerson[]>;
  /** False when they were not let in. */
  remove(account: string, sender: string): Promise<boolean>;
}

export function createPairings(dependencies: PairingDependencies): Pairings {
  return new StoredPairings(dependencies);
}

class StoredPairings implements Pairings {
  readonly #dependencies: PairingDependencies;
  readonly #known = new Map<string, { document: Promise<PairingDocument>; readAt: number }>();

  constructor(dependencies: PairingDependencies) {
    this.#dependencies = dependencies;
  }

  async isPaired(account: string, sender: string): Promise<boolean> {
    return (await this.#current(account)).people.some(({ id }) => id === sender);
  }

  async ask(stranger: Stranger): Promise<string | undefined> {
    const { account, sender } = stranger;
    // Whoever writes again and again costs one read in two seconds.
    const known = codeOf(await this.#current(account), sender.id, this.#now());
    if (known.code !== undefined || known.isFull) return known.code;
    const document = await this.#change(account, (now, current) => {
      const { code, isFull } = codeOf(current, sender.id, now);
      return code !== undefined || isFull ? current : withStranger(current, stranger, now);
    });
    return codeOf(document, sender.id, this.#now()).code;
  }

  async pending(): Promise<PendingPairing[]> {
    const accounts = [...this.#dependencies.accounts.values()].filter(({ pairing }) => pairing);
    const documents = await Promise.all(accounts.map(({ id }) => this.#read(id)));
    return documents.flatMap(({ document }) => alive(document, this.#now()));
  }

  async approve(code: string, by: string, account?: string): Promise<PendingPairing | undefined> {
    const asked = await this.#find(code);
    if (!asked || (account !== undefined && asked.account !== account)) return undefined;
    let approved = false;
    await this.#change(asked.account, (now, current) => {
      approved = alive(current, now).some((one) => one.code === code);
      return approved ? withPerson(current, asked, by, now) : current;
    });
    if (!approved) return undefined;
    void this.#welcome(asked);
    return asked;
  }

  async refuse(code: string): Promise<boolean> {
    const asked = await this.#find(code);
    if (asked) await this.#change(asked.account, (_, current) => withoutCode(current, code));
    return asked !== undefined;
  }

  async people(account: string): Promise<PairedPerson[]> {
    return (await this.#read(account)).document.people;
  }

  async remove(account: string, sender: string): Promise<boolean> {
    const wasThere = (await this.people(account)).some(({ id }) => id === sender);
    if (wasThere) await this.#change(account, (_, current) => withoutPerson(current, sender));
    return wasThere;
  }

  async #find(code: string): Promise<PendingPairing | undefined> {
    return (await this.pending()).find((one) => one.code === code);
  }

  /** Best effort: where a platform cannot be spoken to unasked, they find out by writing again. */
  async #welcome({ account, code, conversation, language }: PendingPairing): Promise<void> {
    const { send, logger } = this.#dependencies;
    try {
      await send(
        {
          key: deliveryKey(`${account} ${code}`, 'welcome'),
          type: 'reply',
          account,
          conversation,
          runId: randomRunId(),
          text: welcomeText(language),
          final: true,
          language,
        },
        { signal: AbortSignal.timeout(tellingMs) },
      );
    } catch (err) {
      logger.info({ err, account }, 'somebody who was let in could not be told');
    }
  }

  #current(account: string): Promise<PairingDocument> {
    const known = this.#known.get(account);
    if (known && this.#now() - known.readAt < knownForMs) return known.document;
    const document = this.#read(account).then((found) => found.document);
    const reading = { document, readAt: this.#now() };
    this.#known.set(account, reading);
    document.catch(() => {
      if (this.#known.get(account) === reading) this.#known.delete(account);
    });
    return document;
  }

  async #read(account: string): Promise<{ document: PairingDocument; etag?: string }> {
    const stored = await this.#dependencies.objects.get(keyOf(account), { maxBytes });
    if (!stored) return { document: emptyPairing };
    const document = pairingDocument.parse(JSON.parse(Buffer.from(stored.body).toString('utf8')));
    return { document, etag: stored.etag };
  }

  /** `change` is asked again with what another process wrote meanwhile; what it returns unchanged is not written. */
  async #change(
    account: string,
    change: (now: number, current: PairingDocument) => PairingDocument,
  ): Promise<PairingDocument> {
    for (let attempt = 1; ; attempt++) {
      const { document, etag } = await this.#read(account);
      const changed = change(this.#now(), document);
      if (changed === document) return document;
      try {
        const condition = etag === undefined ? ({ ifNoneMatch: '*' } as const) : { ifMatch: etag };
        await this.#dependencies.objects.put(keyOf(account), Buffer.from(JSON.stringify(changed)), condition);
        this.#known.delete(account);
        return changed;
      } catch (error) {
        if (!(error instanceof PreconditionFailed) || attempt === tries) throw error;
      }
    }
  }

  #now(): number {
    return this.#dependencies.clock();
  }
}

function keyOf(account: string): string {
  return `settings/pairing/${encodeKeySegment(account)}.json`;
}
