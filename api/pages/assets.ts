import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A static file, read and compressed when it is first asked for. */
export interface Asset {
  type: string;
  load(): Promise<LoadedAsset>;
}

interface LoadedAsset {
  plain: Uint8Array;
  gzipped: Uint8Array;
  etag: string;
}

/** A file beside this one in the sources: the compiler copies no assets, so it is found from the package's root. */
export function pageAsset(name: string, type: string): Asset {
  return asset(() => join(packageRoot(), 'api', 'pages', 'assets', name), type);
}

/** A file of a dependency. */
export function packageAsset(path: string, type: string): Asset {
  return asset(() => createRequire(import.meta.url).resolve(path), type);
}

/** The file, or 304 when the browser has it. */
export async function assetResponse(asset: Asset, request: Request): Promise<Response> {
  const { plain, gzipped, etag } = await asset.load();
  const headers: Record<string, string> = {
    'cache-control': 'public, no-cache',
    'content-type': asset.type,
    'cross-origin-resource-policy': 'same-origin',
    etag,
    vary: 'accept-encoding',
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  if (!/\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')) return new Response(plain, { headers });
  return new Response(gzipped, { headers: { ...headers, 'content-encoding': 'gzip' } });
}

function asset(path: () => string, type: string): Asset {
  let loaded: Promise<LoadedAsset> | undefined;
  return {
    type,
    load() {
      loaded ??= read(path());
      return loaded;
    },
  };
}

async function read(path: string): Promise<LoadedAsset> {
  const plain = await readFile(path);
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  // Weak: both encodings share it.
  return { plain, gzipped: await promisify(gzip)(plain), etag: `W/"${hash}"` };
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the package this file belongs to cannot be found');
    folder = parent;
  }
  return folder;
}
