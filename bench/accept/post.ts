import { Agent, request } from 'node:http';
import type { Callback } from './callbacks.ts';

/** Posts callbacks over connections that stay open; resolves with the status. */
export function createPoster(base: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  function post({ query, headers, body }: Callback, account: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const posted = request(
        `${base}/webhooks/${account}${query}`,
        { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
          response.on('error', reject);
        },
      );
      posted.setTimeout(30_000, () => posted.destroy(new Error('the callback was not answered within 30 s')));
      posted.on('error', reject);
      posted.end(body);
    });
  }
  return { post, close: () => agent.destroy() };
}
