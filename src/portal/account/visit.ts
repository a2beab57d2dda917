import type { Request, Response } from 'express';
import type { Principal } from '../../common/principal.js';

/** A page of the account to answer with: the request, its answer, whose account it is, and where they came from. */
export interface Visit {
  request: Request;
  response: Response;
  principal: Principal;
  /** Path of this server to go back to. */
  returnTo: string | undefined;
}
