import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../../common/principal.js';
import { Origin, type RequestOrigin } from '../../../common/request-origin.js';
import { OptionalText } from '../../../common/validation.js';
import { FormPage } from '../../../pages/page.decorator.js';
import { Pages } from '../../../pages/pages.service.js';
import { PasskeyBrowser } from '../../../passkeys/passkey-browser.service.js';
import { PasskeyRegistrationService } from '../../../passkeys/passkey-registration.service.js';
import { LONGEST_PASSKEY_NAME } from '../../../passkeys/passkeys.service.js';
import { ReauthenticationService } from '../../../security/reauthentication.service.js';
import { AddPasskeyPage } from './pages/passkey.pages.js';

class NewPasskey {
  @OptionalText({ max: 16_384 }) passkey?: string;
  @OptionalText({ max: LONGEST_PASSKEY_NAME }) name?: string;
}

/** Adding a passkey. The page's script asks what the browser is told, then sends what the browser made. */
@FormPage()
@Controller('account/security/passkeys')
export class AddPasskeyController {
  constructor(
    private readonly pages: Pages,
    private readonly reauthentication: ReauthenticationService,
    private readonly registrations: PasskeyRegistrationService,
    private readonly browsers: PasskeyBrowser,
  ) {}

  @Get('new')
  @RequiresPage()
  async ask(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    this.pages.show(request, response, <AddPasskeyPage />);
  }

  @Post('options')
  @HttpCode(200)
  @RequiresPage()
  async options(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    response.json(await this.registrations.begin(principal, this.browsers.mark(request, response)));
  }

  @Post()
  @RequiresPage()
  async add(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Body() { passkey: answer = '', name }: NewPasskey,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    const given = { answer, name: name?.trim() ?? this.pages.textsFor(request).security.passkeys.defaultName };
    try {
      await this.registrations.finish(principal, this.browsers.read(request), given, origin);
      response.redirect(303, '/account/security?done=passkey-added');
    } catch (error) {
      const page = (problem: string) => <AddPasskeyPage name={name} problem={problem} />;
      this.pages.showAgain(request, response, error, page);
    }
  }
}
