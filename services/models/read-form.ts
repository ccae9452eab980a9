import type { AnswerForm } from './chat.ts';
import { findJsonObject } from './lenient-json.ts';

/** Reads an answer in its form, or says what is wrong with it, in words for the model and the operator. */
export function readForm<T>(text: string, form: AnswerForm<T>): { value: T } | { problem: string } {
  const json = findJsonObject(text);
  if (json === undefined) return { problem: 'the answer holds no complete JSON object' };
  const parsed = form.schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.map(String).join('.') || 'the object';
    return { problem: `${path}: ${issue?.message ?? 'invalid'}`.slice(0, 500) };
  }
  const problem = form.check?.(parsed.data);
  return problem === undefined ? { value: parsed.data } : { problem };
}
