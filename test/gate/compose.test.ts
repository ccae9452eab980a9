import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { config } from '../../contracts/config.ts';

/** What the promises below are about; services have more. */
const service = z.object({
  image: z.string(),
  restart: z.string(),
  mem_limit: z.string().regex(/^\d+m$/),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});

const text = readFileSync('docker-compose.yml', 'utf8');
const example = readFileSync('.env.example', 'utf8');
const services = z
  .object({ services: z.record(z.string(), service) })
  .parse(parse(text, { merge: true })).services;
const all = Object.entries(services);
const jobs = ['schema', 'bucket'];
const required = new Set([...text.matchAll(/\$\{([A-Z0-9_]+):\?/g)].map((match) => match[1]));

describe('the production topology', () => {
  test('has API and worker apart, Temporal with its database and Web UI, and an S3 server', () => {
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining(['api', 'worker', 'temporal', 'postgres', 'schema', 'temporal-ui', 'store']),
    );
  });

  test('fits 3.5 GB of memory, every container limited', () => {
    const bytes = all.map(([, { mem_limit }]) => Number.parseInt(mem_limit, 10) * 2 ** 20);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(3.5e9);
  });

  test.each(all)('%s comes back after a crash, and a job only until it succeeded', (name, { restart }) => {
    expect(restart).toMatch(jobs.includes(name) ? /^on-failure:\d+$/ : /^unless-stopped$/);
  });

  test.each(all.filter(([name]) => !jobs.includes(name)))(
    '%s says whether it is healthy',
    (name, { healthcheck }) => {
      // The API's check is the image's own.
      if (name !== 'api') expect(healthcheck?.test.length).toBeGreaterThan(1);
    },
  );

  test.each(all)('%s waits for services that can be waited for', (_, { depends_on }) => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      expect(services).toHaveProperty(name);
      expect(condition).toBe(jobs.includes(name) ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  test.each(['api', 'worker'])('%s runs on a read-only root without capabilities', (name) => {
    expect(services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  test('publishes nothing beyond this machine unless asked to', () => {
    const published = all.flatMap(([, { ports }]) => ports);
    expect(published).toHaveLength(2);
    for (const port of published) expect(port).toMatch(/^(127\.0\.0\.1|\$\{BIND_ADDRESS:-127\.0\.0\.1\}):/);
  });

  test('pins every image that is not its own', () => {
    for (const { image } of Object.values(services)) {
      expect(image).toMatch(/^errand:\$\{ERRAND_VERSION:-local\}$|^[\w./-]+:\d+\.\d+[\w.-]*$/);
    }
  });

  test('mounts files that exist, and a configuration that Errand accepts', () => {
    const sources = all.flatMap(([, { volumes }]) => volumes).filter((volume) => volume.startsWith('./'));
    for (const source of sources) expect(statSync(source.split(':')[0] ?? '').isFile()).toBe(true);
    const document: unknown = parse(readFileSync('infra/compose/errand.yaml', 'utf8'));
    expect(config.parse(document).channels).toMatchObject([{ id: 'hook', secret: { env: 'HOOK_SECRET' } }]);
    expect(services.api?.environment).toHaveProperty('HOOK_SECRET');
  });
});

describe('its settings', () => {
  test('every variable is explained in .env.example, and no other', () => {
    const used = new Set([...text.matchAll(/\$\{([A-Z0-9_]+)/g)].map((match) => match[1]));
    const explained = new Set([...example.matchAll(/^#?([A-Z0-9_]+)=/gm)].map((match) => match[1]));
    expect(explained).toEqual(used);
  });

  test('.env.example holds no secret: what is required is empty there, so that Compose refuses to start with it', () => {
    for (const name of required) expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
    expect([...required].sort()).toEqual([
      ...['ADMIN_TOKEN', 'HOOK_SECRET', 'POSTGRES_PASSWORD', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'],
    ]);
  });

  test('no secret is written into the file or has a default', () => {
    for (const [name, { environment }] of all) {
      for (const [key, value] of Object.entries(environment)) {
        if (!/PASSWORD|PWD|SECRET|TOKEN|KEY/.test(key)) continue;
        expect(value, `${name}.${key}`).toMatch(/^\$\{[A-Z0-9_]+(:\?[^}]+|:-)\}$/);
      }
    }
  });
});
