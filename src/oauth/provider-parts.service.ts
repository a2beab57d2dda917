import { Injectable } from '@nestjs/common';
import { OutgoingRequests } from '../infra/http/outgoing-requests.js';
import { AdapterFactory } from './adapter-factory.service.js';
import { ClaimsService } from './claims.service.js';
import { GrantIssuer } from './grant-issuer.service.js';
import { LogoutDeliveries } from './logout-deliveries.service.js';

/** What a Provider is built of, as one thing to inject. */
@Injectable()
export class ProviderParts {
  constructor(
    readonly adapters: AdapterFactory,
    readonly claims: ClaimsService,
    readonly grants: GrantIssuer,
    readonly logouts: LogoutDeliveries,
    readonly outgoing: OutgoingRequests,
  ) {}
}
