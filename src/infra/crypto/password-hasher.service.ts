import { createHmac, randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { Cipher } from './cipher.service.js';
import { deriveKey } from './derived-keys.js';
import { HashPool } from './hash-pool.service.js';

export interface PasswordCheck {
  valid: boolean;
  /** The hash is of an older scheme, cost or secret and should be made anew now that the password is at hand. */
  outdated: boolean;
}

interface StoredHash {
  /** Undefined for hashes imported from Barong 1.7, which are plain bcrypt of the password. */
  pepperVersion: number | undefined;
  /** What Devise put behind each password, sealed; undefined where there was no such thing. */
  suffixSealed?: Buffer;
  bcrypt: string;
}

/** Whoever could write this into a row can write any hash there, so it needs no row of its own. */
const SUFFIX_CONTEXT = 'devise-pepper';
/** Costs 4 to 15: a single hash of a higher one would hold a thread for seconds. */
const DEVISE_HASH = /^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;

/**
 * Stored forms: `v1$<version of SECRET_KEY>$<bcrypt>` over HMAC-SHA-256 of the password in NFKC, and for imported hashes
 * `v0$<bcrypt>`, or `v0p$<sealed pepper of Devise>$<bcrypt>`. The HMAC gives bcrypt 44 bytes without NUL, so nothing of a
 * long password is cut off, and its key makes a stolen table useless by itself (CONTROLS C-13).
 */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly peppers: Map<number, Buffer>;
  private readonly newest: number;
  private readonly cost: number;
  private decoy = '';

  constructor(
    config: Config,
    private readonly pool: HashPool,
    private readonly cipher: Cipher,
  ) {
    this.peppers = new Map(config.secretKeys.map((key) => [key.version, deriveKey(key, 'password-pepper')]));
    this.newest = config.secretKeys[0]?.version ?? 0;
    this.cost = config.bcryptCost;
  }

  async onModuleInit(): Promise<void> {
    this.decoy = await this.hash(randomBytes(16).toString('base64'));
  }

  /** @throws AppError 503 when too much is waiting to be hashed */
  assertCapacity(): void {
    this.pool.assertCapacity();
  }

  /** @throws AppError 503 as above */
  async hash(password: string): Promise<string> {
    const bcrypt = await this.pool.hash(this.peppered(password, this.newest), this.cost);
    return `v1$${this.newest}$${bcrypt}`;
  }

  /**
   * Checks a password in the time of one bcrypt at the current cost, also when there is no account to check against.
   * @throws AppError 503 as above
   */
  async verify(password: string, stored: string | undefined): Promise<PasswordCheck> {
    const parsed = parse(stored ?? this.decoy);
    const { pepperVersion, bcrypt } = parsed;
    const input =
      pepperVersion === undefined ? this.asDevise(password, parsed) : this.peppered(password, pepperVersion);
    const cost = Number(bcrypt.slice(4, 6));
    const matches = await this.pool.compare(input, bcrypt, this.paddingFor(cost));
    return {
      valid: matches && stored !== undefined,
      outdated: pepperVersion !== this.newest || cost !== this.cost,
    };
  }

  /**
   * The stored form of a hash that Devise made: bcrypt of the password, followed by the pepper if its settings had one.
   * @returns undefined for what is no such hash, or one that takes longer to check than any of ours may
   */
  importedForm(bcrypt: string, devisePepper?: string): string | undefined {
    if (!DEVISE_HASH.test(bcrypt)) return undefined;
    if (devisePepper === undefined) return `v0$${bcrypt}`;
    return `v0p$${this.cipher.seal(devisePepper, SUFFIX_CONTEXT).toString('base64url')}$${bcrypt}`;
  }

  private asDevise(password: string, { suffixSealed }: StoredHash): string {
    return suffixSealed ? password + this.cipher.open(suffixSealed, SUFFIX_CONTEXT).toString() : password;
  }

  /** 2^c + (2^c + 2^(c+1) + … + 2^(C-1)) = 2^C: what an older, cheaper hash has to burn to take as long as a new one. */
  private paddingFor(cost: number): number[] {
    return Array.from({ length: Math.max(0, this.cost - cost) }, (_, step) => cost + step);
  }

  private peppered(password: string, version: number): string {
    const pepper = this.peppers.get(version);
    if (!pepper)
      throw new Error(`a password was hashed with version ${version} of SECRET_KEY, which is not configured`);
    return createHmac('sha256', pepper).update(password.normalize('NFKC')).digest('base64');
  }
}

function parse(stored: string): StoredHash {
  const current = /^v1\$(\d+)\$(\$2b\$.+)$/.exec(stored);
  if (current) return { pepperVersion: Number(current[1]), bcrypt: current[2] ?? '' };
  const imported = /^v0(?:p\$([\w-]+))?\$(\$2[aby]\$.+)$/.exec(stored);
  if (imported) {
    const [, suffix, bcrypt = ''] = imported;
    return {
      pepperVersion: undefined,
      ...(suffix !== undefined && { suffixSealed: Buffer.from(suffix, 'base64url') }),
      bcrypt: bcrypt.replace(/^\$2y\$/, '$2b$'),
    };
  }
  throw new Error('a stored password hash has an unknown form');
}
