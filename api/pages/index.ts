/**
 * The few pages that the API serves itself: `/` to sign in and see that it works, `/docs` to read the API.
 * Every script and style comes from here; nothing is loaded from elsewhere.
 */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { type ApiEnv, preferredLanguage } from '../context.ts';
import { type Asset, assetResponse, packageAsset, pageAsset } from './assets.ts';
import { docsPage } from './docs-page.ts';
import { landingPage } from './landing-page.ts';

const assets: Record<string, Asset> = {
  '/assets/landing.js': pageAsset('landing.js', 'text/javascript; charset=utf-8'),
  '/assets/landing.css': pageAsset('landing.css', 'text/css; charset=utf-8'),
  '/assets/docs.css': pageAsset('docs.css', 'text/css; charset=utf-8'),
  '/assets/rapidoc.js': packageAsset('rapidoc/dist/rapidoc-min.js', 'text/javascript; charset=utf-8'),
};

const policy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

function pageHeaders(overrides: Partial<typeof policy> = {}): Record<string, string> {
  const directives = Object.entries({ ...policy, ...overrides });
  return {
    'cache-control': 'no-cache',
    'content-security-policy': directives.map((directive) => directive.join(' ')).join('; '),
    'content-type': 'text/html; charset=utf-8',
    vary: 'accept-language',
  };
}

/** Adds the pages and what they load. `hasTemporalUi`: whether `/temporal/` is there to link to. */
export function addPages(app: OpenAPIHono<ApiEnv>, hasTemporalUi: boolean): void {
  app.get('/', (c) => {
    const language = preferredLanguage(c.req.header('accept-language'));
    return c.body(String(landingPage(language, hasTemporalUi)), 200, pageHeaders());
  });
  app.get('/docs', (c) => {
    const language = preferredLanguage(c.req.header('accept-language'));
    // RapiDoc writes style elements and attributes as it renders.
    return c.body(String(docsPage(language)), 200, pageHeaders({ 'style-src': "'self' 'unsafe-inline'" }));
  });
  for (const [path, asset] of Object.entries(assets)) {
    app.get(path, (c) => assetResponse(asset, c.req.raw));
  }
}
