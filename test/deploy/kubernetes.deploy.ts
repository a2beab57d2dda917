import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { isPublicAddress } from '../../src/infra/http/public-address.js';
import { ROOT } from './dockerfile.js';
import { find, KUBERNETES, type Manifest, OVERLAYS, render, schemaProblem, unknownFields } from './manifests.js';
import { knownSettings, LEFT_OUT, problemsOf, SECRETS } from './settings.js';

const rendered = new Map<string, Manifest[]>();
beforeAll(() => OVERLAYS.forEach((overlay) => rendered.set(overlay, render(`overlays/${overlay}`))));
const of = (overlay: string): Manifest[] => rendered.get(overlay) ?? [];

/** Everything with pods in it. */
const workloads = (overlay: string) => of(overlay).filter(({ kind }) => ['Deployment', 'Job'].includes(kind));
const podOf = (workload: Manifest) => workload.spec.template.spec;
const containersOf = (workload: Manifest): any[] => podOf(workload).containers;

/** Of every kind that there is: clouds' own ones first, the last and the next of networks for special use, public ones. */
const ADDRESSES = [
  ...['169.254.169.254', '168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', 'fe80::a9fe:a9fe'],
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '127.0.0.1'],
  ...['0.0.0.1', '192.0.2.1', '192.88.99.1', '198.19.0.1', '203.0.113.1', '224.0.0.1', '255.255.255.255', '::1'],
  ...['::ffff:10.0.0.1', '64:ff9b::a00:1', '2001::1', '2001:db8::1', '2002:a00:1::1', 'fc00::1', 'ff02::1'],
  ...['8.8.8.8', '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '223.255.255.255', '2606:4700::1111'],
];

it('there are the overlays that the documentation names', () => {
  expect(OVERLAYS.sort()).toEqual(['cloudnative-pg', 'gateway', 'production']);
});

it('no object has a field that its kind does not have', () => {
  expect(unknownFields(OVERLAYS.flatMap(of))).toEqual([]);
});

