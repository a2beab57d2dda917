import { describe, expect, it } from '@jest/globals';
import { ADMIN } from '../support/app.js';
import { signIn } from '../support/client.js';
import { startProcess } from '../support/server-process.js';
import { mine, PROFILE, submit } from './profiles.js';

describe('the date of birth', () => {
  it.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago'])('is the same day on a server in %s', async (TZ) => {
    const server = await startProcess({ TZ });
    try {
      const token = await signIn(server, ADMIN);
      expect((await submit(server, token, PROFILE)).status).toBe(201);
      expect((await mine(server, token)).body.dob).toBe(PROFILE.dob);
      expect(await server.sql('SELECT dob::text FROM profiles')).toEqual([{ dob: PROFILE.dob }]);
    } finally {
      await server.clean();
    }
  });
});
