import { describe, expect, it } from '@jest/globals';
import { deviceOf } from './device-name.js';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('names of devices', () => {
  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Windows'],
    [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/138.0.0.0 Safari/537.36`, 'Chrome', 'Linux'],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/138.0.0.0 Safari/537.36`, 'Chrome', 'ChromeOS'],
    [`Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0`, 'Edge', 'Windows'],
    [`${MAC} ${WEBKIT} Chrome/138.0.0.0 Safari/537.36 OPR/120.0.0.0`, 'Opera', 'macOS'],
    [`${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`, 'Safari', 'macOS'],
    [`${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`, 'Safari', 'iPhone'],
    [`${IPHONE} CriOS/138.0.7204.53 Mobile/15E148 Safari/604.1`, 'Chrome', 'iPhone'],
    ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox', 'Android'],
    [
      `Mozilla/5.0 (Linux; Android 14) ${WEBKIT} SamsungBrowser/27.0 Chrome/125 Mobile Safari/537.36`,
      'Samsung Internet',
      'Android',
    ],
  ])('reads %s', (userAgent, program, system) => {
    expect(deviceOf(userAgent)).toEqual({ program, system });
  });

  it.each([
    ['curl/8.5.0', { program: 'curl' }],
    ['node', { program: 'node' }],
    ['MyApp/1.0 (iPhone; iOS 18.5)', { program: 'MyApp', system: 'iPhone' }],
    ['Mozilla/5.0 (Windows NT 10.0) SomethingElse/1.0', { system: 'Windows' }],
    ['Mozilla/5.0', {}],
    ['', {}],
    ['<script>alert(1)</script>', {}],
    [`${'a'.repeat(200)}/1.0`, {}],
  ])('says no more than can be told of %j', (userAgent, device) => {
    expect(deviceOf(userAgent)).toEqual(device);
  });
});
