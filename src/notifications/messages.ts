/** Everything this server writes to people, by name, with what each text needs to know. */
export interface MessageParameters {
  confirmEmail: { link: string };
  alreadyRegistered: { signInLink: string; resetLink: string };
  resetPassword: { link: string };
  passwordChanged: { at: string };
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
  passwordChanged: (app, { at }) => ({
    subject: 'Your password was changed',
    paragraphs: [
      `The password of your ${app} account was changed at ${at}. Everyone who was signed in has been signed out.`,
      'If it was not you, reset your password now and look at the security of your mailbox.',
    ],
  }),
};
