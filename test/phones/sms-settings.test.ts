import { describe, expect, it } from '@jest/globals';
import { Config, ConfigError } from '../../src/config/config.js';

const SECRET_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64');
const TEST = { NODE_ENV: 'test', DATA_DIR: '/nonexistent', SECRET_KEY };
const PRODUCTION = {
  ...TEST,
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://id.example.com',
  DATABASE_URL: 'postgres://localhost/barong',
  SMTP_URL: 'smtps://mail.example.com',
};

function problems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    Config.load(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

const all = (SMS_URL: string) => Config.load({ ...TEST, SMS_URL }).sms;
const sms = (SMS_URL: string) => all(SMS_URL)[0];

describe('SMS_URL', () => {
  it('is the development outbox when unset, which production refuses', () => {
    expect(Config.load(TEST).sms).toEqual([]);
    expect(problems(PRODUCTION)).toEqual(['SMS_URL is not set: the outbox is for development']);
  });

  it.each([
    ['+15005550006', '+15005550006'],
    ['%2B15005550006', '+15005550006'],
    ['Acme%20Pay', 'Acme Pay'],
    ['72975', '72975'],
  ])('names Twilio with the sender %s', (written, from) => {
    expect(sms(`twilio://AC0123:s3cr%25t@?from=${written}`)).toEqual({
      kind: 'twilio',
      baseUrl: 'https://api.twilio.com',
      accountSid: 'AC0123',
      authToken: 's3cr%t',
      from,
    });
  });

  it('may put another server in Twilio’s place', () => {
    const url = 'twilio://AC0123:token@?from=+15005550006&base=https%3A%2F%2Ftwilio.example.com%2Fmock%2F';
    expect(sms(url)).toMatchObject({ baseUrl: 'https://twilio.example.com/mock' });
  });

  it('names a webhook, with a user name and password or without', () => {
    expect(sms('https://sms.example.com/out?key=1')).toEqual({
      kind: 'webhook',
      url: 'https://sms.example.com/out?key=1',
      credentials: undefined,
    });
    expect(sms('http://us%40er:p%3Ass@127.0.0.1:4000')).toEqual({
      kind: 'webhook',
      url: 'http://127.0.0.1:4000/',
      credentials: { user: 'us@er', password: 'p:ss' },
    });
  });

  it.each([
    ...[
      'twilio://',
      'twilio://AC0123',
      'twilio://AC0123:s3cret@',
      'twilio://AC0123:s3cret@?from=',
      'twilio://:s3cret@?from=+1',
    ],
    ...[
      'twilio://AC0123@?from=+15005550006',
      'twilio://AC0123:s3cret@?from=+1',
      'twilio://AC0123:s3cret@?to=+15005550006',
    ],
    ...['twilio://AC/../0123:s3cret@?from=+15005550006', 'twilio://AC0123:%zzs3cret@?from=+15005550006'],
    ...['twilio://AC0123:s3cret@?from=+15005550006&base=ftp://x', 'twilio://AC0123:s3cret@?from=AnOverlongName'],
    ...['https://', 'http://', 'https://us%zzer:s3cret@sms.example.com', 'smpp://s3cret@sms.example.com', 's3cret'],
  ])('is refused, without repeating it, when it is %s', (SMS_URL) => {
    const found = problems({ ...TEST, SMS_URL });
    expect(found).toEqual([expect.stringMatching(/^SMS_URL (must be|has) /)]);
    expect(found.join()).not.toMatch(/s3cret|AC0123/);
  });

  it('names several between spaces, the first choice first, and tells what is wrong with each', () => {
    const twilio = 'twilio://AC0123:token@?from=+15005550006';
    const kinds = all(`${twilio}  https://one.example.com/?a=1,2\n https://two.example.com/`).map((each) =>
      each.kind === 'webhook' ? each.url : each.kind,
    );
    expect(kinds).toEqual(['twilio', 'https://one.example.com/?a=1,2', 'https://two.example.com/']);
    const found = problems({ ...PRODUCTION, SMS_URL: `${twilio} http://s3cret@one.example.com smpp://s3cret` });
    expect(found).toEqual([
      'SMS_URL must lead to an https:// address',
      'SMS_URL must be a URL that starts with twilio:// or https://',
    ]);
  });

  it('leads production nowhere without TLS', () => {
    const insecure = ['SMS_URL must lead to an https:// address'];
    expect(problems({ ...PRODUCTION, SMS_URL: 'http://sms.example.com/' })).toEqual(insecure);
    const twilio = 'twilio://AC0123:token@?from=+15005550006';
    expect(problems({ ...PRODUCTION, SMS_URL: `${twilio}&base=http://127.0.0.1:1` })).toEqual(insecure);
    expect(problems({ ...PRODUCTION, SMS_URL: twilio })).toEqual([]);
    expect(problems({ ...PRODUCTION, SMS_URL: 'https://sms.example.com/' })).toEqual([]);
  });
});
