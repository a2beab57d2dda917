import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { JSX } from 'preact';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AppError } from '../../common/app-error.js';
import { Pages } from '../../pages/pages.service.js';
import { PhonesService } from '../../phones/phones.service.js';
import { ProfilesService } from '../../profiles/profiles.service.js';
import type { Carried } from '../../ui/sign-in-forms.js';
import type { Texts } from '../../ui/texts/english/english.js';
import { ConsentPage } from '../pages/consent.page.js';
import { LevelPage, type LevelStep } from '../pages/level.page.js';
import { SecondFactorPage } from '../pages/second-factor.page.js';
import { SignInPage } from '../pages/sign-in.page.js';
import { SignUpPage } from '../pages/sign-up.page.js';
import type { Interaction } from './interaction.service.js';
import { requestedScopes } from './requested-scopes.js';

/** One page to answer with: the request, its answer, and where in an authorization request it stands. */
export interface Visit {
  request: Request;
  response: Response;
  interaction: Interaction;
}

/** Shows the page of a step; with `problem`, the same page again and what was wrong. */
@Injectable()
export class InteractionPages {
  constructor(
    private readonly pages: Pages,
    private readonly accounts: AccountsService,
    private readonly phones: PhonesService,
    private readonly profiles: ProfilesService,
  ) {}

  async show(visit: Visit): Promise<void> {
    if (visit.interaction.prompt === 'login') return this.signIn(visit);
    if (visit.interaction.prompt === 'level') return this.level(visit);
    return this.consent(visit);
  }

  signIn(visit: Visit, problem?: string, email?: string): void {
    const hint = visit.interaction.params.login_hint;
    const given = email ?? (typeof hint === 'string' ? hint : '');
    this.render(visit, <SignInPage {...frame(visit)} email={given} problem={problem} />, problem);
  }

  secondFactor(visit: Visit, carried: Carried, problem?: string): void {
    this.render(visit, <SecondFactorPage {...frame(visit)} carried={carried} problem={problem} />, problem);
  }

  signUp(visit: Visit, state: { done?: boolean; email?: string | undefined; problem?: string } = {}): void {
    this.render(visit, <SignUpPage {...frame(visit)} {...state} />, state.problem);
  }

  async level(visit: Visit, problem?: string): Promise<void> {
    const { accountUid, details } = visit.interaction;
    const account = await this.accounts.findByUid(accountUid ?? '');
    const wanted = Number(details.level);
    const level = account?.level ?? 0;
    const step = account && level < wanted ? await this.nextStep(account.id, level) : { kind: 'reached' as const };
    const page = <LevelPage {...frame(visit)} level={level} wanted={wanted} step={step} problem={problem} />;
    this.render(visit, page, problem);
  }

  /**
   * Sets status and headers of a refusal, which is shown on the page; faults of ours are not.
   * @returns what the person reads
   */
  problemOf({ request, response, interaction }: Visit, error: unknown): string {
    if (!(error instanceof AppError)) throw error;
    response.status(error.status).set(error.headers);
    const uiLocales = interaction.params.ui_locales;
    if (error.code === 'session.unauthorized') return this.pages.textsFor(request, { uiLocales }).signIn.wrong;
    return this.pages.problemOf(request, error, { uiLocales });
  }

  textsFor({ request, interaction }: Visit): Texts {
    return this.pages.textsFor(request, { uiLocales: interaction.params.ui_locales });
  }

  private async nextStep(accountId: string, level: number): Promise<LevelStep> {
    if (level < 2) {
      const numbers = await this.phones.listOf(accountId);
      return { kind: 'phone', pending: numbers.find((phone) => !phone.verified)?.number };
    }
    const profile = await this.profiles.findOf(accountId);
    return { kind: 'identity', waiting: profile?.state === 'pending' };
  }

  private consent(visit: Visit): void {
    const { redirectHost } = visit.interaction;
    const scopes = requestedScopes(visit.interaction);
    this.render(visit, <ConsentPage {...frame(visit)} scopes={scopes} redirectHost={redirectHost} />);
  }

  private render({ request, response, interaction }: Visit, page: JSX.Element, problem?: string): void {
    if (problem !== undefined && response.statusCode < 400) response.status(422);
    this.pages.show(request, response, page, { uiLocales: interaction.params.ui_locales });
  }
}

const frame = ({ interaction: { uid, application } }: Visit) => ({
  action: `/interaction/${uid}`,
  application: application.name,
});
