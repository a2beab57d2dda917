import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { VNode } from 'preact';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Config } from '../../config/config.js';
import { PhonesService } from '../../phones/phones.service.js';
import { renderPage } from '../../ui/layout.js';
import { consentPage } from '../pages/consent.page.js';
import { levelPage, type LevelStep } from '../pages/level.page.js';
import { secondFactorPage } from '../pages/second-factor.page.js';
import { signInPage } from '../pages/sign-in.page.js';
import { signUpPage } from '../pages/sign-up.page.js';
import type { Interaction } from './interaction.service.js';
import { requestedScopes } from './requested-scopes.js';

/** Shows the page of a step; with `problem`, the same page again and what was wrong. */
@Injectable()
export class InteractionPages {
  constructor(
    private readonly config: Config,
    private readonly accounts: AccountsService,
    private readonly phones: PhonesService,
  ) {}

  async show(response: Response, interaction: Interaction): Promise<void> {
    if (interaction.prompt === 'login') return this.signIn(response, interaction);
    if (interaction.prompt === 'level') return this.level(response, interaction);
    return this.consent(response, interaction);
  }

  signIn(response: Response, interaction: Interaction, problem?: string, email?: string): void {
    const hint = interaction.params.login_hint;
    const given = email ?? (typeof hint === 'string' ? hint : '');
    this.render(response, signInPage({ ...this.frame(interaction), email: given, problem }), problem);
  }

  secondFactor(response: Response, interaction: Interaction, challenge: string, problem?: string): void {
    this.render(response, secondFactorPage({ ...this.frame(interaction), challenge, problem }), problem);
  }

  signUp(response: Response, interaction: Interaction, state: { done?: boolean; problem?: string } = {}): void {
    this.render(response, signUpPage({ ...this.frame(interaction), ...state }), state.problem);
  }

  async level(response: Response, interaction: Interaction, problem?: string): Promise<void> {
    const account = await this.accounts.findByUid(interaction.accountUid ?? '');
    const wanted = Number(interaction.details.level);
    const level = account?.level ?? 0;
    const numbers = account ? await this.phones.listOf(account.id) : [];
    const pending = numbers.find((phone) => !phone.verified)?.number;
    const step: LevelStep = level >= 2 ? { kind: 'identity' } : { kind: 'phone', pending };
    const page = levelPage({ ...this.frame(interaction), level, wanted, step, problem });
    this.render(response, page, problem);
  }

  private consent(response: Response, interaction: Interaction): void {
    const scopes = requestedScopes(interaction);
    this.render(response, consentPage({ ...this.frame(interaction), scopes, redirectHost: interaction.redirectHost }));
  }

  private frame({ uid, application }: Interaction) {
    return { appName: this.config.appName, action: `/interaction/${uid}`, application: application.name };
  }

  private render(response: Response, page: VNode, problem?: string): void {
    if (problem !== undefined && response.statusCode < 400) response.status(422);
    response.type('html').send(renderPage(page));
  }
}
