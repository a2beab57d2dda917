import { Module } from '@nestjs/common';
import { BreachedPasswords } from './breached-passwords.service.js';

/** Asks a breach service about new passwords, where the operator names one. */
@Module({ providers: [BreachedPasswords], exports: [BreachedPasswords] })
export class BreachedPasswordsModule {}
