import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Cipher } from '../infra/crypto/cipher.service.js';
import { signingKeyActivated } from '../infra/metrics/metrics.js';
import { KeyRing, type PrivateJwk, type Signer, type Verifier } from './key-ring.js';
import { SigningKeysService } from './signing-keys.service.js';
import type { SigningAlgorithm } from './signing-key.entity.js';

/** How soon every replica signs with a rotated key. */
const REFRESH_MS = 30_000;
/** A token with an unknown key may ask the database this often, so that made-up names do not hammer it. */
const UNKNOWN_KEY_REFRESH_MS = 5_000;

/** The keys of this process: what signs and what verifies, refreshed from the database. */
@Injectable()
export class KeysService implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Keys');
  private readonly listeners: (() => void)[] = [];
  private ring: KeyRing | undefined;
  private fingerprint = '';
  private refreshedAt = 0;
  private refreshing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SigningKeysService,
    private readonly cipher: Cipher,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.store.ensure();
    await this.refresh();
    this.timer = setInterval(() => {
      this.refresh().catch(() => this.logger.warn({ msg: 'signing keys could not be refreshed' }));
    }, REFRESH_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Calls back after the set of keys has changed: whatever was remembered about verified tokens is stale then. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  signer(algorithm: SigningAlgorithm): Signer {
    return this.loaded.signer(algorithm);
  }

  /** The published key set as JSON. */
  get jwks(): string {
    return this.loaded.jwks;
  }

  /** All keys with their private parts, for the OAuth provider; signing ones first. */
  get privateJwks(): PrivateJwk[] {
    return this.loaded.privateJwks;
  }

  /** Finds the key of a token, also one that another replica has just begun to use. */
  async verifier(kid: string): Promise<Verifier | undefined> {
    const known = this.loaded.verifier(kid);
    if (known || Date.now() - this.refreshedAt < UNKNOWN_KEY_REFRESH_MS) return known;
    await this.refresh();
    return this.loaded.verifier(kid);
  }

  /** Reads the keys again; parallel calls share one read. */
  refresh(): Promise<void> {
    this.refreshing ??= this.load().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async load(): Promise<void> {
    const keys = await this.store.list();
    this.refreshedAt = Date.now();
    const fingerprint = keys.map((key) => `${key.kid} ${key.status}`).join();
    if (fingerprint === this.fingerprint) return;
    this.ring = new KeyRing(keys, this.cipher);
    this.fingerprint = fingerprint;
    for (const { algorithm, status, activatedAt } of keys) {
      if (status === 'current' && activatedAt) signingKeyActivated.set({ algorithm }, activatedAt.getTime() / 1000);
    }
    for (const listener of this.listeners) listener();
  }

  private get loaded(): KeyRing {
    if (!this.ring) throw new Error('signing keys are not loaded yet');
    return this.ring;
  }
}
