import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Config } from '../config/config.js';
import { AuthErrors } from './auth.errors.js';

/**
 * Forms are taken from our own pages only (CONTROLS C-48). Browsers say where a form stands by Sec-Fetch-Site; those
 * too old for it by Origin, which is `null` under our Referrer-Policy and so no proof.
 */
@Injectable()
export class SameOrigin implements CanActivate {
  constructor(private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.method === 'GET' || request.method === 'HEAD') return true;
    const site = request.get('sec-fetch-site');
    const isOurs = site === undefined ? request.get('origin') === this.config.publicUrl : site === 'same-origin';
    if (!isOurs) throw AuthErrors.crossSite();
    return true;
  }
}
