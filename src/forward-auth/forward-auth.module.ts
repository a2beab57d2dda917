import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ForwardAuthController } from './forward-auth.controller.js';
import { ForwardAuth } from './forward-auth.service.js';

/** Tells proxies who the requests come from that they let through to other sites. */
@Module({
  imports: [AuthModule],
  controllers: [ForwardAuthController],
  providers: [ForwardAuth],
})
export class ForwardAuthModule {}
