import { condition, defineSignal, log, setHandler } from '@temporalio/workflow';

/** Loops for ever once it is told to. */
export async function endless() {
  let told = false;
  setHandler(defineSignal('loop'), () => {
    told = true;
  });
  await condition(() => told);
  for (;;);
}

export async function brief() {
  log.warn('a word from a workflow');
  return 'done';
}
