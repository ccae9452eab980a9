import { z } from 'zod';

/** Who sent a message, by the platform's id. */
export const sender = z.object({ id: z.string().min(1).max(256), name: z.string().max(256).optional() });
export type Sender = z.infer<typeof sender>;
