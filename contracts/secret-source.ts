import { z } from 'zod';

/** A secret as written in a file: itself, or where it is. Resolved when the configuration is loaded. */
export const secretSource = z.union([
  z.string(),
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
]);
export type SecretSource = z.infer<typeof secretSource>;
