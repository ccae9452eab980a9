import { z } from 'zod';
import { durationPattern } from './duration.ts';

export const durationText = z.string().regex(durationPattern, 'a duration like 500ms, 3s, 2m, 1h or 30d');
