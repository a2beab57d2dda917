import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { Refusal } from './common/api-docs.js';
import type { Config } from './config/config.js';

/** Swagger UI styles its own elements and shows its logo as a data URL. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The OpenAPI 3 description at /api/openapi.json and the page that shows it at /api/docs. */
export function serveApiDocs(app: NestExpressApplication, config: Config): void {
  app.use('/api/docs', (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Content-Security-Policy', DOCS_POLICY);
    next();
  });
  // Made when somebody asks for the first time: starting does not wait for it, and most servers are never asked.
  SwaggerModule.setup('api/docs', app, () => describeApi(app, config), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: `${config.appName} API`,
    swaggerOptions: { persistAuthorization: false, docExpansion: 'list' },
  });
}

export function describeApi(app: NestExpressApplication, config: Config): OpenAPIObject {
  const options = new DocumentBuilder()
    .setTitle(`${config.appName} API`)
    .setDescription(
      'Accounts, sessions and identity. Refusals have one shape: `{"error": …, "code": …, "request_id": …}`.',
    )
    .setVersion('1.0')
    .addServer(config.publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, options, { extraModels: [Refusal] });
  for (const operation of operationsOf(document)) describeBody(operation);
  return document;
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.values(document.paths).flatMap((path) =>
    [path.get, path.post, path.put, path.patch, path.delete].filter((operation) => operation !== undefined),
  );
}

/** Every JSON body may come as a form too, with the same names. */
function describeBody(operation: Operation): void {
  const content =
    operation.requestBody && 'content' in operation.requestBody ? operation.requestBody.content : undefined;
  const json = content?.['application/json'];
  if (!content || !json) return;
  content['application/x-www-form-urlencoded'] ??= json;
  content['multipart/form-data'] ??= json;
  const refusal = (description: string) => ({
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
  });
  operation.responses['413'] ??= refusal('The body is too large');
  operation.responses['415'] ??= refusal('The body is of another content type');
}
