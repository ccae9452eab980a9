import { z } from 'zod';
import { accountConfig } from './accounts.ts';
import { durationText } from './duration-text.ts';
import { modelPreset } from './model-preset.ts';
import { secretSource } from './secret-source.ts';

const endpointUrl = z.url({ protocol: /^https?$/ });

const modelPrice = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'three letters such as CNY'),
  inputPerMillion: z.number().nonnegative(),
  outputPerMillion: z.number().nonnegative(),
});
/** Of a million tokens. */
export type ModelPrice = z.infer<typeof modelPrice>;

export const modelConfig = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    /** Where it is, and what is known of it beforehand. */
    preset: modelPreset.optional(),
    /** Base URL; the preset's without. */
    endpoint: endpointUrl.optional(),
    apiKey: secretSource.default(''),
    model: z.string().min(1).max(200),
    timeouts: z
      .strictObject({
        connect: durationText.default('3s'),
        firstToken: durationText.default('15s'),
        total: durationText.default('120s'),
      })
      .prefault({}),
    headers: z.record(z.string(), secretSource).default({}),
    /** PEM file of the authority that signed the endpoint's certificate, instead of the public ones. */
    caFile: z.string().min(1).optional(),
    concurrency: z.number().int().min(1).max(10_000).default(200),
    /** Of one process; without it the endpoint's own limit is met. */
    ratePerMinute: z.number().int().min(1).max(1_000_000).optional(),
    contextTokens: z.number().int().min(512).default(32_000),
    price: modelPrice.optional(),
  })
  .refine(({ endpoint, preset }) => endpoint !== undefined || preset !== undefined, {
    path: ['endpoint'],
    message: 'an address, or a preset that has one',
  });
export type ModelConfig = z.infer<typeof modelConfig>;

/** An address or a network in CIDR form. */
const network = z
  .string()
  .regex(/^[0-9a-fA-F:.]+(\/\d{1,3})?$/, 'an IP address or network such as 10.0.0.0/8');

export const config = z.strictObject({
  models: z.array(modelConfig).max(50).default([]),
  channels: z.array(accountConfig).max(500).default([]),
  egress: z.strictObject({ allow: z.array(z.string()).max(500).default([]) }).prefault({}),
  access: z
    .strictObject({
      ipAllow: z
        .strictObject({ webhooks: z.array(network).optional(), console: z.array(network).optional() })
        .prefault({}),
      trustedProxies: z.array(network).default([]),
    })
    .prefault({}),
  /** Programs that call flows. */
  hooks: z
    .strictObject({ ratePerFlowPerMinute: z.number().int().min(1).max(1_000_000).default(600) })
    .prefault({}),
  memory: z
    .strictObject({
      keepDays: z.number().int().min(1).default(365),
      windowTokens: z.number().int().min(200).max(1_000_000).default(4_000),
    })
    .prefault({}),
  retention: z
    .strictObject({
      temporal: z.union([z.literal('auto'), durationText]).default('auto'),
      runRecords: z
        .strictObject({
          days: z.number().int().min(1).default(30),
          bytes: z.number().int().min(1_000_000).default(8_000_000_000),
        })
        .prefault({}),
    })
    .prefault({}),
  promoteAfter: durationText.default('20s'),
  idleAfter: durationText.default('10m'),
});
/** The whole configuration with every default filled in and every secret resolved to its value. */
export type Config = z.infer<typeof config>;
