/** Everything this server writes to people, by name, with what each text needs to know. */
export interface MessageParameters {
  confirmEmail: { link: string };
  alreadyRegistered: { signInLink: string; resetLink: string };
  resetPassword: { link: string };
  passwordChanged: { at: string };
  identityApproved: Record<string, never>;
  identityRejected: { reason: string; link: string };
  twoFactorEnabled: { at: string };
  twoFactorDisabled: { at: string };
  recoveryCodeUsed: { at: string; left: number };
  recoveryCodesReplaced: { at: string };
  tooManyWrongCodes: { at: string };
  otpRecoveryRequested: { at: string };
  otpRecovered: { at: string };
}
export type MessageName = keyof MessageParameters;

/** A message as sentences; one renderer makes text and HTML of it, so the two can't differ. */
export interface MessageText {
  subject: string;
  paragraphs: string[];
  action?: { label: string; link: string };
  /** Said last, in small print. */
  footnote?: string;
}

type Texts = { [Name in MessageName]: (app: string, parameters: MessageParameters[Name]) => MessageText };

export const TEXTS: Texts = {
  confirmEmail: (app, { link }) => ({
    subject: 'Confirm your e-mail address',
    paragraphs: [`Welcome to ${app}. Please confirm that this is your e-mail address.`],
    action: { label: 'Confirm e-mail address', link },
    footnote: 'The link is good for 24 hours. If you did not sign up, ignore this message.',
  }),
  alreadyRegistered: (app, { signInLink, resetLink }) => ({
    subject: 'You already have an account',
    paragraphs: [
      `Somebody, probably you, tried to sign up at ${app} with this e-mail address. It already has an account.`,
      `If you forgot your password, set a new one: ${resetLink}`,
    ],
    action: { label: 'Sign in', link: signInLink },
    footnote: 'If it was not you, nothing needs to be done.',
  }),
  resetPassword: (app, { link }) => ({
    subject: 'Reset your password',
    paragraphs: [`Somebody, probably you, asked for a new password at ${app}.`],
    action: { label: 'Choose a new password', link },
    footnote: 'The link is good for 30 minutes and works once. If it was not you, ignore this message.',
  }),
  identityApproved: (app) => ({
    subject: 'Your identity was approved',
    paragraphs: [`We have checked your identity, and your ${app} account is fully verified now. Thank you.`],
  }),
  identityRejected: (app, { reason, link }) => ({
    subject: 'Your identity was rejected',
    paragraphs: [
      `We could not approve the identity profile of your ${app} account. What our reviewers say:`,
      reason,
      'Please correct it and send it again.',
    ],
    action: { label: 'Go to your account', link },
  }),
  passwordChanged: (app, { at }) => ({
    subject: 'Your password was changed',
    paragraphs: [
      `The password of your ${app} account was changed at ${at}. Everyone who was signed in has been signed out.`,
      'If it was not you, reset your password now and look at the security of your mailbox.',
    ],
  }),
  twoFactorEnabled: (app, { at }) => ({
    subject: 'Two-factor authentication was turned on',
    paragraphs: [
      `Since ${at}, signing in to your ${app} account takes a code of your authenticator app beside the password. Everyone else who was signed in has been signed out.`,
      'Keep the recovery codes in a safe place: each of them replaces the app once.',
      'If it was not you, reset your password now and write to our support.',
    ],
  }),
  twoFactorDisabled: (app, { at }) => ({
    subject: 'Two-factor authentication was turned off',
    paragraphs: [
      `Since ${at}, signing in to your ${app} account takes the password alone.`,
      'If it was not you, reset your password now and turn it on again.',
    ],
  }),
  recoveryCodeUsed: (app, { at, left }) => ({
    subject: 'A recovery code was used',
    paragraphs: [
      `A recovery code of your ${app} account was used at ${at}. Codes left: ${left}.`,
      'If it was not you, reset your password now and make new recovery codes.',
    ],
  }),
  recoveryCodesReplaced: (app, { at }) => ({
    subject: 'You have new recovery codes',
    paragraphs: [
      `New recovery codes for your ${app} account were made at ${at}. The old ones are void.`,
      'If it was not you, reset your password now and make new recovery codes.',
    ],
  }),
  tooManyWrongCodes: (app, { at }) => ({
    subject: 'Too many wrong codes',
    paragraphs: [
      `Somebody gave too many wrong codes for your ${app} account, the last one at ${at}, and has to wait before the next.`,
      'If it was not you, that person may know your password: reset it now.',
    ],
  }),
  otpRecoveryRequested: (app, { at }) => ({
    subject: 'Removal of your second factor was requested',
    paragraphs: [
      `Our support was asked at ${at} to turn off two-factor authentication of your ${app} account, because of a lost device.`,
      'If it was not you, write to our support at once.',
    ],
  }),
  otpRecovered: (app, { at }) => ({
    subject: 'Two-factor authentication was turned off by our support',
    paragraphs: [
      `Our support turned off two-factor authentication of your ${app} account at ${at}. Everyone who was signed in has been signed out.`,
      'Sign in with your password and turn it on again. If you did not ask for this, write to our support at once.',
    ],
  }),
};
