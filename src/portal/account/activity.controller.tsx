import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PageQuery } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { ActivityService } from './activity.service.js';
import { ActivityPage } from './pages/activity.page.js';

/** What happened on an account, for its owner. */
@FormPage()
@Controller('account/activity')
export class ActivityController {
  constructor(
    private readonly pages: Pages,
    private readonly activity: ActivityService,
  ) {}

  @Get()
  @RequiresPage()
  async list(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Query() { page = 1 }: PageQuery,
    @Origin() { userAgent }: RequestOrigin,
  ): Promise<void> {
    const happenings = await this.activity.page(principal, page, userAgent);
    this.pages.show(request, response, <ActivityPage page={happenings} />);
  }
}
