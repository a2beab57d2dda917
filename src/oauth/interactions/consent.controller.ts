import { Controller, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { FormPage } from '../../pages/page.decorator.js';
import { ConsentsService } from '../consents.service.js';
import { GrantIssuer } from '../grant-issuer.service.js';
import { OAuthErrors } from '../oauth.errors.js';
import { ProviderService } from '../provider.service.js';
import { InteractionService } from './interaction.service.js';
import { requestedScopes } from './requested-scopes.js';

/** The person agrees that an application gets what it asked for. */
@FormPage()
@Controller('interaction/:uid/consent')
export class InteractionConsentController {
  constructor(
    private readonly interactions: InteractionService,
    private readonly provider: ProviderService,
    private readonly consents: ConsentsService,
    private readonly grants: GrantIssuer,
  ) {}

  @Post()
  @Public()
  async agree(@Req() request: Request, @Res() response: Response, @Origin() origin: RequestOrigin): Promise<void> {
    const interaction = await this.interactions.find(request, response);
    const { accountUid, application, grantId } = interaction;
    if (interaction.prompt !== 'consent' || accountUid === undefined) throw OAuthErrors.interactionOver();
    const scopes = requestedScopes(interaction);
    const { Grant } = this.provider.current;
    const existing = grantId === undefined ? undefined : await Grant.find(grantId);
    const grant = existing ?? new Grant({ accountId: accountUid, clientId: application.uid });
    this.grants.addScopes(grant, scopes);
    const saved = await grant.save();
    await this.consents.record(accountUid, application.uid, scopes, origin);
    await this.interactions.finish(request, response, { consent: { grantId: saved } });
  }
}
