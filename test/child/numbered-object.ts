const numbersInObject = 500_000;

/** 4 MB that say the same number all over: more than one system call writes. */
export function numbered(number: number): Uint8Array {
  return Buffer.from(`${String(number).padStart(7, '0')}\n`.repeat(numbersInObject));
}

/** The number of a whole object; of a torn one NaN. */
export function numberOf(body: Uint8Array): number {
  const number = Number(Buffer.from(body.slice(0, 7)).toString());
  return Buffer.compare(body, numbered(number)) === 0 ? number : Number.NaN;
}
