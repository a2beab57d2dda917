import { describe, expect, it } from '@jest/globals';
import { passwordProblems } from './password-policy.js';

const words = ['alice.wonder@example.com', 'Barong'];

describe('password policy (C-12, C-15)', () => {
  it.each(['correct horse battery', 'ﾊﾟｽﾜｰﾄﾞの長い文', 'x7$kq 9!', 'p'.repeat(60) + 'qrstuvw'.repeat(9)])(
    'takes %j',
    (password) => {
      expect(passwordProblems(password, words)).toEqual([]);
    },
  );

  it.each([
    ['', `Password can't be blank`],
    ['short', 'Password is too short (minimum is 8 characters)'],
    ['😀😀😀😀😀😀😀', 'Password is too short (minimum is 8 characters)'],
    ['ab'.repeat(65), 'Password is too long (maximum is 128 characters)'],
    ['password1', 'Password is too common'],
    ['PassWord1', 'Password is too common'],
    ['ｐａｓｓｗｏｒｄ１', 'Password is too common'],
    ['aaaaaaaaaaaa', 'Password is too common'],
    ['alice.wonder@example.com', 'Password is too common'],
    ['Barong12345!', 'Password is too common'],
    ['nul\u0000inside here', 'Password is invalid'],
    ['lone\ud800surrogate', 'Password is invalid'],
  ])('refuses %j', (password, sentence) => {
    expect(passwordProblems(password, words)).toEqual([sentence]);
  });
});
