import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../common/principal.js';
import { KeysService } from './keys.service.js';

@ApiTags('OpenID Connect')
@Controller('oauth/jwks')
export class JwksController {
  constructor(private readonly keys: KeysService) {}

  @Get()
  @Public()
  @Header('Content-Type', 'application/jwk-set+json')
  @Header('Cache-Control', 'public, max-age=300')
  @Header('Access-Control-Allow-Origin', '*')
  @ApiOperation({ summary: 'The public keys that verify our tokens (RFC 7517)' })
  @ApiOkResponse({ description: 'A JSON Web Key Set', schema: { type: 'object', example: { keys: [] } } })
  jwks(): string {
    return this.keys.jwks;
  }
}
