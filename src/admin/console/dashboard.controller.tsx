import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { OptionalInteger } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { DeadLetters } from '../../infra/queue/dead-letters.service.js';
import { DashboardFigures, LONGEST_RANGE } from './dashboard-figures.service.js';
import { DashboardPage } from './pages/dashboard.page.js';

const RANGES = [14, LONGEST_RANGE];

class Range {
  @OptionalInteger({ min: 1, max: LONGEST_RANGE }) days?: number;
}

/** How the service is doing. */
@FormPage()
@Controller('admin')
export class ConsoleDashboardController {
  constructor(
    private readonly pages: Pages,
    private readonly figures: DashboardFigures,
    private readonly deadLetters: DeadLetters,
  ) {}

  @Get()
  @RequiresPage('admin', 'compliance')
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: Range,
    @CurrentPrincipal() { account: { role } }: Principal,
  ): Promise<void> {
    const range = RANGES.find((days) => days === query.days) ?? RANGES[0] ?? LONGEST_RANGE;
    const [days, levels, waiting, failed] = await Promise.all([
      this.figures.perDay(range),
      this.figures.accountsByLevel(),
      this.figures.waitingReviews(),
      role === 'admin' ? this.deadLetters.count() : undefined,
    ]);
    const page = { role, days, levels, waiting, failed, ranges: RANGES, now: new Date() };
    this.pages.show(request, response, <DashboardPage {...page} />);
  }
}
