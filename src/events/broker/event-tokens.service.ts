import { Injectable } from '@nestjs/common';
import { GeneralSign } from 'jose';
import { KeysService } from '../../keys/keys.service.js';
import type { AccountEvent } from '../account-event.js';

/**
 * Says what this is, so that it is nothing else: an access token has another type and another issuer, names an
 * audience and a subject, and comes in compact form (RFC 8725, sections 3.11 and 3.12; CONTROLS C-44).
 */
const TYPE = 'account-event+jwt';
/** Not the issuer of tokens: the name that consumers of Barong's event API compare with. */
const ISSUER = 'barong';
const ALGORITHM = 'RS256';
/** A queue may keep a message this long; the key that signed it is published for an hour longer at least. */
const LIFETIME_SECONDS = 24 * 3600;

/** Events as signed messages, in the form of Barong's event API: JWS with JSON serialization (RFC 7515, section 7.2.1). */
@Injectable()
export class EventTokens {
  constructor(private readonly keys: KeysService) {}

  /** Signed by the key that signs now, which /oauth/jwks publishes. @returns JSON */
  async sign(event: AccountEvent): Promise<string> {
    const { kid, privateKey } = this.keys.signer(ALGORITHM);
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: ISSUER, jti: event.id, iat, exp: iat + LIFETIME_SECONDS, event: contentOf(event) };
    const message = new GeneralSign(Buffer.from(JSON.stringify(claims)));
    // Consumers of the event API look for the key's name in the header that is not signed.
    message.addSignature(privateKey).setProtectedHeader({ alg: ALGORITHM, typ: TYPE }).setUnprotectedHeader({ kid });
    return JSON.stringify(await message.sign());
  }
}

function contentOf({ name, at, record, changes }: AccountEvent): Omit<AccountEvent, 'id'> {
  return { name, at, record, ...(changes && { changes }) };
}
