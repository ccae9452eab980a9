import { describe, expect, it } from 'vitest';
import { ObjectStoreUnavailable } from '../errors.ts';
import { s3LocationOf } from './location.ts';
import { leastPrivilegePolicy } from './policy.ts';

describe('leastPrivilegePolicy', () => {
  it('allows objects below the prefix and their names, and nothing else', () => {
    expect(leastPrivilegePolicy(s3LocationOf('s3://files/errand/'))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ErrandObjects',
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
          Resource: 'arn:aws:s3:::files/errand/*',
        },
        {
          Sid: 'ErrandNames',
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: 'arn:aws:s3:::files',
          Condition: { StringLike: { 's3:prefix': ['errand/*'] } },
        },
      ],
    });
  });

  it('names the whole bucket where there is no prefix', () => {
    const [objects, names] = leastPrivilegePolicy(s3LocationOf('s3://files')).Statement;
    expect(objects?.Resource).toBe('arn:aws:s3:::files/*');
    expect(names).not.toHaveProperty('Condition');
  });
});

describe('s3LocationOf', () => {
  it('takes a bucket with and without a prefix', () => {
    expect(s3LocationOf('s3://files')).toEqual({ bucket: 'files', prefix: '' });
    expect(s3LocationOf('s3://files/')).toEqual({ bucket: 'files', prefix: '' });
    expect(s3LocationOf('s3://files/a/b')).toEqual({ bucket: 'files', prefix: 'a/b/' });
  });

  it('refuses what names no bucket', () => {
    for (const url of ['s3://', 's3://A', 's3:///prefix', 'https://files', 's3://files?x=1']) {
      expect(() => s3LocationOf(url), url).toThrow(ObjectStoreUnavailable);
    }
  });
});
