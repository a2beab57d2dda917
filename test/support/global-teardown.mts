import { removeTestServer } from './test-server.js';

/** Jest runs this once, also after tests that failed. */
export default async function globalTeardown(): Promise<void> {
  await removeTestServer();
}
