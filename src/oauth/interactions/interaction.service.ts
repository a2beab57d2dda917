import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { InteractionResults } from 'oidc-provider';
import { DeviceCookie } from '../../accounts/device-cookie.service.js';
import { OAuthClientService } from '../../applications/oauth-client.service.js';
import type { PersonSignedIn } from '../../sessions/interactive-sign-in.service.js';
import { allowFormTarget } from '../form-target.js';
import { errors } from '../oidc-library.js';
import { ProviderService } from '../provider.service.js';
import { OAuthErrors } from '../oauth.errors.js';
import { loginResult } from './login-result.js';

/** A pause in an authorization request, in which a person does something on our pages. */
export interface Interaction {
  uid: string;
  /** `login`, `level` or `consent`. */
  prompt: string;
  /** What the prompt needs to know, such as missing scopes. */
  details: Record<string, unknown>;
  /** As the application sent them. */
  params: Record<string, unknown>;
  application: { uid: string; name: string };
  /** Host that gets the answer; none for a device, which asks for it. */
  redirectHost: string | undefined;
  /** Of the person who is signed in at this point. */
  accountUid: string | undefined;
  grantId: string | undefined;
}

/** Finds the interaction of a request by its cookie, and brings the person back to the application in the end. */
@Injectable()
export class InteractionService {
  constructor(
    private readonly provider: ProviderService,
    private readonly clients: OAuthClientService,
    private readonly devices: DeviceCookie,
  ) {}

  /** @throws AppError 400 when it is over, or was begun in another browser (CONTROLS C-47) */
  async find(request: Request, response: Response): Promise<Interaction> {
    const found = await this.details(request, response);
    if (found.uid !== request.params.uid) throw OAuthErrors.interactionOver();
    const client = await this.clients.find(String(found.params.client_id));
    if (!client) throw OAuthErrors.interactionOver();
    // Every page of an interaction may end in a redirect to the application.
    allowFormTarget(response, found.params.redirect_uri);
    const { session } = found as { session?: { accountId?: string } };
    return {
      uid: found.uid,
      prompt: found.prompt.name,
      details: found.prompt.details,
      params: found.params,
      application: { uid: client.uid, name: client.name },
      redirectHost: hostOf(found.params.redirect_uri),
      accountUid: session?.accountId,
      grantId: found.grantId,
    };
  }

  /** Goes on with the authorization request: 303, since it answers a form (RFC 9700, section 4.12). */
  async finish(request: Request, response: Response, result: InteractionResults): Promise<void> {
    const merge = { mergeWithLastSubmission: result.error === undefined };
    const location = await this.provider.current.interactionResult(request, response, result, merge);
    response.redirect(303, location);
  }

  /** As `finish`, for somebody who has just signed in. @param remember what the form's box sent, if anything */
  async admit(request: Request, response: Response, person: PersonSignedIn, remember?: string): Promise<void> {
    this.devices.remember(request, response, person);
    await this.finish(request, response, loginResult(person, remember));
  }

  private async details(request: Request, response: Response) {
    try {
      return await this.provider.current.interactionDetails(request, response);
    } catch (error) {
      if (error instanceof errors.SessionNotFound) throw OAuthErrors.interactionOver();
      throw error;
    }
  }
}

function hostOf(redirectUri: unknown): string | undefined {
  return typeof redirectUri === 'string' && URL.canParse(redirectUri) ? new URL(redirectUri).host : undefined;
}
