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
  refreshTokenReused: { at: string; application: string };
  unusualSignIn: { at: string };
  signInLocked: { link: string };
  passkeyAdded: { at: string };
  passkeyRemoved: { at: string };
  confirmEmailChange: { link: string };
  emailChangeRequested: { at: string };
  emailChanged: { at: string; link: string };
  emailReverted: { at: string };
  accountDeleted: { at: string };
}
export type MessageName = keyof MessageParameters;

/** Messages with a link that may die before it expires. */
export type LinkMessage = 'confirmEmail' | 'resetPassword' | 'confirmEmailChange' | 'emailChanged' | 'signInLocked';

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
  passkeyAdded: (app, { at }) => ({
    subject: 'A passkey was added',
    paragraphs: [
      `A passkey was added to your ${app} account at ${at}. Whoever has it can sign in with it, without the password.`,
      'If it was not you, sign in, remove the passkey on the page Security, and change your password.',
    ],
  }),
  passkeyRemoved: (app, { at }) => ({
    subject: 'A passkey was removed',
    paragraphs: [
      `A passkey of your ${app} account was removed at ${at}. It signs nobody in any more.`,
      'If it was not you, change your password now and look at the page Security.',
    ],
  }),
  unusualSignIn: (app, { at }) => ({
    subject: 'A sign-in after many wrong passwords',
    paragraphs: [
      `Somebody signed in to your ${app} account at ${at}, from somewhere new and after several wrong passwords.`,
      'If it was not you, choose a new password at once; it ends every session.',
    ],
  }),
  signInLocked: (app, { link }) => ({
    subject: 'Too many wrong passwords',
    paragraphs: [
      `Somebody tried a great many passwords for your ${app} account. Where you have signed in before, you still can.`,
      'Anywhere else, follow this link first, or choose a new password.',
    ],
    action: { label: 'Let me sign in again', link },
    footnote: 'The link is good for 24 hours and works once. It does not sign anybody in.',
  }),
  refreshTokenReused: (app, { at, application }) => ({
    subject: 'Access of an application was ended',
    paragraphs: [
      `Somebody used an old key of ${application} to your ${app} account at ${at}. It may have been stolen, so we ended the access of ${application}.`,
      `To go on using ${application}, sign in there again.`,
      'If you see anything in your account that was not you, change your password.',
    ],
  }),
  confirmEmailChange: (app, { link }) => ({
    subject: 'Confirm your new e-mail address',
    paragraphs: [
      `Somebody, probably you, wants to use this e-mail address for an account at ${app}. Until you confirm it, nothing changes.`,
      'With the change everyone who is signed in is signed out, and you sign in with this address.',
    ],
    action: { label: 'Confirm new address', link },
    footnote: 'The link is good for an hour and works once. If it was not you, ignore this message.',
  }),
  emailChangeRequested: (app, { at }) => ({
    subject: 'A new e-mail address was asked for',
    paragraphs: [
      `Somebody signed in to your ${app} account asked at ${at} to move it to another e-mail address. It moves as soon as a link that was sent there is followed.`,
      'If it was not you, set a new password now: that ends the link and signs everyone out.',
    ],
  }),
  emailChanged: (app, { at, link }) => ({
    subject: 'Your e-mail address was changed',
    paragraphs: [
      `Your ${app} account has another e-mail address since ${at}. Everyone who was signed in has been signed out.`,
      'If it was not you, take the change back now; the account then belongs to this address again.',
    ],
    action: { label: 'Take the change back', link },
    footnote: 'The link is good for 72 hours and works once. If it was you, nothing needs to be done.',
  }),
  emailReverted: (app, { at }) => ({
    subject: 'The change of your e-mail address was taken back',
    paragraphs: [
      `The ${app} account has its former e-mail address again since ${at}. Everyone who was signed in has been signed out.`,
      'If it was somebody else who had changed it, choose a new password now.',
    ],
  }),
  accountDeleted: (app, { at }) => ({
    subject: 'Your account was deleted',
    paragraphs: [
      `Your ${app} account was deleted at ${at}, as you asked for in its settings. Nobody can bring it back.`,
      'If it was not you, write to our support.',
    ],
  }),
};
