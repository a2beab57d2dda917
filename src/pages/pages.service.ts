import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { JSX } from 'preact';
import { AppError } from '../common/app-error.js';
import type { AuthenticatedRequest } from '../common/principal.js';
import { Config } from '../config/config.js';
import type { Brand, PageFrame } from '../ui/frame.js';
import { renderPage } from '../ui/layout.js';
import type { Texts } from '../ui/texts/english/english.js';
import { LANGUAGES } from '../ui/texts/languages.js';
import { Brands } from '../websites/brands.service.js';
import { FormTokenMaker } from './form-tokens.service.js';
import { languageOf } from './language.js';

export interface ShowOptions {
  /** `ui_locales` of an authorization request. */
  uiLocales?: unknown;
}

/** Turns components into answers: in the language of the reader and the colours of the host. */
@Injectable()
export class Pages {
  constructor(
    private readonly config: Config,
    private readonly brands: Brands,
    private readonly formTokens: FormTokenMaker,
  ) {}

  /** Sends the page with the status that the response has, 200 unless set; Nest's 201 for forms is for the API. */
  show(request: Request, response: Response, page: JSX.Element, options: ShowOptions = {}): void {
    if (response.statusCode === 201) response.status(200);
    response.type('html').send(this.render(request, page, options));
  }

  /**
   * Shows a form again after a refusal, with the refusal's status and headers; faults of ours go on to the filter.
   * @param page makes the page, given what to tell the person
   */
  showAgain(request: Request, response: Response, error: unknown, page: (problem: string) => JSX.Element): void {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    response.status(statusOnPage(error)).set(error.headers).removeHeader('WWW-Authenticate');
    this.show(request, response, page(this.problemOf(request, error)));
  }

  /** What a person reads about a refusal, in their language. */
  problemOf(request: Request, error: AppError, options: ShowOptions = {}): string {
    const { refusals } = this.textsFor(request, options);
    return error.sentences
      .map((sentence) => refusals[sentence] ?? sentence)
      .join('. ')
      .replaceAll('..', '.');
  }

  textsFor(request: Request, { uiLocales }: ShowOptions = {}): Texts {
    return LANGUAGES[languageOf(request, uiLocales)];
  }

  /** The page as text, for answers that others send. */
  render(request: Request, page: JSX.Element, options: ShowOptions = {}): string {
    return renderPage(page, this.frameOf(request, options));
  }

  private frameOf(request: AuthenticatedRequest, { uiLocales }: ShowOptions): PageFrame {
    const language = languageOf(request, uiLocales);
    const frame = { brand: this.brandOf(request), language, texts: LANGUAGES[language], path: pathOf(request) };
    const { principal } = request;
    if (principal?.kind !== 'page') return frame;
    const { email, role } = principal.account;
    const formToken = this.formTokens.make(principal.sessionId);
    return { ...frame, viewer: { email, isStaff: role !== 'member' }, formToken };
  }

  private brandOf(request: Request): Brand {
    const website = this.brands.find(request.host ?? '');
    if (!website) return { name: this.config.appName };
    const { name, logoPath, supportEmail, primaryColor, backgroundColor, updatedAt } = website;
    return {
      name,
      logo: logoPath ?? undefined,
      supportEmail: supportEmail ?? undefined,
      stylesheet: primaryColor || backgroundColor ? `/brand.css?v=${updatedAt.getTime()}` : undefined,
    };
  }
}

/** 401 is about a token or cookie that is not good; a wrong password in a form is something else to a browser. */
const statusOnPage = ({ status }: AppError): number => (status === 401 || status === 404 ? 422 : status);

/** Where the page can be opened again: what answers a form has the page above it. */
function pathOf({ method, originalUrl, path }: Request): string {
  return method === 'GET' ? originalUrl : path.slice(0, path.lastIndexOf('/')) || '/';
}
