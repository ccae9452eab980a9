import { z } from 'zod';

export const accountId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, at most 40');
export const flowId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'lower-case letters, digits and dashes, at most 64');
export const nodeId = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/, 'letters, digits and _, at most 64');

/** A chat thread as its platform names it. */
export const conversationId = z.string().min(1).max(512);
/** The platform's own id of a message; the key of deduplication. */
export const messageId = z.string().min(1).max(256);
/** 26 lower-case base32 characters; of a message it is derived from account and message id. */
export const runId = z.string().regex(/^[a-z0-9]{26}$/, '26 lower-case letters and digits');

/** Short enough to type: 8 lower-case base32 characters, of run and task. */
export const approvalId = z.string().regex(/^[a-z0-9]{8}$/, '8 lower-case letters and digits');

export type RunId = string;
export type NodeId = string;
