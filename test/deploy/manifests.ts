import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { ROOT } from './dockerfile.js';

export const KUBERNETES = path.join(ROOT, 'deploy/kubernetes');
export const OVERLAYS = readdirSync(path.join(KUBERNETES, 'overlays'));

/** An object of the cluster, as kubectl would send it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: any;
}

/** What kubectl makes of a folder of deploy/kubernetes. @throws Error with what it complains about */
export function render(folder: string): Manifest[] {
  const text = execFileSync('kubectl', ['kustomize', path.join(KUBERNETES, folder)], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document): Manifest => document.toJS());
}

export function find(manifests: Manifest[], kind: string, name = 'barong'): Manifest {
  const found = manifests.filter((one) => one.kind === kind && one.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name}`);
  return found[0];
}

/** Packages that know the resources of operators; all others are Kubernetes' own. */
const OPERATORS: Record<string, string> = {
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'postgresql.cnpg.io': '@kubernetes-models/cloudnative-pg',
};

function moduleOf({ apiVersion }: Manifest): string {
  return `${OPERATORS[apiVersion.split('/')[0] ?? ''] ?? 'kubernetes-models'}/${apiVersion}`;
}

/** What the schema of its kind says against a manifest; it knows types, formats and what is needed. */
export async function schemaProblem(manifest: Manifest): Promise<string | undefined> {
  const models = (await import(moduleOf(manifest))) as Record<string, new (from: object) => { validate(): void }>;
  const Model = models[manifest.kind];
  if (!Model) return `${manifest.apiVersion} has no ${manifest.kind}`;
  try {
    new Model(manifest).validate();
    return undefined;
  } catch (error) {
    return `${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`;
  }
}

/** Fields that the kinds do not have: the schemas let them pass, an API server drops them, TypeScript does not. */
export function unknownFields(manifests: Manifest[]): string[] {
  const file = path.join(ROOT, 'test/deploy/rendered.ts');
  const text = manifests
    .map((one, at) => {
      const { kind } = one;
      return `import type { I${kind} as T${at} } from '${moduleOf(one)}';\nexport const m${at}: T${at} = ${JSON.stringify(one, null, 1)};`;
    })
    .join('\n');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, languageVersion, ...rest) =>
    name === file
      ? ts.createSourceFile(name, text, languageVersion)
      : getSourceFile.call(host, name, languageVersion, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
