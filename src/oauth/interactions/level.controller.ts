import { Body, Controller, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Account } from '../../accounts/account.entity.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { SameOrigin } from '../../auth/same-origin.guard.js';
import { AppError } from '../../common/app-error.js';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { PhoneAdditionService } from '../../phones/phone-addition.service.js';
import { PhoneVerificationService } from '../../phones/phone-verification.service.js';
import { OAuthErrors } from '../oauth.errors.js';
import { PageErrors } from '../pages/page-errors.filter.js';
import { InteractionPages } from './interaction-pages.service.js';
import { type Interaction, InteractionService } from './interaction.service.js';

class PhoneForm {
  @OptionalText({ max: 64 }) phone_number?: string;
  @OptionalText({ max: 16 }) verification_code?: string;
}

/** An application asked for a level that the person has not reached yet: the missing steps, and back. */
@ApiExcludeController()
@Controller('interaction/:uid/level')
@UseGuards(SameOrigin)
@UseFilters(PageErrors)
export class InteractionLevelController {
  constructor(
    private readonly interactions: InteractionService,
    private readonly pages: InteractionPages,
    private readonly accounts: AccountsService,
    private readonly additions: PhoneAdditionService,
    private readonly verifications: PhoneVerificationService,
  ) {}

  @Post('phone')
  @Public()
  async addPhone(
    @Req() request: Request,
    @Res() response: Response,
    @Body() body: PhoneForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.step(request, response, (account) => this.additions.add({ account }, body.phone_number ?? '', origin));
  }

  @Post('phone/verify')
  @Public()
  async verifyPhone(
    @Req() request: Request,
    @Res() response: Response,
    @Body() body: PhoneForm,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const { phone_number: number = '', verification_code: code = '' } = body;
    await this.step(request, response, (account) => this.verifications.verify({ account }, number, code, origin));
  }

  /** Does one step; goes on to the application when the level is reached, else shows what is missing. */
  private async step(
    request: Request,
    response: Response,
    work: (account: Account) => Promise<unknown>,
  ): Promise<void> {
    const interaction = await this.interactions.find(request, response);
    if (interaction.prompt !== 'level') throw OAuthErrors.interactionOver();
    const account = await this.account(interaction);
    try {
      await work(account);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      response.status(error.status === 404 ? 422 : error.status).set(error.headers);
      return this.pages.level(response, interaction, error.sentences.join('. '));
    }
    const { level } = await this.account(interaction);
    if (level < Number(interaction.details.level)) return this.pages.level(response, interaction);
    // The sign-in stays the one it was: nobody has proved anew who they are.
    return this.interactions.finish(request, response, {});
  }

  private async account(interaction: Interaction): Promise<Account> {
    const account = await this.accounts.findByUid(interaction.accountUid ?? '');
    if (!account || account.state !== 'active') throw OAuthErrors.interactionOver();
    return account;
  }
}
