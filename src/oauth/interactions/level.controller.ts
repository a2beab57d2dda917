import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Account } from '../../accounts/account.entity.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { FormPage } from '../../pages/page.decorator.js';
import { PhoneAdditionService } from '../../phones/phone-addition.service.js';
import { PhoneVerificationService } from '../../phones/phone-verification.service.js';
import { OAuthErrors } from '../oauth.errors.js';
import { InteractionPages } from './interaction-pages.service.js';
import { type Interaction, InteractionService } from './interaction.service.js';

class PhoneForm {
  @OptionalText({ max: 64 }) phone_number?: string;
  @OptionalText({ max: 16 }) verification_code?: string;
}

/** An application asked for a level that the person has not reached yet: the missing steps, and back. */
@FormPage()
@Controller('interaction/:uid/level')
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

  /** The level was reached elsewhere, in another tab or by a decision of staff. */
  @Post('continue')
  @Public()
  async goOn(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.step(request, response, () => Promise.resolve());
  }

  /** Does one step; goes on to the application when the level is reached, else shows what is missing. */
  private async step(
    request: Request,
    response: Response,
    work: (account: Account) => Promise<unknown>,
  ): Promise<void> {
    const interaction = await this.interactions.find(request, response);
    if (interaction.prompt !== 'level') throw OAuthErrors.interactionOver();
    const visit = { request, response, interaction };
    const account = await this.account(interaction);
    try {
      await work(account);
    } catch (error) {
      const problem = this.pages.problemOf(visit, error);
      if (response.statusCode === 404) response.status(422);
      return this.pages.level(visit, problem);
    }
    const { level } = await this.account(interaction);
    if (level < Number(interaction.details.level)) return this.pages.level(visit);
    // The sign-in stays the one it was: nobody has proved anew who they are.
    return this.interactions.finish(request, response, {});
  }

  private async account(interaction: Interaction): Promise<Account> {
    const account = await this.accounts.findByUid(interaction.accountUid ?? '');
    if (!account || account.state !== 'active') throw OAuthErrors.interactionOver();
    return account;
  }
}
