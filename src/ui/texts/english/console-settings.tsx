import { applications } from './console-applications.js';
import { audit } from './console-audit.js';
import { keys, messages } from './console-operations.js';
import { trySignIn } from './console-try.js';
import { webhooks } from './console-webhooks.js';
import { websites } from './console-websites.js';

/** The part of the console that is about the service itself. */
export const consoleSettings = {
  ...{ applications, trySignIn, websites, webhooks, audit, messages, keys },
  copy: 'Copy',
  copied: 'Copied',
};
