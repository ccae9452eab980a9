import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';

const limits = {
  /** Of all headers of one request, in bytes. */
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  /** For a whole request to arrive; routes are stricter with bodies. */
  requestTimeout: 30_000,
  /** Longer than a proxy keeps an idle connection, so that it is the one to close it. */
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 2_000,
};
/** Requests of one connection, after which it is opened anew and may find another process. */
const maximumRequests = 10_000;
const maximumConnections = 5_000;
/** How long requests in flight may take to finish once the server closes. */
const defaultGraceMs = 10_000;

export interface ServeOptions {
  host: string;
  /** 0 for any free one. */
  port: number;
}

export interface RunningServer {
  /** `http://host:port`, as it was bound. */
  url: string;
  port: number;
  /** Stops accepting, lets requests in flight finish within the grace time (ms), then ends what is left. */
  close(graceMs?: number): Promise<void>;
}

/** Listens with limits on size, time and number. Rejects with node's error when the address cannot be bound. */
export async function serve(
  app: { fetch: Parameters<typeof getRequestListener>[0] },
  { host, port }: ServeOptions,
): Promise<RunningServer> {
  const listener = getRequestListener(app.fetch);
  const inFlight = new Set<ServerResponse>();
  let closing = false;
  const server = createServer(limits, (request, response) => {
    if (closing) response.setHeader('connection', 'close');
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      // One that had begun to answer kept its connection.
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    void listener(request, response);
  });
  server.maxRequestsPerSocket = maximumRequests;
  server.maxConnections = maximumConnections;
  await listening(server, host, port);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    port: address.port,
    close(graceMs = defaultGraceMs) {
      closing = true;
      for (const response of inFlight) {
        if (!response.headersSent) response.setHeader('connection', 'close');
      }
      return closed(server, graceMs);
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
