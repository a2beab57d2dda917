import { Global, Module } from '@nestjs/common';
import { Cipher } from './cipher.service.js';
import { Fingerprints } from './fingerprints.service.js';
import { HashPool } from './hash-pool.service.js';
import { PasswordHasher } from './password-hasher.service.js';

/** Passwords, encryption at rest, fingerprints. */
@Global()
@Module({
  providers: [HashPool, PasswordHasher, Cipher, Fingerprints],
  exports: [PasswordHasher, Cipher, Fingerprints],
})
export class CryptoModule {}
