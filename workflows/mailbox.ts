import type { RunResult, RunSignal } from '../contracts/workflows.ts';

type Event = Extract<RunSignal, { type: 'event' }>;

/** Letters that nobody waits for are kept up to this number; then the oldest are dropped. */
const lettersKept = 200;

/** What a run was sent from outside and has not taken yet, oldest first. */
export class Mailbox {
  private readonly letters: RunSignal[];

  constructor(letters: readonly RunSignal[] = []) {
    this.letters = [...letters];
  }

  /** Anybody can send a signal: what is no letter is left lying. Returns the letter that was dropped for this one. */
  put(letter: RunSignal): RunSignal | undefined {
    if (letter?.type !== 'event' && letter?.type !== 'subflow') return undefined;
    this.letters.push(letter);
    return this.letters.length > lettersKept ? this.letters.shift() : undefined;
  }

  hasEvent(name: string): boolean {
    return this.letters.some((letter) => letter.type === 'event' && letter.name === name);
  }

  /** The oldest of a name; it is gone from here then. */
  takeEvent(name: string): Event | undefined {
    const letter = this.letters.find((one) => one.type === 'event' && one.name === name);
    if (letter) this.letters.splice(this.letters.indexOf(letter), 1);
    return letter?.type === 'event' ? letter : undefined;
  }

  /** How the run of a subflow ended, as far as it said so. */
  resultOf(runId: string): RunResult | undefined {
    const letter = this.letters.find((one) => one.type === 'subflow' && one.runId === runId);
    return letter?.type === 'subflow' ? letter.result : undefined;
  }

  /** Forgets what a run said, which has been taken. */
  forget(runId: string): void {
    const at = this.letters.findIndex((one) => one.type === 'subflow' && one.runId === runId);
    if (at >= 0) this.letters.splice(at, 1);
  }

  /** For the next execution. */
  all(): RunSignal[] {
    return [...this.letters];
  }
}
