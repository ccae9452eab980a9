import type { Gate } from './access/gate.ts';
import type { ApiContext } from './context.ts';

/** Where others reach the API, without a slash at the end: as it is set, else as the caller does, behind a trusted proxy by its word. */
export function publicUrl(c: ApiContext, gate: Gate, settings: { publicUrl?: string }): string {
  if (settings.publicUrl !== undefined) return settings.publicUrl;
  const { host } = new URL(c.req.url);
  return `${gate.isSecure(c) ? 'https' : 'http'}://${c.req.header('host') ?? host}`;
}
