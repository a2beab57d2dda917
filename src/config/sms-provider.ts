import type { SettingsReader } from './parse.js';

/** Who carries SMS. */
export type SmsProvider =
  | {
      kind: 'twilio';
      /** Without a slash at the end. */
      baseUrl: string;
      accountSid: string;
      authToken: string;
      /** A number in E.164, a short code or an alphanumeric sender. */
      from: string;
    }
  | {
      kind: 'webhook';
      /** Without the user name and password, which are sent as Basic authentication. */
      url: string;
      credentials: { user: string; password: string } | undefined;
    };

const TWILIO = 'https://api.twilio.com';
/** The host is left out, so this is no URL that the platform would parse. */
const TWILIO_URL = /^twilio:\/\/([A-Za-z0-9]+):([^:@/?#\s]+)@\/?\?([^#\s]+)$/;
const SENDER = /^(\+[1-9]\d{5,14}|[A-Za-z0-9 ]{1,11})$/;

/**
 * Reads SMS_URL: one provider, or several between spaces, the first choice first. No URL has a space in it.
 * Problems repeat nothing of it: it carries passwords.
 */
export function readSmsProviders(read: SettingsReader, isProduction: boolean): SmsProvider[] {
  const urls = (read.text('SMS_URL') ?? '').split(/\s+/).filter((url) => url !== '');
  const found = urls.map((url) => readProvider(url, isProduction));
  read.problems.push(...found.filter((provider) => typeof provider === 'string'));
  return found.filter((provider) => typeof provider !== 'string');
}

/** @returns what is wrong with it, in a sentence, when something is */
function readProvider(text: string, isProduction: boolean): SmsProvider | string {
  if (!/^(twilio|https?):\/\//.test(text)) return 'SMS_URL must be a URL that starts with twilio:// or https://';
  const provider = text.startsWith('twilio:') ? twilio(text) : webhook(text);
  if (typeof provider === 'string' || !isProduction) return provider;
  const target = provider.kind === 'twilio' ? provider.baseUrl : provider.url;
  return target.startsWith('https://') ? provider : 'SMS_URL must lead to an https:// address';
}

/** `base` puts another server in Twilio's place. */
function twilio(text: string): SmsProvider | string {
  const [, accountSid = '', token = '', query = ''] = TWILIO_URL.exec(text) ?? [];
  // The plus of the number stands for itself here, not for a space as in forms.
  const parameters = new URLSearchParams(query.replaceAll('+', '%2B'));
  const from = parameters.get('from') ?? '';
  const baseUrl = (parameters.get('base') ?? TWILIO).replace(/\/+$/, '');
  const authToken = decode(token);
  if (!authToken || !SENDER.test(from) || !isHttpUrl(baseUrl)) return 'SMS_URL must be twilio://SID:TOKEN@?from=+1…';
  return { kind: 'twilio', baseUrl, accountSid, authToken, from };
}

function webhook(text: string): SmsProvider | string {
  if (!isHttpUrl(text)) return 'SMS_URL must be twilio://… or an https:// address';
  const url = new URL(text);
  const [user, password] = [decode(url.username), decode(url.password)];
  if (user === undefined || password === undefined) return 'SMS_URL has a user name or password that cannot be read';
  // fetch takes no address with a user name in it.
  url.username = '';
  url.password = '';
  return { kind: 'webhook', url: url.toString(), credentials: user || password ? { user, password } : undefined };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
