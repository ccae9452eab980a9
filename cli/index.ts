/** The command line: `errand start`, and the commands an operator uses beside it. Composes the other rooms. */
export { type RunningErrand, type StartOptions, startErrand } from './start.ts';
