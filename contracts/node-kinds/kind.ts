import { z } from 'zod';
import type { Texts } from '../errors.ts';
import type { NodeTraits } from '../flow-plan.ts';

/** One entry of the catalogue: everything about a kind that is not its execution. */
export interface NodeKind {
  kind: string;
  title: Texts;
  help: Texts;
  /** Of `config`. A field that takes templates accepts a string in place of its type. */
  config: z.ZodType;
  /** Besides `success` and `error`. */
  ports: string[];
  /** Temporal's start-to-close of one attempt, where the node names none. */
  defaultTimeout: string;
  traits: NodeTraits;
}

/** A whole-string template that yields a value of another type when the flow runs. */
export const template = z.string().regex(/^\{\{[\s\S]{1,4000}\}\}$/, 'a value, or one {{ expression }}');
export const text = z.string().max(20_000);
