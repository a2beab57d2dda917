import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { Config } from '../../config/config.js';
import { KeysService } from '../../keys/keys.service.js';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../keys/signing-key.entity.js';
import { PUBLISHED_MINUTES, SigningKeysService } from '../../keys/signing-keys.service.js';
import { FormPage } from '../../pages/page.decorator.js';
import { Pages } from '../../pages/pages.service.js';
import { ConsoleErrors } from './console.errors.js';
import { wordFor } from './done-words.js';
import { FreshSignIn } from './fresh-sign-in.service.js';
import { KeysPage, RotateKeyPage } from './pages/keys.page.js';

class ListQuery {
  @OptionalText({ max: 32 }) done?: string;
}

/** The keys that sign tokens, for admins. */
@FormPage()
@Controller('admin/keys')
export class ConsoleKeysController {
  constructor(
    private readonly pages: Pages,
    private readonly store: SigningKeysService,
    private readonly keys: KeysService,
    private readonly fresh: FreshSignIn,
    private readonly config: Config,
  ) {}

  @Get()
  @RequiresPage('admin')
  async list(@Req() request: Request, @Res() response: Response, @Query() query: ListQuery): Promise<void> {
    const done = wordFor(this.pages.textsFor(request).consoleSettings.keys.done, query.done);
    const { keyRotationDays: rotationDays } = this.config;
    const page = <KeysPage keys={await this.store.list()} rotationDays={rotationDays} done={done} />;
    this.pages.show(request, response, page);
  }

  @Get(':algorithm/rotate')
  @RequiresPage('admin')
  async askForRotation(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('algorithm') name: string,
  ): Promise<void> {
    const algorithm = knownAlgorithm(name);
    if (!(await this.fresh.isGiven(principal, response, `/admin/keys/${algorithm}/rotate`))) return;
    const isYoung = await this.isNextYoung(algorithm);
    this.pages.show(request, response, <RotateKeyPage algorithm={algorithm} isYoung={isYoung} />);
  }

  @Post(':algorithm/rotate')
  @RequiresPage('admin')
  async rotate(
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Param('algorithm') name: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const algorithm = knownAlgorithm(name);
    if (!(await this.fresh.isGiven(principal, response, `/admin/keys/${algorithm}/rotate`))) return;
    await this.store.rotate(algorithm, { actor: principal.account.uid, origin });
    // The other servers see it within half a minute; this one signs with it at once.
    await this.keys.refresh();
    response.redirect(303, `/admin/keys?done=${algorithm}`);
  }

  private async isNextYoung(algorithm: SigningAlgorithm): Promise<boolean> {
    const keys = await this.store.list();
    const next = keys.find((key) => key.algorithm === algorithm && key.status === 'next');
    return next !== undefined && Date.now() - next.createdAt.getTime() < PUBLISHED_MINUTES * 60_000;
  }
}

/** @throws AppError 404 */
function knownAlgorithm(name: string): SigningAlgorithm {
  const algorithm = SIGNING_ALGORITHMS.find((each) => each === name);
  if (algorithm === undefined) throw ConsoleErrors.unknownAlgorithm();
  return algorithm;
}
