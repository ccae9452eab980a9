import type { z } from 'zod';
import { memory } from '../../contracts/node-kinds/memory.ts';
import { aggregate, decompose, intent, model } from '../../contracts/node-kinds/models.ts';
import { http } from '../../contracts/node-kinds/outside.ts';

export const intentConfig = intent.config;
export const decomposeConfig = decompose.config;
export const aggregateConfig = aggregate.config;
export const modelNodeConfig = model.config;
export const httpConfig = http.config;
export const memoryConfig = memory.config;

export type IntentConfig = z.infer<typeof intentConfig>;
export type DecomposeConfig = z.infer<typeof decomposeConfig>;
export type AggregateConfig = z.infer<typeof aggregateConfig>;
export type ModelNodeConfig = z.infer<typeof modelNodeConfig>;
export type HttpConfig = z.infer<typeof httpConfig>;
export type MemoryConfig = z.infer<typeof memoryConfig>;
