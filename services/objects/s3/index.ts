/** The store in S3, and what an operator sets up for it: the bucket's lifecycle rules and an IAM policy. */
export { createS3Client } from './client.ts';
export { applyLifecycle, bucketLifecycle, readLifecycle } from './lifecycle.ts';
export { type S3Location, s3LocationOf } from './location.ts';
export { leastPrivilegePolicy } from './policy.ts';
export { createS3Store } from './store.ts';
