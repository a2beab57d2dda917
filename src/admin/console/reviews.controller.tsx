import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PageQuery } from '../../common/pagination.js';
import { Choice, OptionalMoment, OptionalTextList } from '../../common/parameter-kinds.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, originOf, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { wordFor } from './done-words.js';
import { ReviewPage, type ReviewPageProps } from './pages/review.page.js';
import { ReviewsPage } from './pages/reviews.page.js';
import { ReviewClaims } from './review-claims.service.js';
import { ReviewDecisions } from './review-decisions.service.js';
import { ReviewFiles } from './review-files.service.js';

/** Of a page of the queue. */
const ROWS = 25;
const DECISIONS = ['approved', 'rejected'] as const;

class QueueQuery extends PageQuery {
  @OptionalText({ max: 32 }) done?: string;
}

class DecisionForm {
  @Choice(DECISIONS) state!: (typeof DECISIONS)[number];
  @OptionalMoment() seen?: Date;
  @OptionalTextList() documents?: string[];
  @OptionalTextList() templates?: string[];
  @OptionalText({ max: 65_536 }) reason?: string;
}

/** Verifications: who waits, and one at a time with all that it takes to decide. */
@FormPage()
@Controller('admin/reviews')
export class ConsoleReviewsController {
  constructor(
    private readonly pages: Pages,
    private readonly files: ReviewFiles,
    private readonly claims: ReviewClaims,
    private readonly decisions: ReviewDecisions,
  ) {}

  @Get()
  @RequiresPage('admin', 'compliance')
  async list(
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: QueueQuery,
    @CurrentPrincipal() principal: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const waiting = await this.files.listWaiting(principal, { page: query.page, limit: ROWS }, origin);
    const done = wordFor(this.pages.textsFor(request).consoleReviews.done, query.done);
    this.pages.show(request, response, <ReviewsPage viewer={principal.account} waiting={waiting} done={done} />);
  }

  @Post('next')
  @RequiresPage('admin', 'compliance')
  async takeNext(@Res() response: Response, @CurrentPrincipal() principal: Principal): Promise<void> {
    const next = await this.claims.takeNext(principal);
    response.redirect(303, next === undefined ? '/admin/reviews?done=none' : `/admin/reviews/${next}`);
  }

  @Get(':uid')
  @RequiresPage('admin', 'compliance')
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @Param('uid') uid: string,
    @Query() query: QueueQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const origin = originOf(request);
    const done = wordFor(this.pages.textsFor(request).consoleReviews.done, query.done);
    const props = await this.propsFor(principal, uid, origin);
    this.pages.show(request, response, <ReviewPage {...props} done={done} />);
  }

  @Post(':uid/take')
  @RequiresPage('admin', 'compliance')
  async take(
    @Req() request: Request,
    @Res() response: Response,
    @Param('uid') uid: string,
    @CurrentPrincipal() principal: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    try {
      await this.claims.take(principal, uid);
      response.redirect(303, `/admin/reviews/${encodeURIComponent(uid)}`);
    } catch (error) {
      const props = await this.propsFor(principal, uid, origin);
      this.pages.showAgain(request, response, error, (problem) => <ReviewPage {...props} problem={problem} />);
    }
  }

  @Post(':uid/release')
  @RequiresPage('admin', 'compliance')
  async release(
    @Res() response: Response,
    @Param('uid') uid: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.claims.release(principal, uid);
    response.redirect(303, '/admin/reviews?done=released');
  }

  /** After a decision the next one is on, taken already. */
  @Post(':uid/decision')
  @RequiresPage('admin', 'compliance')
  async decide(
    @Req() request: Request,
    @Res() response: Response,
    @Param('uid') uid: string,
    @Body() form: DecisionForm,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const origin = originOf(request);
    const { state, seen, documents = [] } = form;
    try {
      const reason = state === 'rejected' ? this.reasonOf(request, form) : undefined;
      const wasWaiting = await this.decisions.decide(principal, uid, { state, reason, seen, documents }, origin);
      if (!wasWaiting) return response.redirect(303, `/admin/accounts/${uid}?done=reviewed`);
      const next = await this.claims.takeNext(principal);
      const way = next === undefined ? `?done=${state}_last` : `/${next}?done=${state}`;
      response.redirect(303, `/admin/reviews${way}`);
    } catch (error) {
      const typed = { templates: form.templates ?? [], reason: form.reason ?? '' };
      const props = { ...(await this.propsFor(principal, uid, origin)), ...(state === 'rejected' && { typed }) };
      this.pages.showAgain(request, response, error, (problem) => <ReviewPage {...props} problem={problem} />);
    }
  }

  /** What was ticked in the words that were read, then the reviewer's own. */
  private reasonOf(request: Request, { templates = [], reason = '' }: DecisionForm): string {
    const sentences = this.pages.textsFor(request).consoleReviews.decision.templates;
    return [...templates.map((key) => wordFor(sentences, key) ?? ''), reason.trim()].filter(Boolean).join(' ');
  }

  private async propsFor(principal: Principal, uid: string, origin: RequestOrigin): Promise<ReviewPageProps> {
    return {
      viewer: principal.account,
      file: await this.files.open(principal, uid, origin),
      now: new Date(),
    };
  }
}
