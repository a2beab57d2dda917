import { Injectable } from '@nestjs/common';
import type { AppError } from '../../common/app-error.js';
import { Pages } from '../../pages/pages.service.js';
import type { DocumentForm, FieldProblems, ProfileForm } from './identity-forms.js';
import { fieldsOf } from './identity-refusals.js';
import { IdentityStandings } from './identity-standing.service.js';
import { IdentityPage, type IdentityPageProps } from './pages/identity.page.js';
import type { Visit } from './visit.js';

/** A form that is shown again, by which of the page's two it is. */
export type SentForm = { profile: ProfileForm } | { document: DocumentForm };

const UNPROCESSABLE = 422;

/** Shows the page of an account's identity; with a form that was refused, again. */
@Injectable()
export class IdentityPages {
  constructor(
    private readonly pages: Pages,
    private readonly standings: IdentityStandings,
  ) {}

  async show(visit: Visit, done?: string): Promise<void> {
    const props = await this.propsOf(visit);
    this.pages.show(visit.request, visit.response, <IdentityPage {...props} done={done} />);
  }

  /** With what is wrong with its fields. */
  async showIncomplete(visit: Visit, sent: SentForm, fields: FieldProblems): Promise<void> {
    const { request, response } = visit;
    const problem = this.pages.textsFor(request).account.identity.lookAgain;
    const props = await this.propsOf(visit);
    response.status(UNPROCESSABLE);
    this.pages.show(request, response, <IdentityPage {...props} {...refusedForm(sent, fields, problem)} />);
  }

  /** With what a service said to it; faults of ours are thrown on. */
  async showRefused(visit: Visit, sent: SentForm, error: unknown): Promise<void> {
    const { request, response } = visit;
    const props = await this.propsOf(visit);
    this.pages.showAgain(request, response, error, (words) => {
      // Nothing else gets here.
      const refusal = error as AppError;
      const fields = fieldsOf(refusal);
      const { lookAgain, refusals } = this.pages.textsFor(request).account.identity;
      const problem = Object.keys(fields).length > 0 ? lookAgain : (refusals[refusal.code] ?? words);
      return <IdentityPage {...props} {...refusedForm(sent, fields, problem)} />;
    });
  }

  private async propsOf({ principal: { account }, returnTo }: Visit): Promise<IdentityPageProps> {
    return { level: account.level, standing: await this.standings.of(account.id), returnTo };
  }
}

function refusedForm(sent: SentForm, fields: FieldProblems, problem: string): Partial<IdentityPageProps> {
  if ('profile' in sent) return { profileForm: { typed: sent.profile, fields, problem } };
  return { documentForm: { typed: sent.document, fields, problem } };
}
