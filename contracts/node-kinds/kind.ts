import { z } from 'zod';
import type { Texts } from '../errors.ts';
import type { NodeTraits } from '../flow-plan.ts';
import type { JsonObject } from '../json.ts';

/** One entry of the catalogue: everything about a kind that is not its execution. */
export interface NodeKind {
  kind: string;
  title: Texts;
  help: Texts;
  /** Of `config`. A field that takes templates accepts a string in place of its type. */
  config: z.ZodType;
  /** What a form says of each field of `config`. */
  fields: Fields;
  /** Besides `success` and `error`, and besides those that the trait `cases` gives a node. */
  ports: string[];
  /** The shape of its output, as people write it. */
  output: string;
  /** A config that works. */
  example: JsonObject;
  /** Temporal's start-to-close of one attempt, where the node names none. */
  defaultTimeout: string;
  traits: NodeTraits;
}

/** By field name. */
export type Fields = Record<string, FieldTexts>;

export interface FieldTexts {
  title: Texts;
  help: Texts;
  /** Of the object, or of each object in the list, that the field is. */
  fields?: Fields;
}

/** A field's title and help, each in English and in Chinese. */
export function field(title: [string, string], help: [string, string], fields?: Fields): FieldTexts {
  return {
    title: { en: title[0], zh: title[1] },
    help: { en: help[0], zh: help[1] },
    ...(fields && { fields }),
  };
}

/** A whole-string template that yields a value of another type when the flow runs. */
export const template = z.string().regex(/^\{\{[\s\S]{1,4000}\}\}$/, 'a value, or one {{ expression }}');
export const text = z.string().max(20_000);
