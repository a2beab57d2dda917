import { Controller, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { SameOrigin } from '../../auth/same-origin.guard.js';
import { Public } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { ConsentsService } from '../consents.service.js';
import { GrantIssuer } from '../grant-issuer.service.js';
import { OAuthErrors } from '../oauth.errors.js';
import { PageErrors } from '../pages/page-errors.filter.js';
import { ProviderService } from '../provider.service.js';
import { InteractionService } from './interaction.service.js';
import { requestedScopes } from './requested-scopes.js';

/** The person agrees that an application gets what it asked for. */
@ApiExcludeController()
@Controller('interaction/:uid/consent')
@UseGuards(SameOrigin)
@UseFilters(PageErrors)
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
