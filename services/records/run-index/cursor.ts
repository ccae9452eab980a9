import { InvalidCursor } from '../errors.ts';

/** Where a page ended. `startedAt`: epoch ms. */
export interface Position {
  startedAt: number;
  id: string;
}

export function encodeCursor({ startedAt, id }: Position): string {
  return `${startedAt}-${id}`;
}

/** Throws `InvalidCursor`. */
export function decodeCursor(cursor: string): Position {
  const match = /^(\d{1,15})-([a-z0-9]{26})$/.exec(cursor);
  if (!match?.[1] || !match[2]) throw new InvalidCursor('the cursor is not one of this list');
  return { startedAt: Number(match[1]), id: match[2] };
}
