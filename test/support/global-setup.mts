import { startTestServer } from './test-server.js';

/** Jest runs this once, before the workers start. */
export default async function globalSetup(): Promise<void> {
  await startTestServer();
}
