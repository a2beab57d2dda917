import type { Texts } from '../english/english.js';
import { applications } from './console-applications.js';
import { audit } from './console-audit.js';
import { keys, messages } from './console-operations.js';
import { trySignIn } from './console-try.js';
import { webhooks } from './console-webhooks.js';
import { websites } from './console-websites.js';

export const consoleSettings: Texts['consoleSettings'] = {
  ...{ applications, trySignIn, websites, webhooks, audit, messages, keys },
  copy: 'Copiar',
  copied: 'Copiado',
};
