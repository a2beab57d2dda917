import { describe, expect, it } from '@jest/globals';
import { isLabelKey, labelProblems } from './label-rules.js';

describe('labelProblems', () => {
  it('finds nothing wrong with lower-case keys and mixed-case values of 3 to 255 characters', () => {
    expect(labelProblems({ key: 'a-1', value: 'A_b' })).toEqual({});
    expect(labelProblems({ key: 'k'.repeat(255), value: 'V'.repeat(255) })).toEqual({});
  });

  it('tells all that is wrong with both fields', () => {
    expect(labelProblems({ key: 'A!', value: 'b c' })).toEqual({
      key: ['Key is invalid', 'Key is too short (minimum is 3 characters)'],
      value: ['Value is invalid'],
    });
    expect(labelProblems({ key: 'k'.repeat(256) })).toEqual({ key: ['Key is too long (maximum is 255 characters)'] });
  });

  it('does not overlook what comes after the end of a line', () => {
    expect(labelProblems({ value: 'good\n' })).toEqual({ value: ['Value is invalid'] });
  });
});

describe('isLabelKey', () => {
  it('refuses what the database could not even be asked for', () => {
    for (const key of ['a\u0000b', '\ud800ab', 'Upper', 'x'.repeat(10_000), '%25']) expect(isLabelKey(key)).toBe(false);
  });
});
