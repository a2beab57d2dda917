import { randomBytes } from 'node:crypto';
import { Webhook as Signer } from 'standardwebhooks';

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;
/** How long a receiver may take to change over to a new secret; until then both sign. */
export const OVERLAP_HOURS = 24;

/** What a webhook's secrets are sealed for; they open for no other. */
export const secretContext = (webhookUid: string): string => `webhook-secret:${webhookUid}`;

export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

export interface SignedMessage {
  /** Alike in every try. */
  id: string;
  /** When it is sent: a receiver refuses what is more than five minutes old. */
  at: Date;
  body: string;
}

/** The headers by which a receiver sees that it was us (standardwebhooks.com). @param secrets one signature for each */
export function signatureHeaders({ id, at, body }: SignedMessage, secrets: readonly string[]): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, at, body)).join(' '),
  };
}
