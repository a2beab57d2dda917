import { Body, Controller, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Public } from '../common/principal.js';
import { OptionalText } from '../common/validation.js';
import { Config } from '../config/config.js';
import { isLanguage } from '../ui/texts/languages.js';
import { LANGUAGE_COOKIE } from './language.js';
import { localPath } from './local-path.js';
import { FormPage } from './page.decorator.js';

const YEAR_MS = 365 * 86_400_000;

class Choice {
  @OptionalText({ max: 8 }) language?: string;
  @OptionalText({ max: 2048 }) return_to?: string;
}

/** The language switch at the foot of every page. */
@FormPage()
@Controller('language')
export class LanguageController {
  constructor(private readonly config: Config) {}

  @Post()
  @Public()
  choose(@Body() { language = '', return_to: returnTo }: Choice, @Res() response: Response): void {
    if (isLanguage(language)) {
      const { isHttps: secure } = this.config;
      response.cookie(LANGUAGE_COOKIE, language, { maxAge: YEAR_MS, httpOnly: true, sameSite: 'lax', secure });
    }
    response.redirect(303, localPath(returnTo) ?? '/');
  }
}
