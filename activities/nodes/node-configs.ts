import type { z } from 'zod';
import type { Json, JsonObject } from '../../contracts/json.ts';
import { nodeKinds } from '../../contracts/node-kinds/index.ts';

export interface IntentConfig {
  intents: { name: string; description: string; examples?: string[] }[];
  answers: string[];
  prompt?: string;
}

export interface DecomposeConfig {
  maximumSubtasks: number;
  prompt?: string;
}

export interface AggregateConfig {
  prompt?: string;
}

export interface ModelNodeConfig {
  prompt: string;
  system?: string;
  schema?: JsonObject;
  temperature?: number | string;
}

export interface HttpConfig {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  url: string;
  headers: Record<string, string>;
  query: Record<string, string | number | boolean>;
  body?: Json;
}

/** The catalogue keeps schemas of all kinds in one map, so what each gives is said here. */
function configOf<Config>(kind: string): z.ZodType<Config> {
  const entry = nodeKinds.get(kind);
  if (!entry) throw new RangeError(`no node kind ${kind}`);
  return entry.config as z.ZodType<Config>;
}

export const intentConfig = configOf<IntentConfig>('intent');
export const decomposeConfig = configOf<DecomposeConfig>('decompose');
export const aggregateConfig = configOf<AggregateConfig>('aggregate');
export const modelNodeConfig = configOf<ModelNodeConfig>('model');
export const httpConfig = configOf<HttpConfig>('http');
