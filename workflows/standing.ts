import { getExternalWorkflowHandle, patched } from '@temporalio/workflow';
import type { RunInput, RunSignal } from '../contracts/workflows.ts';
import { signalNames } from '../contracts/workflows.ts';

/** Tells the run that this one is part of whether it waits for somebody, each time that changes. */
export class Standing {
  private readonly parent: RunInput['parent'];
  private waiting: boolean;
  private telling: Promise<void> = Promise.resolve();

  constructor({ parent, toldWaiting = false }: Pick<RunInput, 'parent' | 'toldWaiting'>) {
    this.parent = parent;
    this.waiting = toldWaiting;
  }

  /** For the next execution. */
  get told(): boolean {
    return this.waiting;
  }

  tell(waits: boolean): void {
    const { mailTo, task } = this.parent ?? {};
    // Of an item of a fan-out it would not be shown.
    if (waits === this.waiting || mailTo === undefined || task === undefined || task.includes('[')) return;
    this.waiting = waits;
    if (!patched('standing')) return;
    const letter: RunSignal = { type: 'standing', task, waits };
    // One after the other, so that they arrive in their order. Who has ended does not want to know any more.
    this.telling = this.telling
      .then(() => getExternalWorkflowHandle(mailTo).signal(signalNames.mail, letter))
      .catch(() => {});
  }

  /** Resolves when all is told. */
  settled(): Promise<void> {
    return this.telling;
  }
}
