/** The parts of an OpenAPI 3 document that the tests look at; what is not declared here is looked at as unknown. */
export interface ApiDocument {
  openapi: string;
  info: { title?: string; version?: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, unknown> };
}

export interface Operation {
  operationId: string;
  summary?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema; description?: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
}

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  description?: string;
  example?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
}

export interface NamedOperation extends Operation {
  /** `METHOD /path`. */
  name: string;
  path: string;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object'];

export function operationsOf(document: ApiDocument): NamedOperation[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      path,
      name: `${method.toUpperCase()} ${path}`,
    })),
  );
}

/** The schema itself, or the one that it refers to. */
export function resolve(document: ApiDocument, schema: Schema): Schema {
  const [only] = schema.allOf ?? [];
  const ref = schema.$ref ?? only?.$ref;
  return ref === undefined ? schema : (document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {});
}

/** What makes the document no OpenAPI 3 (sections 4.7.1 to 4.7.24 of the specification, as far as we use them). */
export function problemsOf(document: ApiDocument): string[] {
  const operations = operationsOf(document);
  const ids = operations.map(({ operationId }) => operationId);
  return [
    ...(/^3\.[01]\.\d+$/.test(document.openapi) ? [] : [`openapi is ${document.openapi}`]),
    ...(document.info.title && document.info.version ? [] : ['info lacks title or version']),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} stands twice`),
    ...operations.flatMap((operation) =>
      operationProblems(document, operation).map((it) => `${operation.name}: ${it}`),
    ),
    ...schemaProblems(document),
  ];
}

function operationProblems(document: ApiDocument, operation: NamedOperation): string[] {
  const { name, path, parameters = [], responses, requestBody, security = [] } = operation;
  const method = (name.split(' ')[0] ?? '').toLowerCase();
  const templated = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const schemes = security.flatMap((requirement) => Object.keys(requirement));
  return [
    ...(METHODS.includes(method) ? [] : ['no method of HTTP']),
    ...(/^\/[^:*?]*$/.test(path) ? [] : ['no path template']),
    ...(templated.sort().join() ===
    inPath
      .map((it) => it.name)
      .sort()
      .join()
      ? []
      : ['path and parameters differ']),
    ...inPath.filter((it) => it.required !== true).map((it) => `${it.name} is not required`),
    ...parameters.filter((it) => !['path', 'query', 'header', 'cookie'].includes(it.in)).map((it) => `in ${it.in}`),
    ...parameters.filter((it) => it.schema === undefined).map((it) => `${it.name} has no schema`),
    ...(Object.keys(responses).length > 0 ? [] : ['no responses']),
    ...Object.keys(responses).filter((status) => !/^([1-5]\d\d|default)$/.test(status)),
    ...Object.entries(responses).flatMap(([status, { description }]) => (description ? [] : [`${status}: no words`])),
    ...(requestBody && Object.keys(requestBody.content).length === 0 ? ['a body of no type'] : []),
    ...schemes.filter((scheme) => !(scheme in document.components.securitySchemes)).map((it) => `no scheme ${it}`),
  ];
}

/** Looks at every object that refers to a schema or is one, wherever it stands. */
function schemaProblems(document: ApiDocument): string[] {
  const problems: string[] = [];
  const look = (value: unknown, where: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { $ref, type, items } = value as Record<string, unknown>;
    if (typeof $ref === 'string' && !exists(document, $ref)) problems.push(`${where} refers to ${$ref}`);
    const isSchema = /\/(schema|items|schemas\/\w+|properties\/\w+)$/.test(where);
    if (isSchema && typeof type === 'string' && !TYPES.includes(type)) problems.push(`${where} has the type ${type}`);
    if (isSchema && type === 'array' && items === undefined) problems.push(`${where} is a list of nothing`);
    for (const [key, inner] of Object.entries(value)) {
      if (!['example', 'examples', 'default', 'enum'].includes(key)) look(inner, `${where}/${key}`);
    }
  };
  look(document, '#');
  return problems;
}

function exists(document: ApiDocument, ref: string): boolean {
  const steps = ref.split('/').slice(1);
  const found = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
  return ref.startsWith('#/') && found !== undefined;
}
