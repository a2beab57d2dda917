import { describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { DeclaredAccess } from '../../src/auth/declared-access.service.js';
import { Public, Requires } from '../../src/common/principal.js';

@Controller('forgotten')
class ForgottenController {
  @Get('open')
  @Public()
  open() {
    return null;
  }

  @Get()
  undeclared() {
    return null;
  }
}

@Controller('declared')
@Requires({ firstParty: true })
class DeclaredController {
  @Get()
  byItsClass() {
    return null;
  }

  @Get('open')
  @Public()
  byItself() {
    return null;
  }
}

async function boot(...controllers: (new () => object)[]): Promise<DeclaredAccess> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    controllers,
    providers: [DeclaredAccess],
  }).compile();
  const app = module.createNestApplication({ logger: false });
  await app.init();
  await app.close();
  return app.get(DeclaredAccess);
}

describe('the boot', () => {
  it('stops at a route that does not say who may call it, and names it', async () => {
    await expect(boot(DeclaredController, ForgottenController)).rejects.toThrow(
      'routes without @Public() or @Requires(): ForgottenController.undeclared',
    );
  });

  it('goes on when every route does, itself or through its class', async () => {
    const access = await boot(DeclaredController);
    expect(access.routes()).toEqual([
      { handler: 'DeclaredController.byItsClass', rule: { firstParty: true } },
      { handler: 'DeclaredController.byItself', rule: 'public' },
    ]);
  });
});
