import { Injectable } from '@nestjs/common';
import type { AppError } from '../../common/app-error.js';
import { Pages } from '../../pages/pages.service.js';
import { type ListedPhone, PhonesService } from '../../phones/phones.service.js';
import { PhonePage, type PhonePageProps } from './pages/phone.page.js';
import type { Visit } from './visit.js';

/** Shows the page of an account's phone numbers. */
@Injectable()
export class PhonePages {
  constructor(
    private readonly pages: Pages,
    private readonly phones: PhonesService,
  ) {}

  /** @param state what was done just now, by its word in the address; or that a code was sent without digits */
  async show(
    visit: Visit,
    { done, isCodeMissing }: { done?: string | undefined; isCodeMissing?: true },
  ): Promise<void> {
    const { request, response } = visit;
    const props = propsOf(visit, await this.numbers(visit));
    const problem = isCodeMissing && this.pages.textsFor(request).account.phone.codeMissing;
    if (problem) response.status(422);
    this.pages.show(request, response, <PhonePage {...props} done={done} problem={problem} />);
  }

  /** @param typed the number as it was entered, unless it was a code that was refused */
  async showRefused(visit: Visit, error: unknown, typed?: string): Promise<void> {
    const props = propsOf(visit, await this.numbers(visit));
    this.pages.showAgain(visit.request, visit.response, error, (words) => {
      // Nothing else gets here.
      const problem = this.problemOf(visit, error as AppError) ?? words;
      return <PhonePage {...props} problem={problem} typed={typed} />;
    });
  }

  /** What deserves more than the words that all pages have for it. */
  private problemOf({ request }: Visit, { code, headers }: AppError): string | undefined {
    const { tooMany, notServed } = this.pages.textsFor(request).account.phone;
    if (code === 'request.too_many') return tooMany(Math.ceil(Number(headers['Retry-After'] ?? 60) / 60));
    return code === 'phone.country_not_served' ? notServed : undefined;
  }

  private numbers({ principal }: Visit): Promise<ListedPhone[]> {
    return this.phones.listOf(principal.account.id);
  }
}

function propsOf({ principal, returnTo }: Visit, numbers: ListedPhone[]): PhonePageProps {
  // The level of the principal is that of the beginning of the request.
  return { level: principal.account.level, numbers, returnTo };
}
