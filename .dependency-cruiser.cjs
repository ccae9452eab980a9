/**
 * The directions of the house (docs/architecture.md), types included. `npm run check` fails on each violation;
 * test/gate/checks.test.ts shows that it does.
 */
const { builtinModules } = require('node:module');

const builtin = `^(node:)?(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`;
const test = '[.](test|suite)[.]ts$';

/** A room may use its own files, the named rooms, and packages by the given pattern ('' is none, undefined all). */
function room(name, rooms, packages) {
  const allowed = [`^(${[name, ...rooms].join('|')})/`];
  if (packages === undefined) allowed.push('^node_modules/', builtin);
  else if (packages) allowed.push(`^node_modules/(${packages})/`);
  return {
    name: `${name}-uses-only`,
    comment: `${name} uses ${[...rooms, packages ?? 'any package'].join(', ')}`,
    severity: 'error',
    from: { path: `^${name}/`, pathNot: test },
    to: { pathNot: allowed },
  };
}

module.exports = {
  forbidden: [
    room('contracts', [], 'zod'),
    room('engine', ['contracts'], '@marcbachmann/cel-js|re2js'),
    room('workflows', ['contracts', 'engine'], '@temporalio/(workflow|common)'),
    room('services', ['contracts', 'engine']),
    room('channels', ['contracts', 'services']),
    room('activities', ['contracts', 'engine', 'services', 'channels']),
    room('api', ['contracts', 'engine', 'services', 'channels']),
    room('workers', ['contracts', 'engine', 'services', 'channels', 'activities', 'workflows']),
    room('infra', ['contracts', 'services']),
    room('cli', [
      'contracts',
      'engine',
      'services',
      'channels',
      'activities',
      'workflows',
      'api',
      'workers',
      'infra',
    ]),
    {
      name: 'workflows-reach-nothing-of-the-world',
      comment: 'not even as types: workflow code runs in a sandbox, again and again',
      severity: 'error',
      from: { path: '^workflows/', pathNot: test },
      to: {
        reachable: true,
        path: [
          '^(services|channels|activities|api|workers|cli|infra|test|bench)/',
          builtin,
          '^node_modules/(?!(@temporalio/(workflow|common)|@marcbachmann/cel-js|re2js|zod)/)',
        ],
      },
    },
    {
      name: 'api-starts-workflows-by-name',
      severity: 'error',
      from: { path: '^api/', pathNot: test },
      to: { path: '^node_modules/@temporalio/(worker|workflow|activity)/' },
    },
    {
      name: 'nothing-imports-test',
      comment: 'tests may share fakes and servers',
      severity: 'error',
      from: { pathNot: ['^test/', test] },
      to: { path: ['^test/', test] },
    },
    {
      name: 'one-egress-client',
      comment: 'what leaves the machine passes the guard of services/egress',
      severity: 'error',
      from: { pathNot: ['^services/egress/', '^bench/', '^test/', test] },
      to: { path: ['^node_modules/(undici|axios|node-fetch|got)/', '^(node:)?(https|http2)$'] },
    },
    {
      name: 'http-for-servers-only',
      severity: 'error',
      from: {
        pathNot: [
          '^api/',
          '^services/models/demo-model[.]ts$',
          '^services/egress/',
          '^bench/',
          '^test/',
          test,
        ],
      },
      to: { path: '^(node:)?http$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: '^node_modules' },
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-packages-only',
      severity: 'error',
      from: { pathNot: ['^(test|bench)/', test, '^vitest[.]config[.]ts$'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|[.]cache|coverage)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
