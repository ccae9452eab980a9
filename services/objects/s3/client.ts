import { S3Client } from '@aws-sdk/client-s3';

const connectTimeoutMs = 2_000;
const maxSockets = 100;

/** A client for AWS (region and credentials from its usual places) or, with an endpoint, for another S3 server. */
export function createS3Client(options: { endpoint?: string; region?: string }): S3Client {
  const agent = { keepAlive: true, maxSockets };
  return new S3Client({
    region: options.region ?? 'us-east-1',
    ...(options.endpoint ? { endpoint: options.endpoint, forcePathStyle: true } : {}),
    // Only the caller of a conditional write can tell whether an attempt whose answer was lost had won.
    maxAttempts: 1,
    // Servers other than AWS do not all know the newer checksum headers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: connectTimeoutMs, httpAgent: agent, httpsAgent: agent },
  });
}
