import type { Texts } from '../english/english.js';
import { account } from './account.js';
import { application } from './application.js';
import { belongings } from './belongings.js';
import { consoleAccounts } from './console-accounts.js';
import { consoleReviews } from './console-reviews.js';
import { consoleSettings } from './console-settings.js';
import { navigation } from './navigation.js';
import { refusals } from './refusals.js';
import { security } from './security.js';
import { shell } from './shell.js';
import { signIn } from './sign-in.js';

/** Spanish. */
export const spanish: Texts = {
  ...{ shell, navigation, signIn, application, refusals },
  ...{ account, security, belongings },
  ...{ consoleAccounts, consoleReviews, consoleSettings },
};
