import type { S3Location } from './location.ts';

/**
 * An IAM policy with what Errand does and nothing else: objects below its prefix, and their names. Lifecycle rules are
 * applied with an operator's own credentials, not with these.
 */
export function leastPrivilegePolicy({ bucket, prefix }: S3Location) {
  const bucketArn = `arn:aws:s3:::${bucket}`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ErrandObjects',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        Resource: `${bucketArn}/${prefix}*`,
      },
      {
        Sid: 'ErrandNames',
        Effect: 'Allow',
        // Without the right to list, S3 answers 403 where an object is absent.
        Action: 's3:ListBucket',
        Resource: bucketArn,
        ...(prefix === '' ? {} : { Condition: { StringLike: { 's3:prefix': [`${prefix}*`] } } }),
      },
    ],
  };
}
