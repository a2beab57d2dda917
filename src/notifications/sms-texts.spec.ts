import { describe, expect, it } from '@jest/globals';
import { SMS_TEXTS } from './sms-texts.js';

describe('texts of SMS (C-57)', () => {
  it('say the name of the service and the code, and nothing that a user wrote', () => {
    expect(Object.keys(SMS_TEXTS)).toEqual(['phoneCode']);
    expect(SMS_TEXTS.phoneCode('Acme', '012345')).toBe(
      'Acme: your verification code is 012345. It is good for 10 minutes. Do not tell it to anyone.',
    );
  });
});
