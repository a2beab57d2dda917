/**
 * Refusals as people read them on pages, by the sentence that programs get (CONTRACT 1). What is not listed is shown
 * as it is; only the odd ones of old need other words in English.
 */
export const refusals: Readonly<Record<string, string>> = {
  'Phone number is already exists': 'This phone number is in use already.',
  'You are already enabled 2FA': 'The second factor is on already.',
  'You need to enable 2FA first': 'Please turn the second factor on first.',
  'Your code is invalid': 'The code is not right.',
  'OTP code is invalid': 'The code is not right.',
  'The account has enabled 2FA but OTP code is missing': 'Please enter the code.',
  'Phone is not found or verification code is invalid': 'The code is not right, or too old.',
  '401 Unauthorized': 'The password is not right.',
};
