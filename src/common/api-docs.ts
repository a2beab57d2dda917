import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';

/** The one shape of a refusal. */
export class Refusal {
  @ApiProperty({
    description: 'What is wrong: a sentence, a list of sentences, or sentences by parameter.',
    oneOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'string' } },
      { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
    ],
    example: 'email is missing',
  })
  error!: string | string[] | Record<string, string[]>;

  @ApiProperty({ description: 'Stable machine name; see docs/errors.md.', example: 'request.invalid_parameters' })
  code!: string;

  @ApiProperty({ description: 'Names this request in the logs; also sent as X-Request-Id.' })
  request_id!: string;
}

/** Documents a refusal and what its `error` may say. */
export function ApiRefusal(
  status: number,
  description: string,
  ...errors: unknown[]
): MethodDecorator & ClassDecorator {
  const examples = Object.fromEntries(errors.map((error, index) => [`${index + 1}`, { value: { error } }]));
  return ApiResponse({
    status,
    description,
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Refusal' },
        ...(errors.length > 0 ? { examples } : {}),
      },
    },
  });
}

/** Documents a success with the class of its body; without one the body is `null`. */
export function ApiSuccess(status: 200 | 201 | 204, description: string, body?: Type | [Type]): MethodDecorator {
  if (status === 204) return ApiResponse({ status, description });
  if (body) return ApiResponse({ status, description, type: body as Type });
  const content = { 'application/json': { schema: { nullable: true }, example: null } };
  return ApiResponse({ status, description, content });
}

/** Documents a JWT sent as a JSON string. */
export function ApiToken(description: string): MethodDecorator {
  const example = 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJ1aWQiOiJJRDEyMzQ1Njc4OTAifQ.c2lnbmF0dXJl';
  return applyDecorators(ApiResponse({ status: 201, description, schema: { type: 'string', example } }));
}
