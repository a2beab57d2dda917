import { describe, expect, it } from '@jest/globals';
import { parseSourceUrl } from './source-url.js';

const VERIFIED = { rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' };

describe('the address of a Barong', () => {
  it('has a user, a host and a database, and maybe a password and a port', () => {
    expect(parseSourceUrl('mysql://barong@localhost/barong_production')).toEqual({
      connection: { host: 'localhost', port: 3306, user: 'barong', password: '', database: 'barong_production' },
      label: 'localhost/barong_production',
    });
    expect(parseSourceUrl('mariadb://b%40r:p%25w@127.0.0.1:3307/db')).toEqual({
      connection: { host: '127.0.0.1', port: 3307, user: 'b@r', password: 'p%w', database: 'db' },
      label: '127.0.0.1:3307/db',
    });
    expect(parseSourceUrl('mysql://b@[::1]/db').connection.host).toBe('::1');
    expect(parseSourceUrl('mysql://b:in-url@localhost/db', 'in-file').connection.password).toBe('in-file');
    expect(parseSourceUrl('mysql://b@localhost/db?socket=/run/mysqld.sock')).toEqual({
      connection: { socketPath: '/run/mysqld.sock', user: 'b', password: '', database: 'db' },
      label: 'a socket/db',
    });
  });

  it('off this machine means TLS with a certificate that is checked, unless another thing is said', () => {
    const tlsOf = (url: string) => parseSourceUrl(url).connection.ssl;
    expect(tlsOf('mysql://b@db.example/db')).toEqual(VERIFIED);
    expect(tlsOf('mysql://b@localhost.example/db')).toEqual(VERIFIED);
    expect(tlsOf('mysql://b@localhost/db?ssl=verify')).toEqual(VERIFIED);
    expect(tlsOf('mysql://b@db.example/db?ssl-ca=package.json')).toEqual({
      ...VERIFIED,
      ca: expect.stringContaining('"barong"'),
    });
    expect(tlsOf('mysql://b@db.example/db?ssl=off')).toBeUndefined();
    expect(tlsOf('mysql://b@192.0.2.1/db?ssl=off')).toBeUndefined();
    expect(tlsOf('mysql://b@localhost/db')).toBeUndefined();
  });

  it.each([
    'nonsense',
    'postgresql://u:hidden@localhost/db',
    'mysql://localhost/db',
    'mysql://u:hidden@localhost',
    'mysql://u:hidden@localhost/a/b',
    'mysql://u:hidden@localhost/db?ssl=maybe',
    'mysql://u:hidden@localhost/db?ssl-ca=no/such/file',
    'mysql://u:hidden@localhost/db?allowPublicKeyRetrieval=true',
    'mysql://u:hidden%@localhost/db',
    'mysql://u:hidden@/db',
    'mysql://u:hidden@192.0.2.1/db',
    'mysql://u:hidden@[2001:db8::1]/db',
    'mysql://u:hidden@127.0.0.1/db?ssl=verify',
    'mysql://u:hidden@192.0.2.1/db?ssl-ca=package.json',
  ])('%s is none, and is not repeated', (url) => {
    const parse = () => parseSourceUrl(url);
    expect(parse).toThrow(/--from|no\/such\/file/);
    expect(parse).not.toThrow(/hidden|nonsense/);
  });
});
