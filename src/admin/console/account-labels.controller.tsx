import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { originOf } from '../../common/request-origin.js';
import { OptionalText, Text } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { AccountLabelsService } from '../account-labels.service.js';
import { AccountFiles } from './account-file.service.js';
import type { TypedLabel } from './pages/account-labels.js';
import { AccountPage } from './pages/account.page.js';

class LabelKey {
  @Text({ anyCharacters: true }) key!: string;
}

class LabelForm extends LabelKey {
  @Text({ anyCharacters: true }) value!: string;
  @OptionalText({ max: 16 }) scope?: string;
}

interface LabelChange {
  principal: Principal;
  uid: string;
  done: string;
  work: () => Promise<unknown>;
  typed?: TypedLabel;
}

/** Labels of any account, for admins. */
@FormPage()
@Controller('admin/accounts/:uid/labels')
export class ConsoleAccountLabelsController {
  constructor(
    private readonly pages: Pages,
    private readonly labels: AccountLabelsService,
    private readonly files: AccountFiles,
  ) {}

  @Post()
  @RequiresPage('admin')
  async create(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() typed: LabelForm,
  ): Promise<void> {
    const origin = originOf(request);
    const work = () => this.labels.create(principal, uid, { ...typed }, origin);
    await this.answer(request, response, { principal, uid, work, typed, done: 'label_created' });
  }

  @Post('change')
  @RequiresPage('admin')
  async change(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() { key, value, scope }: LabelForm,
  ): Promise<void> {
    const origin = originOf(request);
    const work = () => this.labels.change(principal, uid, key, { value, ...(scope && { scope }) }, origin);
    await this.answer(request, response, { principal, uid, work, done: 'label_changed' });
  }

  @Post('delete')
  @RequiresPage('admin')
  async remove(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() { key }: LabelKey,
  ): Promise<void> {
    const origin = originOf(request);
    const work = () => this.labels.remove(principal, uid, key, origin);
    await this.answer(request, response, { principal, uid, work, done: 'label_deleted' });
  }

  private async answer(
    request: Request,
    response: Response,
    { principal, uid, work, done, typed }: LabelChange,
  ): Promise<void> {
    try {
      await work();
      response.redirect(303, `/admin/accounts/${uid}?done=${done}`);
    } catch (error) {
      const file = await this.files.read(principal, uid);
      const props = { viewer: principal.account, file, ...(typed && { typed }) };
      this.pages.showAgain(request, response, error, (problem) => <AccountPage {...props} problem={problem} />);
    }
  }
}
