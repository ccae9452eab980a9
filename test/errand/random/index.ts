/**
 * Random flows of every kind that a run of its own can carry out, run on a real Temporal server and compared, whole,
 * with what a small interpreter without events says of them. Numbers go through the flows, so that a result that is
 * lost, mixed up or taken twice is seen in what comes after it.
 */
export { type RandomPrograms, runRandomPrograms } from './run-programs.ts';
export { type ProgramServices, startProgramServices } from './services.ts';
