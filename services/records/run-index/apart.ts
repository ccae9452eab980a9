import type { ObjectStoreAddress } from '../../objects/index.ts';
import type { RunIndex, RunIndexOptions } from './run-index.ts';

/** What the process of the index is told first. */
export interface ApartSetup {
  objects: ObjectStoreAddress;
  index: Omit<RunIndexOptions, 'onDamage'>;
}

/** What may be asked of it; it ends when nobody holds on to it any more. */
export type Asked = Exclude<keyof RunIndex, 'close'>;

export type ToIndex =
  | { type: 'setup'; setup: ApartSetup }
  | { type: 'question'; id: number; asked: Asked; args: unknown[] };

/** Errors cross by name; the classes are put back on the other side. */
export type FromIndex =
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'failure'; id: number; name: string; message: string }
  | { type: 'damage'; key: string; reason: string };
