import { describe, expect, it } from '@jest/globals';
import { SettingsReader } from './parse.js';
import { readStorageBucket } from './storage-bucket.js';

function read(STORAGE_URL: string) {
  const reader = new SettingsReader({ STORAGE_URL });
  return { bucket: readStorageBucket(reader), problems: reader.problems };
}

describe('STORAGE_URL', () => {
  it.each([
    ['s3://KEY:SECRET@s3.example.com/kyc?region=eu-central-1', 'https://s3.example.com', 'eu-central-1', 'SECRET'],
    ['s3://KEY:SECRET@s3.example.com/kyc', 'https://s3.example.com', 'us-east-1', 'SECRET'],
    ['s3://KEY:a%2Fb%2Bc%40d@minio:9000/kyc/?region=x&tls=off', 'http://minio:9000', 'x', 'a/b+c@d'],
    ['s3://KEY:SECRET@[::1]:9000/kyc?tls=on', 'https://[::1]:9000', 'us-east-1', 'SECRET'],
  ])('%s is read', (url, endpoint, region, secretAccessKey) => {
    const bucket = { endpoint, region, bucket: 'kyc', accessKeyId: 'KEY', secretAccessKey };
    expect(read(url)).toEqual({ bucket, problems: [] });
  });

  it('may be unset', () => {
    expect(read(' ')).toEqual({ bucket: undefined, problems: [] });
  });

  it.each([
    'https://KEY:hush@s3.example.com/kyc',
    's3://s3.example.com/kyc',
    's3://KEY@s3.example.com/kyc',
    's3://:hush@s3.example.com/kyc',
    's3://KEY:hush/hush@s3.example.com/kyc',
    's3://KEY:hush%zz@s3.example.com/kyc',
    's3://KEY:hush@/kyc',
    's3://KEY:hush@s3.example.com',
    's3://KEY:hush@s3.example.com/kyc/folder',
    's3://KEY:hush@s3.example.com/K',
    's3://KEY:hush@s3.example.com/..',
    's3://KEY:hush@s3.example.com/kyc?region=',
    's3://KEY:hush@s3.example.com/kyc?region=eu/../hush',
    's3://KEY:hush@s3.example.com/kyc?tls=no',
    's3://KEY:hush@s3.example.com/kyc?regoin=hush',
    's3://KEY:hush@s3.example.com/kyc#hush',
  ])('%s is refused with one sentence that repeats nothing of it', (url) => {
    const { bucket, problems } = read(url);
    expect(bucket).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/^STORAGE_URL /)]);
    expect(problems.join()).not.toMatch(/hush|example\.com|kyc/);
  });
});
