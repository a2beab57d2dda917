import { Catch, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AppError } from '../common/app-error.js';
import { ErrorFilter } from '../common/error.filter.js';
import { requestIdOf } from '../common/request-origin.js';
import { translateDatabaseError } from '../infra/database/database-errors.js';
import { translateUnknownRoute } from '../infra/http/allowed-methods.js';
import { Layout } from '../ui/layout.js';
import { useTexts } from '../ui/frame.js';
import { Notice } from '../ui/notice.js';
import { Pages } from './pages.service.js';

/** Where refusals that a person can do something about lead them. */
const SIGN_IN = 'page.sign_in_first';
const SECOND_FACTOR = 'session.second_factor_required';
const AGAIN = 'session.reauthentication_required';

/** What only programs read, whatever the browser behind them would like: a proxy passes the browser's headers on. */
const FOR_PROGRAMS = /^\/(api\/|auth\/verify$)/;

/** Refusals outside of the API: whoever wants HTML reads a page, everybody else the JSON of the API. */
@Catch()
@Injectable()
export class PageErrors extends ErrorFilter {
  constructor(private readonly pages: Pages) {
    super([translateDatabaseError, translateUnknownRoute]);
  }

  protected override send(request: Request, response: Response, refusal: AppError): void {
    const isForPrograms = FOR_PROGRAMS.test(request.path) || request.accepts(['json', 'html']) !== 'html';
    if (isForPrograms) return super.send(request, response, refusal);
    const way = wayOut(request, refusal);
    if (way !== undefined) return response.redirect(303, way);
    const problem = this.pages.problemOf(request, refusal);
    response.status(refusal.status).set(refusal.headers);
    const page = <RefusalPage status={refusal.status} problem={problem} requestId={requestIdOf(request)} />;
    this.pages.show(request, response, page);
  }
}

/** Only a page that was opened is come back to: what a form sent is not sent twice. */
function wayOut(request: Request, { code }: AppError): string | undefined {
  const back = request.method === 'GET' ? request.originalUrl : '/account';
  const query = `?return_to=${encodeURIComponent(back)}`;
  if (code === SIGN_IN) return `/sign-in${query}`;
  if (code === AGAIN) return `/sign-in/again${query}`;
  if (code === SECOND_FACTOR) return '/account/security?second_factor=required';
  return undefined;
}

function RefusalPage({ status, problem, requestId }: { status: number; problem: string; requestId: string }) {
  const { refusal } = useTexts().shell;
  const title = titleOf(status, refusal);
  return (
    <Layout title={title}>
      <h1>{title}</h1>
      <Notice kind="problem">{problem}</Notice>
      <p>
        {refusal.number} <code>{requestId}</code>
      </p>
      <p>
        <a href="/">{refusal.home}</a>
      </p>
    </Layout>
  );
}

function titleOf(status: number, texts: { fault: string; refused: string; notFound: string }): string {
  if (status >= 500) return texts.fault;
  return status === 404 ? texts.notFound : texts.refused;
}
