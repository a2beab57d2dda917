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

/** English, the language that the others follow. A part for each area of the pages. */
export const english = {
  ...{ shell, navigation, signIn, application, refusals },
  ...{ account, security, belongings },
  ...{ consoleAccounts, consoleReviews, consoleSettings },
};

/** All that our pages say. A second language is one more object of this shape; the compiler sees to it that it is whole. */
export type Texts = typeof english;
