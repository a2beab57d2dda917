import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuditLogService } from '../../audit/audit-log.service.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { AuditFilterForm, readFilter } from './audit-filter.js';
import { AuditReportsService, MOST_EXPORTED } from './audit-reports.service.js';
import { AuditVerificationPage } from './pages/audit-verification.page.js';
import { AuditPage } from './pages/audit.page.js';

/** The record of what owners and staff did, for admins. */
@FormPage()
@Controller('admin/audit')
export class ConsoleAuditController {
  constructor(
    private readonly pages: Pages,
    private readonly log: AuditLogService,
    private readonly reports: AuditReportsService,
  ) {}

  @Get()
  @RequiresPage('admin')
  async list(@Req() request: Request, @Res() response: Response, @Query() typed: AuditFilterForm): Promise<void> {
    await this.show(request, response, typed);
  }

  @Post('export')
  @RequiresPage('admin')
  async export(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() typed: AuditFilterForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const { filter, wrong } = readFilter(typed);
    if (wrong.length > 0) return this.show(request, response, typed);
    try {
      const csv = await this.reports.export(filter, principal, origin);
      const name = `audit-${new Date().toISOString().slice(0, 10)}.csv`;
      response.status(200).type('text/csv; charset=utf-8').attachment(name).send(csv);
    } catch (error) {
      await this.showProblem(request, response, typed, error);
    }
  }

  /** Changes nothing but costs something: so it is no link, and its answer is the result itself. */
  @Post('verify')
  @RequiresPage('admin')
  async verify(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    try {
      const found = await this.reports.verify(principal, origin);
      this.pages.show(request, response, <AuditVerificationPage found={found} />);
    } catch (error) {
      await this.showProblem(request, response, {}, error);
    }
  }

  private async show(request: Request, response: Response, typed: AuditFilterForm): Promise<void> {
    const props = await this.propsFor(typed);
    response.status(props.wrong.length > 0 ? 422 : 200);
    this.pages.show(request, response, <AuditPage {...props} />);
  }

  private async showProblem(
    request: Request,
    response: Response,
    typed: AuditFilterForm,
    error: unknown,
  ): Promise<void> {
    const props = await this.propsFor(typed);
    this.pages.showAgain(request, response, error, (problem) => {
      const { running } = this.pages.textsFor(request).consoleSettings.audit.export;
      const isBusy = response.statusCode === 429;
      return <AuditPage {...props} problem={isBusy ? running : problem} />;
    });
  }

  private async propsFor(typed: AuditFilterForm) {
    const { filter, wrong } = readFilter(typed);
    const [list, isVerifiable] = await Promise.all([this.log.find(filter, typed), this.reports.isVerifiable()]);
    return { typed, wrong, list, isVerifiable, mostExported: MOST_EXPORTED };
  }
}
