import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from './dockerfile.js';
import { knownSettings, problemsOf, SECRETS } from './settings.js';

const read = (file: string) => readFileSync(path.join(ROOT, 'deploy', file), 'utf8');
const text = read('compose.yaml');
const compose = parse(text, { merge: true }) as { services: Record<string, any>; volumes: object; networks: any };
const { services } = compose;
const SERVER = ['migrate', 'seed', 'server-1', 'server-2'];

/** The keys of a service that the Compose specification knows and that we have a use for. */
const SERVICE_KEYS = [
  ...['build', 'cap_drop', 'command', 'depends_on', 'environment', 'healthcheck', 'image', 'mem_limit', 'ports'],
  ...['read_only', 'restart', 'security_opt', 'stop_grace_period', 'volumes', 'networks'],
  'extra_hosts',
];

/** An environment as Compose would hand it over, with these values in deploy/.env. */
function environmentOf(service: string): Record<string, string> {
  const values: Record<string, string> = { ...SECRETS, POSTGRES_PASSWORD: 'secret', ADMIN_EMAIL: 'a@b.example' };
  const fill = (value: string) =>
    value.replace(/\$\{(\w+)(:[?-][^}]*)?\}/g, (_, name: string) => values[name] ?? `some ${name}`);
  return Object.fromEntries(
    Object.entries(services[service].environment as Record<string, string>).map(([name, value]) => [name, fill(value)]),
  );
}

describe('compose.yaml', () => {
  it('is made of keys that there are', () => {
    expect(Object.keys(compose).filter((key) => !key.startsWith('x-'))).toEqual([
      'name',
      'services',
      'volumes',
      'networks',
    ]);
    const odd = Object.entries(services).flatMap(([name, service]) =>
      Object.keys(service as object)
        .filter((key) => !SERVICE_KEYS.includes(key))
        .map((key) => `${name}.${key}`),
    );
    expect(odd).toEqual([]);
    for (const service of Object.values(services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(services).toHaveProperty([name]);
      for (const volume of service.volumes ?? []) {
        const [source = ''] = (volume as string).split(':');
        if (!source.startsWith('.')) expect(compose.volumes).toHaveProperty([source]);
      }
    }
  });

  it.each(SERVER)('%s starts with its settings, and each is known', (service) => {
    const settings = environmentOf(service);
    const known = knownSettings();
    expect(Object.keys(settings).filter((name) => !known.has(name))).toEqual([]);
    expect(problemsOf({ NODE_ENV: 'production', ...settings })).toEqual([]);
  });

  it('asks for every value that its example file lists, and for no other', () => {
    const asked = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    const listed = [...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)];
    expect(new Set(listed.map(([, name]) => name))).toEqual(asked);
    expect(listed.filter(([, , value]) => value !== '')).toEqual([]);
  });

  it('publishes on this machine only', () => {
    const published = Object.values(services).flatMap((service) => (service.ports ?? []) as string[]);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    for (const name of [...SERVER, 'postgres', 'redis']) expect(services[name]).not.toHaveProperty('ports');
  });

  it('starts the servers when database, counters and schema are there (CONTROLS C-92)', () => {
    for (const name of ['server-1', 'server-2'])
      expect(services[name].depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
        seed: { condition: 'service_completed_successfully' },
      });
    expect(services.seed.depends_on.migrate).toEqual({ condition: 'service_completed_successfully' });
    expect(services.nginx.depends_on).toMatchObject({ 'server-1': { condition: 'service_healthy' } });
    for (const name of ['server-1', 'postgres', 'redis']) expect(services[name].healthcheck.test[0]).toBe('CMD');
  });

  it('gives our processes no right that they do not need, and time to end (CONTROLS C-84)', () => {
    for (const name of SERVER)
      expect(services[name]).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        stop_grace_period: '45s',
      });
  });

  it('trusts nginx alone, whose address nobody else gets', () => {
    expect(services.nginx.networks.default.ipv4_address).toBe(environmentOf('server-1').TRUST_PROXY);
    expect(compose.networks.default.ipam.config).toEqual([{ subnet: '172.30.77.0/24', ip_range: '172.30.77.128/25' }]);
  });

  it('gives each server an address of its own, the one at which nginx finds it again after it was made anew', () => {
    const addressOf = (name: string): string => services[name].networks.default.ipv4_address;
    const fixed = ['nginx', 'server-1', 'server-2'].map(addressOf);
    expect(new Set(fixed).size).toBe(3);
    for (const address of fixed) expect(address).toMatch(/^172\.30\.77\.(\d|[1-9]\d|1[01]\d|12[0-7])$/);
    expect(services.nginx.extra_hosts).toEqual({
      'server-1': addressOf('server-1'),
      'server-2': addressOf('server-2'),
    });
  });

  it('names the version of every image, and lets a build name the digest of ours', () => {
    const images = Object.values(services).map(({ image }): string => image);
    expect(images.filter((image) => !/^[a-z/]+:(v?\d|local$)/.test(image))).toEqual([]);
    expect(services.migrate.build.args.NODE_IMAGE).toBe('${NODE_IMAGE:-node:24-slim}');
  });

  it('tells the password of the first admin to nobody but the one who makes them', () => {
    const told = SERVER.filter((name) => 'ADMIN_PASSWORD' in environmentOf(name));
    expect(told).toEqual(['seed']);
  });
});

describe('balancer.conf', () => {
  it('is good for nginx, which Debian has', () => {
    expect(existsSync('/usr/sbin/nginx')).toBe(true);
    const directory = mkdtempSync(path.join(os.tmpdir(), 'barong-balancer-'));
    const key = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '1'];
    spawnSync('openssl', [...key, '-keyout', 'server.key', '-out', 'server.crt'], { cwd: directory });
    // No name server knows the names of the compose file.
    const configuration = read('nginx/balancer.conf')
      .replaceAll(/server-\d:3000/g, '127.0.0.1:3000')
      .replaceAll('/etc/nginx/tls', directory);
    const main = `pid ${directory}/pid; error_log stderr; events {} http { access_log off; ${configuration} }`;
    writeFileSync(path.join(directory, 'nginx.conf'), main);
    const { status, stderr } = spawnSync('/usr/sbin/nginx', ['-t', '-c', path.join(directory, 'nginx.conf')], {
      encoding: 'utf8',
    });
    rmSync(directory, { recursive: true });
    expect([status, stderr.includes('[warn]') || stderr.includes('[emerg]') ? stderr : '']).toEqual([0, '']);
  });

  it('knows the servers of the compose file', () => {
    const servers = [...read('nginx/balancer.conf').matchAll(/^\s*server ([\w-]+):3000/gm)].map(([, name]) => name);
    expect(servers).toEqual(Object.keys(services).filter((name) => name.startsWith('server-')));
  });
});
