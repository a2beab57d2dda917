import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ApplicationImportService } from '../applications/application-import.service.js';
import { isApplicationUid } from '../applications/application-rules.js';
import { WebsiteImportService } from '../websites/website-import.service.js';
import type { BarongSource } from './barong-source.js';
import { ImportError } from './import-error.js';
import type { ImportOptions } from './import-options.js';
import type { ImportReport } from './import-report.js';
import type { SourceApplication } from './source-rows.js';

/** Brings over what is nobody's own: applications and websites. */
@Injectable()
export class ClientTransfer {
  constructor(
    private readonly applications: ApplicationImportService,
    private readonly websites: WebsiteImportService,
  ) {}

  /** @throws ImportError when an application that is to take passwords is neither there nor here */
  async assertNamed(source: BarongSource, { firstParty }: ImportOptions): Promise<void> {
    if (firstParty.size === 0) return;
    const there = (await source.applications()).map(({ uid }) => uid);
    const here = await this.applications.knownAmong([...firstParty]);
    const unknown = [...firstParty].find((uid) => !there.includes(uid) && !here.has(uid));
    if (unknown !== undefined) throw new ImportError(`--first-party ${unknown}: there is no such application`);
  }

  async takeApplications(
    tx: EntityManager,
    source: BarongSource,
    options: ImportOptions,
    report: ImportReport,
  ): Promise<void> {
    for (const [uid, isFirstParty] of await this.applications.knownAmong([...options.firstParty])) {
      if (!isFirstParty) report.find('application.first_party_unchanged', uid);
    }
    for (const row of await source.applications()) {
      await this.takeApplication(tx, row, options.firstParty.has(row.uid), report);
    }
  }

  async takeWebsites(tx: EntityManager, source: BarongSource, report: ImportReport): Promise<void> {
    for (const { id, domain, title } of await source.websites()) {
      const result = await this.websites.add(tx, { host: domain ?? '', name: title ?? '' });
      if (result === 'invalid') report.find('website.invalid', `#${id}`);
      else report.count(result === 'added' ? 'websites taken over' : 'websites left alone, known here');
    }
  }

  private async takeApplication(
    tx: EntityManager,
    { id, redirect_uri: uris, scopes, skipauth, ...row }: SourceApplication,
    firstParty: boolean,
    report: ImportReport,
  ): Promise<void> {
    const skipConsent = Boolean(skipauth);
    const given = { ...row, redirectUris: wordsOf(uris), scopes: wordsOf(scopes), skipConsent, firstParty };
    const { result, refusedUris } = await this.applications.add(tx, given);
    const subject = isApplicationUid(row.uid) ? row.uid : `#${id}`;
    if (result === 'invalid') return report.find('application.invalid', subject);
    if (result === 'known') return report.count('applications left alone, known here');
    report.count('applications taken over');
    if (refusedUris > 0) report.find('application.redirect_uri', subject);
    if (skipConsent && !firstParty) report.find('application.skips_consent', subject);
  }
}

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