describe.each(OVERLAYS)('the overlay %s', (overlay) => {
  it('has the right types everywhere, by the schema of each kind', async () => {
    const problems: (string | undefined)[] = [];
    // One after the other: jest loads no module twice at a time.
    for (const manifest of of(overlay)) problems.push(await schemaProblem(manifest));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect(of(overlay).length).toBeGreaterThan(10);
  });

  it('has no secret and no CronJob in it', () => {
    const kinds = of(overlay).map(({ kind }) => kind);
    expect(kinds.filter((kind) => ['Secret', 'CronJob', 'Role', 'ClusterRole', 'RoleBinding'].includes(kind))).toEqual(
      [],
    );
  });

  it('puts everything into its namespace, which admits restricted pods only', () => {
    const elsewhere = of(overlay).filter((one) => one.kind !== 'Namespace' && one.metadata.namespace !== 'barong');
    expect(elsewhere).toEqual([]);
    expect(find(of(overlay), 'Namespace').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  it('leads every reference to something', () => {
    const manifests = of(overlay);
    const service = find(manifests, 'Service').spec;
    const server = find(manifests, 'Deployment').spec;
    for (const selector of [service.selector, server.selector.matchLabels]) {
      expect(server.template.metadata.labels).toMatchObject(selector);
      for (const job of manifests.filter(({ kind }) => kind === 'Job'))
        expect(job.spec.template.metadata.labels).not.toMatchObject(selector);
    }
    const ports = containersOf(find(manifests, 'Deployment'))[0].ports.map(({ name }: { name: string }) => name);
    for (const { targetPort } of service.ports) expect(ports).toContain(targetPort);
    const { scaleTargetRef } = find(manifests, 'HorizontalPodAutoscaler').spec;
    expect(find(manifests, scaleTargetRef.kind, scaleTargetRef.name)).toBeDefined();
    const monitored = find(manifests, 'ServiceMonitor').spec;
    expect(find(manifests, 'Service').metadata.labels).toMatchObject(monitored.selector.matchLabels);
    expect(service.ports.map(({ name }: { name: string }) => name)).toContain(monitored.endpoints[0].port);
    for (const workload of workloads(overlay))
      for (const { configMapRef } of containersOf(workload)[0].envFrom)
        expect(find(manifests, 'ConfigMap', configMapRef.name)).toBeDefined();
  });

  it('runs its pods with no right that they do not need', () => {
    expect(find(of(overlay), 'ServiceAccount').automountServiceAccountToken).toBe(false);
    for (const workload of workloads(overlay)) {
      const pod = podOf(workload);
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        serviceAccountName: 'barong',
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers']) expect(pod).not.toHaveProperty(field);
      for (const { emptyDir } of pod.volumes ?? []) expect(emptyDir.sizeLimit).toBeDefined();
      for (const container of containersOf(workload)) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(container.resources.limits)).toEqual(expect.arrayContaining(['cpu', 'memory']));
        expect(Object.keys(container.resources.requests)).toEqual(expect.arrayContaining(['cpu', 'memory']));
      }
    }
  });

  it('rolls without loss: a pod more, none less, and time to end (CONTROLS C-84)', () => {
    const deployment = find(of(overlay), 'Deployment');
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(deployment.spec).not.toHaveProperty('replicas');
    expect(podOf(deployment).terminationGracePeriodSeconds).toBe(45);
    const [server] = containersOf(deployment);
    expect(server.lifecycle.preStop.sleep.seconds).toBeLessThanOrEqual(10);
    const paths = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((name) => server[name].httpGet.path);
    expect(paths).toEqual(['/health/live', '/health/live', '/health/ready']);
    expect(find(of(overlay), 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    expect(find(of(overlay), 'HorizontalPodAutoscaler').spec.minReplicas).toBeGreaterThanOrEqual(2);
  });

  it('closes the network but for what is named', () => {
    const policies = of(overlay).filter(({ kind }) => kind === 'NetworkPolicy');
    const nothing = find(policies, 'NetworkPolicy', 'barong-nothing').spec;
    expect(nothing).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'barong' } },
      policyTypes: ['Ingress', 'Egress'],
    });
    for (const workload of workloads(overlay))
      expect(workload.spec.template.metadata.labels).toMatchObject(nothing.podSelector.matchLabels);
    const rules = policies.flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])]);
    for (const rule of rules) expect([rule.ports.length, (rule.from ?? rule.to)?.length]).not.toContain(0);
    expect(rules.filter((rule) => !rule.from && !rule.to)).toEqual([]);
  });

  it('lets in the proxy and Prometheus only, each to its port', () => {
    const policies = of(overlay).filter(({ kind }) => kind === 'NetworkPolicy');
    const ways = policies
      .flatMap(({ spec }) => (spec.ingress ?? []) as any[])
      .flatMap(({ from, ports }) =>
        from.map((peer: object) => [peer, ports.map(({ port }: { port: string }) => port)]),
      );
    const namespaces = (label: string) => ({ namespaceSelector: { matchLabels: { [label]: 'true' } } });
    expect(new Map(ways)).toEqual(
      new Map([
        [namespaces('barong-way-in'), ['http']],
        [namespaces('barong-metrics'), ['metrics']],
      ]),
    );
  });

  it('lets nothing out to addresses that are not public, but for those of the database (CONTROLS C-58)', () => {
    const policies = of(overlay).filter(({ kind }) => kind === 'NetworkPolicy');
    const blocks = policies
      .filter(({ metadata }) => metadata.name !== 'barong-outside')
      .flatMap(({ spec }) => (spec.egress ?? []) as any[])
      .flatMap(({ to, ports }) => to.map(({ ipBlock }: any) => ({ ipBlock, ports })))
      .filter(({ ipBlock }) => ipBlock);
    const reached = (address: string) => blocks.some(({ ipBlock }) => isInside(address, ipBlock));
    expect(ADDRESSES.filter((address) => reached(address) !== isPublicAddress(address))).toEqual([]);
    expect(ADDRESSES.filter(isPublicAddress).length).toBeGreaterThan(5);
    const ports = blocks.flatMap((block) => block.ports.map(({ port }: { port: number }) => port));
    expect(new Set(ports)).toEqual(new Set([443, 8443, 465, 587, 5671, 6380]));
  });

  it('sets what class Config knows and all that production asks for', () => {
    const known = knownSettings();
    for (const workload of workloads(overlay)) {
      const { given, secrets, optional } = settingsOf(overlay, workload);
      expect(Object.keys({ ...given, ...secrets }).filter((name) => !known.has(name))).toEqual([]);
      expect(problemsOf({ ...given, ...secrets })).toEqual([]);
      // A secret that may be missing is one that the server starts without, and the other way round.
      for (const name of Object.keys(secrets)) {
        const problems = problemsOf({ ...given, ...secrets, [name]: undefined });
        expect([name, problems.length === 0]).toEqual([name, optional.includes(name)]);
      }
    }
  });

  it('leaves every other setting at its default, and somebody has looked at each', () => {
    const { given, secrets } = settingsOf(overlay, find(of(overlay), 'Deployment'));
    const absent = [...knownSettings()].filter((name) => !(name in given) && !(name in secrets));
    expect(absent.sort()).toEqual(LEFT_OUT);
  });

  it('sends people to the host of PUBLIC_URL', () => {
    const { given } = settingsOf(overlay, find(of(overlay), 'Deployment'));
    const { host } = new URL(given.PUBLIC_URL ?? '');
    const ingress = of(overlay).find(({ kind }) => kind === 'Ingress')?.spec;
    const hosts = ingress
      ? [ingress.rules[0].host, ...ingress.tls[0].hosts]
      : find(of(overlay), 'HTTPRoute').spec.hostnames;
    expect(new Set(hosts)).toEqual(new Set([host]));
  });

  it('migrates before it serves (CONTROLS C-92)', () => {
    const job = find(of(overlay), 'Job', 'barong-migration');
    const [migration] = containersOf(job);
    expect(migration.command).toEqual(['node', 'dist/src/cli.js', 'migrate']);
    const deployment = find(of(overlay), 'Deployment');
    expect(migration.image).toBe(containersOf(deployment)[0].image);
    const wave = (one: Manifest) => Number(one.metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
    expect(wave(job)).toBeLessThan(wave(deployment));
    expect(job.metadata.annotations).toMatchObject({ 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation' });
    const database = (one: Manifest) =>
      containersOf(one)[0].env.find(({ name }: { name: string }) => name === 'DATABASE_URL').valueFrom;
    expect(database(job)).toEqual(database(deployment));
  });
});

/** Whether an address lies in the CIDR of a NetworkPolicy and in none of those that it leaves out. */
function isInside(address: string, { cidr, except = [] }: { cidr: string; except?: string[] }): boolean {
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const has = (network: string) => {
    const [base = '', bits] = network.split('/');
    if (isIP(base) !== isIP(address)) return false;
    const list = new BlockList();
    list.addSubnet(base, Number(bits), family);
    return list.check(address, family);
  };
  return has(cidr) && !except.some(has);
}

/** What a container finds in its environment, with examples for the secrets. */
function settingsOf(overlay: string, workload: Manifest) {
  const [container] = containersOf(workload);
  const given: Record<string, string> = {};
  for (const { configMapRef } of container.envFrom)
    Object.assign(given, find(of(overlay), 'ConfigMap', configMapRef.name).data);
  const references = container.env as { name: string; valueFrom: { secretKeyRef: { optional?: boolean } } }[];
  const secrets = Object.fromEntries(references.map(({ name }) => [name, SECRETS[name] ?? `no example of ${name}`]));
  const optional = references.filter(({ valueFrom }) => valueFrom.secretKeyRef.optional).map(({ name }) => name);
  return { given, secrets, optional };
}

it('with CloudNativePG the database is in the cluster and loses no commit with a node', () => {
  const manifests = of('cloudnative-pg');
  const cluster = find(manifests, 'Cluster', 'barong-postgres').spec;
  expect(cluster.instances).toBe(3);
  expect(cluster.postgresql.synchronous).toEqual({ method: 'any', number: 1 });
  for (const workload of workloads('cloudnative-pg')) {
    const { valueFrom } = containersOf(workload)[0].env.find(({ name }: { name: string }) => name === 'DATABASE_URL');
    expect(valueFrom.secretKeyRef).toEqual({ name: 'barong-postgres-app', key: 'uri' });
  }
  expect(manifests.filter(({ metadata }) => metadata.name === 'barong-outside')).toEqual([]);
  const { maxReplicas } = find(manifests, 'HorizontalPodAutoscaler').spec;
  expect(Number(cluster.postgresql.parameters.max_connections)).toBeGreaterThanOrEqual(maxReplicas * 14 + 10);
});

const ALERTS = path.join(ROOT, 'deploy/prometheus/alerts.yaml');
(existsSync(ALERTS) ? it : it.skip)('the alerts of the cluster are those of deploy/prometheus/alerts.yaml', () => {
  const { groups } = parse(readFileSync(ALERTS, 'utf8')) as { groups: unknown };
  expect(find(of('production'), 'PrometheusRule').spec.groups).toEqual(groups);
});

describe('roll-out.sh', () => {
  /** Runs it with a kubectl that renders as the real one does, and of all else writes down that it was asked. */
  function rollOut(migration: 'complete' | 'failed') {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'barong-roll-out-'));
    const real = spawnSync('which', ['kubectl'], { encoding: 'utf8' }).stdout.trim();
    const script = `#!/bin/sh
      [ "$1" = kustomize ] && exec ${real} "$@"
      echo "$@" | sed 's#-f [^ ]*#-f …#' >>${directory}/asked
      case "$*" in *wait*) case "$*" in *condition=${migration}*) exit 0 ;; *) exit 1 ;; esac ;; esac`;
    writeFileSync(path.join(directory, 'kubectl'), script);
    chmodSync(path.join(directory, 'kubectl'), 0o755);
    const { status } = spawnSync(path.join(KUBERNETES, 'roll-out.sh'), [path.join(KUBERNETES, 'overlays/production')], {
      env: { ...process.env, PATH: `${directory}:${process.env.PATH}` },
    });
    const asked = readFileSync(path.join(directory, 'asked'), 'utf8').trim().split('\n');
    rmSync(directory, { recursive: true });
    return { status, asked };
  }
  const APPLY_SERVER = 'apply -f … -l app.kubernetes.io/component=server';

  it('gives the server the new version after the migration', () => {
    expect(rollOut('complete')).toEqual({
      status: 0,
      asked: [
        '--namespace barong delete job barong-migration --ignore-not-found',
        'apply -f … -l app.kubernetes.io/component!=server',
        '--namespace barong wait job/barong-migration --for=condition=complete --timeout=10s',
        APPLY_SERVER,
        '--namespace barong rollout status deployment/barong --timeout=15m',
      ],
    });
  });

  it('leaves the server as it is when the migration failed', () => {
    const { status, asked } = rollOut('failed');
    expect(status).toBe(1);
    expect(asked).not.toContain(APPLY_SERVER);
  });
});
