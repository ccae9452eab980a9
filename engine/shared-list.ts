const partSize = 32;

/** A list whose copies share all but what is changed in them. */
export class SharedList<T> {
  readonly #parts: T[][];
  /** Which parts no other list has. */
  #own: boolean[] = [];

  private constructor(parts: T[][]) {
    this.#parts = parts;
  }

  static of<T>(entries: readonly T[]): SharedList<T> {
    const parts: T[][] = [];
    for (let at = 0; at < entries.length; at += partSize) parts.push(entries.slice(at, at + partSize));
    return new SharedList(parts);
  }

  /** A list with the same entries; setting one in either leaves the other as it is. */
  copy(): SharedList<T> {
    this.#own = [];
    return new SharedList(this.#parts.slice());
  }

  get(at: number): T | undefined {
    return this.#parts[Math.floor(at / partSize)]?.[at % partSize];
  }

  /** `at`: of an entry that there is. */
  set(at: number, entry: T): void {
    const index = Math.floor(at / partSize);
    const part = this.#parts[index];
    if (!part) throw new RangeError(`there is no entry ${at}`);
    const own = this.#own[index] ? part : part.slice();
    own[at % partSize] = entry;
    this.#parts[index] = own;
    this.#own[index] = true;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const part of this.#parts) yield* part;
  }
}
