import { describe, expect, it } from '@jest/globals';
import { countryCode } from './country.js';

describe('country codes', () => {
  it.each([
    ['UA', 'UA'],
    ['ua', 'UA'],
    ['UKR', 'UA'],
    [' Ukraine ', 'UA'],
    ['united states of america', 'US'],
    ['U.S.A.', 'US'],
    ['UK', 'GB'],
    ['The Netherlands', 'NL'],
    ['Cote d’Ivoire', 'CI'],
    ['Côte d’Ivoire', 'CI'],
    ['Syria', 'SY'],
    ['Syrian Arab Republic', 'SY'],
    ['South Korea', 'KR'],
    ['Kosovo', 'XK'],
  ])('reads %j as %s', (text, code) => {
    expect(countryCode(text)).toBe(code);
  });

  it.each(['XX', 'ZZZ', 'Atlantis', '12', '', '...', 'constructor'])('does not know %j', (text) => {
    expect(countryCode(text)).toBeUndefined();
  });

  it('does not guess when two countries have a name', () => {
    expect(countryCode('Congo')).toBeUndefined();
    expect(countryCode('Republic of the Congo')).toBe('CG');
  });
});
