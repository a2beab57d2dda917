import { describe, expect, it } from '@jest/globals';
import { parseOtpSecrets } from './otp-secrets-file.js';

const SECRET = 'JBSWY3DPEHPK3PXP';

describe('a file of second factors', () => {
  it('has a uid and a secret a line; case, spaces and padding are of no matter', () => {
    expect(parseOtpSecrets(`ID0123456789,${SECRET}\r\n\n ID0123456780 , ${SECRET.toLowerCase()}==== \n`)).toEqual(
      new Map([
        ['ID0123456789', SECRET],
        ['ID0123456780', SECRET],
      ]),
    );
  });

  it.each([
    `ID0123456789`,
    `someone@example.com,${SECRET}`,
    `ID0123456789,JBSWY3DP`,
    `ID0123456789,${SECRET.replace('J', '1')}`,
    `ID0123456789,${SECRET},SHA256`,
    `ID0123456780,${SECRET}`,
  ])('is refused by the number of the line: %s', (line) => {
    const parse = () => parseOtpSecrets(`ID0123456780,${SECRET}\n${line}`);
    expect(parse).toThrow('Line 2 of the file of second factors is no new uid and a secret in base 32');
  });
});
