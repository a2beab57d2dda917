import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestOrigin } from '../common/request-origin.js';

/** The provider calls our storage without saying on whose behalf; sessions remember their browser. */
const origins = new AsyncLocalStorage<RequestOrigin>();

export const withOrigin = <T>(origin: RequestOrigin, work: () => T): T => origins.run(origin, work);
export const currentOrigin = (): RequestOrigin | undefined => origins.getStore();
