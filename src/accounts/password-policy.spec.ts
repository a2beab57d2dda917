import { describe, expect, it } from '@jest/globals';
import { passwordProblems } from './password-policy.js';

const words = ['alice.wonder@example.com', 'Barong', 'login.my-bank.example'];

describe('password policy (C-12, C-15)', () => {
  it.each([
    ...['correct horse battery', 'ﾊﾟｽﾜｰﾄﾞの長い文', 'x7$kq 9!', 'p'.repeat(60) + 'qrstuvw'.repeat(9)],
    ...['alice and a barong', '9302847561920', 'wonderfully wide', 'bank 73920 tree'],
  ])('takes %j', (password) => {
    expect(passwordProblems(password, words)).toEqual([]);
  });

  it.each([
    ...[
      'barong123!',
      '2024-Barong',
      'b4r0ng2024',
      'B@rong!!!',
      '8arong..',
      'gnorab99',
      'BarongBarong',
      'barong & barong',
    ],
    ...['alicewonder', 'alice_wonder_1', 'AliceBarong7', 'w0nder4l1ce', 'alice@example.com', 'exampleexample'],
    ...['mybank2025', 'My-Bank!', 'login.my-bank', 'BankLogin1', 'barong.bank', 'ｂａｒｏｎｇ１２３'],
  ])('refuses %j: words that anybody knows who knows the account', (password) => {
    expect(passwordProblems(password, words)).toEqual(['Password is too common']);
  });

  it('compares an address of digits as it stands, and does not forbid all digits for it', () => {
    const digits = ['4915112345678@example.com'];
    expect(passwordProblems('4915112345678!', digits)).toEqual(['Password is too common']);
    expect(passwordProblems('83726194057261', digits)).toEqual([]);
    expect(passwordProblems('?!%&-+~#*/', digits)).toEqual([]);
  });

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
