import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Principal } from '../common/principal.js';

/** Finds who is signed in on our pages, by the cookie of the request. */
export type PageSessionReader = (request: Request, response: Response) => Promise<Principal | undefined>;

/** The pages' sessions are the OAuth provider's, whose folder stands above this one and hands its reader down. */
@Injectable()
export class PageSessionReaders {
  private reader: PageSessionReader | undefined;

  readWith(reader: PageSessionReader): void {
    this.reader = reader;
  }

  async find(request: Request, response: Response): Promise<Principal | undefined> {
    return this.reader?.(request, response);
  }
}
