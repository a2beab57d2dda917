import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What a server tells a browser, as far as a device cares. */
export interface Options {
  challenge: string;
  rp?: { id: string; name: string };
  rpId?: string;
  user?: { id: string; name: string; displayName: string };
  userVerification?: string;
  allowCredentials?: { id: string }[];
  excludeCredentials?: { id: string }[];
  authenticatorSelection?: Record<string, string>;
  attestation?: string;
}

/** What a dishonest browser or device may do otherwise. */
export interface Forgery {
  type?: string;
  origin?: string;
  challenge?: string;
  crossOrigin?: boolean;
  rpId?: string;
  /** Bits of the authenticator data: 1 present, 4 verified. */
  flags?: number;
  counter?: number;
  signature?: Buffer;
  id?: string;
  userHandle?: string;
  attestation?: { fmt: string; attStmt: Map<string, unknown> };
}

const PRESENT_AND_VERIFIED = 0x01 | 0x04;
const HAS_CREDENTIAL = 0x40;
/** A key that its maker keeps for all devices of a person, and has kept. */
export const SYNCED = 0x08 | 0x10;

const base64url = (bytes: Buffer | Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();

/** An authenticator and its browser in a few lines (Web Authentication, sections 6.1 and 6.5). */
export class SoftwarePasskey {
  readonly id = base64url(randomBytes(32));
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private userHandle = '';
  counter = 0;

  constructor(
    private readonly origin: string,
    private readonly extraFlags = 0,
  ) {}

  /** `navigator.credentials.create`, as JSON. */
  create(options: Options, forgery: Forgery = {}): string {
    this.userHandle = options.user?.id ?? '';
    const credential = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, 32]),
      Buffer.from(this.id, 'base64url'),
      isoCBOR.encode(this.coseKey()),
    ]);
    const data = { ...forgery, flags: (forgery.flags ?? PRESENT_AND_VERIFIED) | HAS_CREDENTIAL };
    const authData = Buffer.concat([this.authenticatorData(options.rp?.id ?? '', data), credential]);
    const { fmt, attStmt } = forgery.attestation ?? { fmt: 'none', attStmt: new Map<string, unknown>() };
    const attestation = new Map<string, unknown>([
      ['fmt', fmt],
      ['attStmt', attStmt],
      ['authData', new Uint8Array(authData)],
    ]);
    return this.answer(forgery, {
      clientDataJSON: base64url(this.clientData('webauthn.create', options, forgery)),
      attestationObject: base64url(isoCBOR.encode(attestation as never)),
      transports: ['internal', 'from-the-future'],
    });
  }

  /** `navigator.credentials.get`, as JSON. */
  get(options: Options, forgery: Forgery = {}): string {
    this.counter += 1;
    const clientData = this.clientData('webauthn.get', options, forgery);
    const authData = this.authenticatorData(options.rpId ?? '', { counter: this.counter, ...forgery });
    const signed = Buffer.concat([authData, sha256(clientData)]);
    return this.answer(forgery, {
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(authData),
      signature: base64url(forgery.signature ?? sign('sha256', signed, this.keys.privateKey)),
      userHandle: forgery.userHandle ?? this.userHandle,
    });
  }

  private answer({ id = this.id }: Forgery, response: Record<string, unknown>): string {
    return JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response });
  }

  private clientData(type: string, options: Options, forgery: Forgery): Buffer {
    const { challenge } = options;
    const data = { type, challenge, origin: this.origin, crossOrigin: false };
    const { type: t = type, challenge: c = challenge, origin: o = this.origin, crossOrigin: x = false } = forgery;
    return Buffer.from(JSON.stringify({ ...data, type: t, challenge: c, origin: o, crossOrigin: x }));
  }

  private authenticatorData(rpId: string, { rpId: forged = rpId, flags, counter = 0 }: Forgery): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const bits = (flags ?? PRESENT_AND_VERIFIED) | this.extraFlags;
    return Buffer.concat([sha256(forged), Buffer.from([bits]), count]);
  }

  /** RFC 9053, section 7.1: a key of ES256. */
  private coseKey(): Map<number, number | Uint8Array> {
    const { x = '', y = '' } = this.keys.publicKey.export({ format: 'jwk' });
    return new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]);
  }
}
