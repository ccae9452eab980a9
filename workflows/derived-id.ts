const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** Base32 characters that one hash gives: 50 of its 53 bits. */
const perHash = 10;

/** The id of a run that another run starts for a task: the same each time, so that a repeat finds the one there is. */
export function derivedRunId(parent: string, task: string): string {
  return derived(`${parent}\0${task}`, 26);
}

/** The id of a run's approval, short enough to type. */
export function derivedApprovalId(runId: string, task: string): string {
  return derived(`${runId}\0${task}`, 8);
}

/** The id of a note that a run's node has its conversation take. */
export function derivedNoteId(runId: string, task: string): string {
  return derived(`note\0${runId}\0${task}`, 8);
}

function derived(source: string, length: number): string {
  let text = '';
  for (let seed = 0; text.length < length; seed += 1) text += base32(cyrb53(source, seed));
  return text.slice(0, length);
}

function base32(value: number): string {
  let text = '';
  for (let rest = value; text.length < perHash; rest = Math.floor(rest / 32))
    text += alphabet.charAt(rest % 32);
  return text;
}

/** A well-mixed hash of 53 bits (cyrb53); workflows have no cryptography, and nobody chooses what is hashed here. */
function cyrb53(source: string, seed: number): number {
  let one = 0xdeadbeef ^ seed;
  let two = 0x41c6ce57 ^ seed;
  for (let at = 0; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    one = Math.imul(one ^ code, 2_654_435_761);
    two = Math.imul(two ^ code, 1_597_334_677);
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(two ^ (two >>> 13), 3_266_489_909);
  two = Math.imul(two ^ (two >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & two) + (one >>> 0);
}
