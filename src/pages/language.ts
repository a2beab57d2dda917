import type { Request } from 'express';
import { cookieOf } from '../common/cookies.js';
import { isLanguage, type Language } from '../ui/texts/languages.js';

export const LANGUAGE_COOKIE = 'barong_language';
const DEFAULT: Language = 'en';

/**
 * The language of a page: what the person chose here, else what the application asked for (`ui_locales`, OpenID
 * Connect Core, section 3.1.2.1), else what their browser prefers (RFC 9110, section 12.5.4).
 */
export function languageOf(request: Request, uiLocales?: unknown): Language {
  const chosen = cookieOf(request, LANGUAGE_COOKIE);
  const asked = typeof uiLocales === 'string' ? uiLocales.split(' ') : [];
  for (const tag of [chosen ?? '', ...asked, ...request.acceptsLanguages()]) {
    const language = tag.split('-')[0]?.toLowerCase() ?? '';
    if (isLanguage(language)) return language;
  }
  return DEFAULT;
}
