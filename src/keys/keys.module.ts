import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { JwksController } from './jwks.controller.js';
import { KeyRotationService } from './key-rotation.service.js';
import { KeysService } from './keys.service.js';
import { SigningKey } from './signing-key.entity.js';
import { SigningKeysService } from './signing-keys.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([SigningKey]), AuditModule],
  controllers: [JwksController],
  providers: [SigningKeysService, KeysService, KeyRotationService],
  exports: [SigningKeysService, KeysService],
})
export class KeysModule {}
