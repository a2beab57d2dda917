import { Catch, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AppError } from '../../common/app-error.js';
import { ErrorFilter } from '../../common/error.filter.js';
import { requestIdOf } from '../../common/request-origin.js';
import { Config } from '../../config/config.js';
import { translateDatabaseError } from '../../infra/database/database-errors.js';
import { Layout, renderPage } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';

/** Refusals on pages: whoever wants HTML reads a page, everybody else the JSON of the API. */
@Catch()
@Injectable()
export class PageErrors extends ErrorFilter {
  constructor(private readonly config: Config) {
    super([translateDatabaseError]);
  }

  protected override send(request: Request, response: Response, refusal: AppError): void {
    if (request.accepts(['json', 'html']) !== 'html') return super.send(request, response, refusal);
    const page = refusalPage(this.config.appName, refusal, requestIdOf(request));
    response.status(refusal.status).set(refusal.headers).type('html').send(renderPage(page));
  }
}

function refusalPage(appName: string, refusal: AppError, requestId: string) {
  const title = refusal.status >= 500 ? 'Something went wrong' : 'This cannot go on';
  return (
    <Layout title={title} appName={appName}>
      <h1>{title}</h1>
      <Notice kind="problem">{refusal.sentences.join('. ')}</Notice>
      <p>
        If you ask for help, tell this number: <code>{requestId}</code>
      </p>
    </Layout>
  );
}
