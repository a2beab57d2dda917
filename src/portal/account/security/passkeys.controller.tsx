import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../../common/principal.js';
import { Origin, type RequestOrigin } from '../../../common/request-origin.js';
import { OptionalText } from '../../../common/validation.js';
import { FormPage } from '../../../pages/page.decorator.js';
import { Pages } from '../../../pages/pages.service.js';
import { LONGEST_PASSKEY_NAME, PasskeysService } from '../../../passkeys/passkeys.service.js';
import { ReauthenticationService } from '../../../security/reauthentication.service.js';
import { EditPasskeyPage } from './pages/passkey.pages.js';

const OVERVIEW = '/account/security';

class PasskeyName {
  @OptionalText({ max: LONGEST_PASSKEY_NAME }) name?: string;
}

/** One passkey: its name, and its end. Both take a fresh sign-in. */
@FormPage()
@Controller('account/security/passkeys/:id')
export class PasskeyController {
  constructor(
    private readonly pages: Pages,
    private readonly reauthentication: ReauthenticationService,
    private readonly passkeys: PasskeysService,
  ) {}

  @Get()
  @RequiresPage()
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    const passkey = await this.passkeys.get(principal, id);
    this.pages.show(request, response, <EditPasskeyPage passkey={passkey} />);
  }

  @Post()
  @RequiresPage()
  async rename(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { name }: PasskeyName,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    if (name === undefined) return response.redirect(303, `${OVERVIEW}/passkeys/${encodeURIComponent(id)}`);
    await this.passkeys.rename(principal, id, name.trim(), origin);
    response.redirect(303, `${OVERVIEW}?done=passkey-renamed`);
  }

  @Post('remove')
  @RequiresPage()
  async remove(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reauthentication.assert(principal, undefined);
    await this.passkeys.remove(principal, id, origin);
    response.redirect(303, `${OVERVIEW}?done=passkey-removed`);
  }
}
