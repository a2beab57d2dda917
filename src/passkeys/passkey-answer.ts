import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { webAuthnHelpers } from './web-authn.js';

/** Credential ids have at most 1023 bytes (Web Authentication, section 4). */
const CREDENTIAL_ID = /^[A-Za-z0-9_-]{1,1364}$/;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

/** What a browser sent, with what it says it signed. */
export interface PasskeyAnswer<Response> {
  response: Response;
  challenge: string;
}

/** An answer of `navigator.credentials.create`. @returns undefined for what is none */
export async function readRegistration(text: string): Promise<PasskeyAnswer<RegistrationResponseJSON> | undefined> {
  const answer = readCredential(text);
  const { clientDataJSON, attestationObject, transports } = answer?.response ?? {};
  if (!answer || !isBase64Url(clientDataJSON) || !isBase64Url(attestationObject)) return undefined;
  const challenge = challengeOf(clientDataJSON);
  if (challenge === undefined || !(await isPlainAttestation(attestationObject))) return undefined;
  const known = Array.isArray(transports) ? TRANSPORTS.filter((transport) => transports.includes(transport)) : [];
  const response = { clientDataJSON, attestationObject, transports: known };
  return { challenge, response: { ...credentialOf(answer.id), response } };
}

/** An answer of `navigator.credentials.get`. @returns undefined for what is none */
export function readAssertion(text: string): PasskeyAnswer<AuthenticationResponseJSON> | undefined {
  const answer = readCredential(text);
  const { clientDataJSON, authenticatorData, signature, userHandle } = answer?.response ?? {};
  if (!answer || !isBase64Url(clientDataJSON) || !isBase64Url(authenticatorData)) return undefined;
  const challenge = challengeOf(clientDataJSON);
  if (challenge === undefined || !isBase64Url(signature)) return undefined;
  const response = { clientDataJSON, authenticatorData, signature, ...(isBase64Url(userHandle) && { userHandle }) };
  return { challenge, response: { ...credentialOf(answer.id), response } };
}

function readCredential(text: string): { id: string; response: Record<string, unknown> } | undefined {
  const { id, rawId, type, response } = (parse(text) ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string' || !CREDENTIAL_ID.test(id) || rawId !== id || type !== 'public-key') return undefined;
  return typeof response === 'object' && response !== null
    ? { id, response: response as Record<string, unknown> }
    : undefined;
}

const credentialOf = (id: string) => ({ id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} });

/** Nothing signed within a frame of another site is taken; our pages can't be framed. */
function challengeOf(clientDataJSON: string): string | undefined {
  const data = parse(Buffer.from(clientDataJSON, 'base64url').toString()) as Record<string, unknown> | null | undefined;
  return typeof data?.challenge === 'string' && data.crossOrigin !== true ? data.challenge : undefined;
}

/**
 * We ask for no attestation. Certificates that come nevertheless are refused unread: checking them could make this
 * server fetch addresses that they name.
 */
async function isPlainAttestation(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await webAuthnHelpers();
  try {
    const decoded = decodeAttestationObject(Uint8Array.from(Buffer.from(attestationObject, 'base64url')));
    const format = decoded.get('fmt');
    return format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
  } catch {
    return false;
  }
}

const isBase64Url = (value: unknown): value is string => typeof value === 'string' && BASE64URL.test(value);

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}
